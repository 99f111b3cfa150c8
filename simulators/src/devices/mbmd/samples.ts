import type { Random } from '../../random.ts';
import type { Sample } from '../sample.ts';
import { decimal, FAILED, sayingOf } from '../saying.ts';

/** Readings of one meter, mbmd's own state. Source: volkszaehler/mbmd, its table of measurements and its MQTT publisher. */
export function mbmdSamples(random: Random): Sample[] {
  const meter = `${random.pick(['sdm', 'abb', 'dtsu666'])}${random.int(1, 9)}-${random.int(1, 247)}`;
  const root = random.pick(['mbmd', 'house/meters']);
  const say = sayingOf(meter, null);
  const one = (topic: string, metric: string, part: string | null, low: number, high: number): Sample => {
    const value = decimal(random, low, high, 3);
    return { topic: `${root}/${meter}/${topic}`, payload: value.toFixed(3), says: [say(metric, value, part)] };
  };
  const connected = random.chance(0.5);
  return [
    {
      topic: 'mbmd/status',
      payload: connected ? 'connected' : 'disconnected',
      says: [{ kind: 'availability', device: 'mbmd', online: connected }],
    },
    one('Power', 'active_power_w', null, -9_999, 9_999),
    one('Power/L1', 'active_power_w', 'a', -9_999, 9_999),
    one('Voltage/L2', 'voltage_v', 'b', 200, 250),
    one('Current/L3', 'current_a', 'c', 0, 63),
    one('Cosphi', 'power_factor', null, -1, 1),
    one('Import', 'energy_import_kwh', null, 0, 99_999),
    one('Export/L1', 'energy_export_kwh', 'a', 0, 99_999),
    one('ReactiveImport', 'reactive_energy_kvarh', null, 0, 999),
    one('Import/T2', 'ImportT2', null, 0, 999),
    one('THD/L2', 'THD', 'b', 0, 10),
    { topic: `${root}/${meter}/Frequency`, payload: 'NaN', says: [say('frequency_hz', null, null, FAILED)] },
  ];
}
