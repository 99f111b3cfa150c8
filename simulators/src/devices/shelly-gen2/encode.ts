import type { Millis } from '@keepsite/edge-contract';
import type { LeakState } from '../../physics/leak.ts';
import type { MeterState } from '../../physics/meter.ts';
import type { SumpState } from '../../physics/sump.ts';
import { keeping, rounded, telling, type OutMessage } from '../message.ts';

/**
 * Shelly Gen2+ over MQTT with its default prefix, which is the device's id: partial notifications
 * on `<id>/events/rpc`, whole components on `<id>/status/<component>`, `<id>/online` retained.
 * Source: shelly-api-docs.shelly.cloud/gen2, components EM, EMData, Switch, Flood, DevicePower.
 */
export function online(id: string, isOnline: boolean): OutMessage {
  return keeping(`${id}/online`, String(isOnline), 1);
}

/** Pro 3EM: three phases as they are now, and the counters beside them (Wh). */
export function meterMessages(id: string, meter: MeterState): OutMessage[] {
  const em = em0(meter);
  return [
    notify(id, meter.at, { 'em:0': { id: 0, ...partialOf(meter) } }),
    telling(`${id}/status/em:0`, em),
    telling(`${id}/status/emdata:0`, emdata0(meter)),
  ];
}

/** 1PM on a pump: one partial with power, one with counters only, and now and then the whole component. */
export function pumpMessages(id: string, sump: SumpState): OutMessage[] {
  const power = { apower: rounded(sump.pumpW, 1), current: rounded(sump.pumpW / 400, 3), freq: 50.02, voltage: 231.4 };
  const energy = {
    total: rounded(sump.pumpKwh * 1000, 3),
    by_minute: [0, 0, 0],
    minute_ts: Math.floor(sump.at / 60_000) * 60,
  };
  const counts = { on_above_thr: sump.starts, on_time: Math.round(sump.runSeconds), switch_on: 0 };
  return [
    notify(id, sump.at, { 'switch:0': { counts } }),
    notify(id, sump.at + 20, { 'switch:0': power }),
    telling(`${id}/status/switch:0`, {
      id: 0,
      source: 'init',
      output: true,
      ...power,
      pf: sump.pumpW > 0 ? 0.86 : 0,
      aenergy: energy,
      temperature: { tC: 41.2, tF: 106.2 },
    }),
  ];
}

/** Flood Gen4: the alarm when it changes and at every wake-up, with the battery. */
export function floodMessages(id: string, leak: LeakState): OutMessage[] {
  return [
    notify(id, leak.at, { 'flood:0': { id: 0, alarm: leak.wet, mute: false } }),
    notify(id, leak.at + 10, {
      'devicepower:0': {
        id: 0,
        battery: { V: rounded(2.4 + leak.batteryPct / 125, 2), percent: leak.batteryPct },
        external: { present: false },
      },
    }),
  ];
}

function notify(id: string, at: Millis, params: Record<string, unknown>): OutMessage {
  const body = {
    src: id,
    dst: `${id}/events`,
    method: 'NotifyStatus',
    params: { ts: rounded(at / 1000, 2), ...params },
  };
  return telling(`${id}/events/rpc`, body);
}

function partialOf({ phases, totalW }: MeterState): Record<string, number> {
  const [a, b, c] = phases.map((phase) => rounded(phase.activeW, 1)) as [number, number, number];
  return { a_act_power: a, b_act_power: b, c_act_power: c, total_act_power: rounded(totalW, 3) };
}

function em0({ phases, totalW, frequencyHz }: MeterState): Record<string, unknown> {
  const named = phases.flatMap((phase, i) => {
    const letter = 'abc'[i];
    return [
      [`${letter}_current`, rounded(phase.currentA, 3)],
      [`${letter}_voltage`, rounded(phase.voltageV, 1)],
      [`${letter}_act_power`, rounded(phase.activeW, 1)],
      [`${letter}_aprt_power`, rounded(phase.apparentVa, 1)],
      [`${letter}_pf`, rounded(phase.powerFactor, 2)],
      [`${letter}_freq`, rounded(frequencyHz, 1)],
    ];
  });
  return {
    id: 0,
    ...Object.fromEntries(named),
    n_current: null,
    total_current: rounded(sum(phases.map((phase) => phase.currentA)), 3),
    total_act_power: rounded(totalW, 3),
    total_aprt_power: rounded(sum(phases.map((phase) => phase.apparentVa)), 3),
    user_calibrated_phase: [],
  };
}

function emdata0({ phases, totalW, energyKwh }: MeterState): Record<string, number> {
  const shares = phases.map((phase, i) => {
    const wh = totalW === 0 ? 0 : (energyKwh * 1000 * phase.activeW) / totalW;
    return [`${'abc'[i]}_total_act_energy`, rounded(wh, 2)] as const;
  });
  return { id: 0, ...Object.fromEntries(shares), total_act: rounded(energyKwh * 1000, 2), total_act_ret: 0 };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
