import { localDay, localText } from '../../local-time.ts';
import type { MeterState } from '../../physics/meter.ts';
import { keeping, rounded, telling, type OutMessage } from '../message.ts';

/** `tele/<topic>/LWT`: `Online`, or the last will `Offline`; retained. Source: tasmota.github.io/docs/MQTT. */
export function online(id: string, isOnline: boolean): OutMessage {
  return keeping(`tele/${id}/LWT`, isOnline ? 'Online' : 'Offline', 1);
}

/**
 * `tele/<topic>/SENSOR` of an energy device. `Time` is local and names no zone; Total, Today and
 * Yesterday are kWh, Period is Wh since the last message, of which the caller keeps the counter.
 */
export function meterMessages(id: string, meter: MeterState, zone: string, counters: DayCounters): OutMessage[] {
  const apparent = meter.phases.reduce((sum, phase) => sum + phase.apparentVa, 0);
  const current = meter.phases.reduce((sum, phase) => sum + phase.currentA, 0);
  const ENERGY = {
    TotalStartTime: '2026-01-01T00:00:00',
    Total: rounded(meter.energyKwh, 3),
    Yesterday: rounded(counters.yesterdayKwh, 3),
    Today: rounded(counters.todayKwh, 3),
    Period: Math.round(counters.periodWh),
    Power: Math.round(meter.totalW),
    ApparentPower: Math.round(apparent),
    ReactivePower: Math.round(Math.sqrt(Math.max(0, apparent ** 2 - meter.totalW ** 2))),
    Factor: rounded(apparent === 0 ? 0 : meter.totalW / apparent, 2),
    Frequency: Math.round(meter.frequencyHz),
    Voltage: Math.round(meter.phases[0].voltageV),
    Current: rounded(current, 3),
  };
  return [telling(`tele/${id}/SENSOR`, { Time: localText(meter.at, zone, 'T'), ENERGY })];
}

export interface DayCounters {
  readonly todayKwh: number;
  readonly yesterdayKwh: number;
  readonly periodWh: number;
}

/** Keeps Tasmota's day counters: they begin at local midnight and count from the first message on. */
export function dayCounters(zone: string): (meter: MeterState) => DayCounters {
  let day = '';
  let dayKwh = 0;
  let yesterdayKwh = 0;
  let lastKwh: number | null = null;
  return ({ at, energyKwh }) => {
    const today = localDay(at, zone);
    if (today !== day) {
      if (day !== '') yesterdayKwh = energyKwh - dayKwh;
      day = today;
      dayKwh = energyKwh;
    }
    const periodWh = (energyKwh - (lastKwh ?? energyKwh)) * 1000;
    lastKwh = energyKwh;
    return { todayKwh: energyKwh - dayKwh, yesterdayKwh, periodWh };
  };
}
