import type { Random } from '../../random.ts';
import type { Sample, SampleLine } from '../sample.ts';
import { anInstant, decimal, sayingOf } from '../saying.ts';

const ALERTS = [
  ['power_anomaly_low', 'pump_failed'],
  ['power_anomaly_high', 'pump_failed'],
  ['long_run', 'unknown'],
] as const;

/** A pump that runs, an alert with its lockout and their end, a kept state, availability, and topics that say nothing. */
export function pumpfuseSamples(random: Random): Sample[] {
  const device = `pit-${random.int(1, 99_999)}`;
  const base = `pumpfuse/${device}`;
  const at = anInstant(random);
  const [alert, name] = random.pick(ALERTS);
  const watts = decimal(random, 100, 1500, 1);
  const state = (pump_running: boolean, watts: number, alerts: readonly string[], lockout: boolean) =>
    JSON.stringify({
      pump_running,
      current_run_s: pump_running ? random.int(1, 60) : 0,
      current_power_w: watts,
      alerts,
      protection_mode: 'active',
      lockout_active: lockout,
      lockout_alert: lockout ? alert : null,
      run_count_total: random.int(0, 9_999),
      last_run_end_ms: at - 60_000,
      last_run_dur_s: 34,
      last_run_avg_w: 700.5,
    });
  const says = (running: boolean, watts: number, ...faults: SampleLine[]): SampleLine[] => [
    sayingOf(device, null)('pump_running', running),
    sayingOf(device, null)('active_power_w', watts),
    ...faults,
  ];
  const lockout = (raised: boolean): SampleLine => ({
    kind: 'fault',
    device,
    fault: 'pump_failed',
    vendorCode: 'lockout_active',
    state: raised ? 'raised' : 'cleared',
  });
  const alerted = (raised: boolean): SampleLine => ({
    kind: 'fault',
    device,
    fault: name,
    vendorCode: alert,
    state: raised ? 'raised' : 'cleared',
  });
  const kept = sayingOf(device, null);
  const cached = { quality: 'cached' } as const;
  return [
    {
      topic: `${base}/availability`,
      payload: 'online',
      retain: true,
      says: [{ kind: 'availability', device, online: true }],
    },
    { topic: `${base}/sump/state`, payload: state(true, watts, [], false), says: says(true, watts, lockout(false)) },
    {
      topic: `${base}/sump/state`,
      payload: state(false, 0, [alert], true),
      says: says(false, 0, alerted(true), lockout(true)),
    },
    {
      topic: `${base}/sump/state`,
      payload: state(false, 0, [], false),
      says: says(false, 0, alerted(false), lockout(false)),
    },
    {
      topic: `${base}/sump/state`,
      payload: state(false, 0, [], false),
      retain: true,
      says: [
        kept('pump_running', false, null, cached),
        kept('active_power_w', 0, null, cached),
        { ...lockout(false), ...cached },
      ],
    },
    {
      topic: `${base}/status`,
      payload: JSON.stringify({ product: 'pf-sump', relay: true, power_w_last: watts, power_sample_ts_ms: at }),
      says: [sayingOf(device, at)('active_power_w', watts)],
    },
    { topic: `${base}/relay/state`, payload: 'ON', retain: true, says: [] },
    { topic: `${base}/sump/rhythm`, payload: '{"head":142,"bins":"00010002"}', retain: true, says: [] },
    { topic: `${base}/sump/lockout/reset/set`, payload: 'PRESS', says: [] },
    { topic: `${base}/sump/state`, payload: state(true, watts, [], false).slice(0, -9), says: [{ kind: 'rejected' }] },
  ];
}
