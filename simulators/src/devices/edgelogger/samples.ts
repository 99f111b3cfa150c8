import { uuidOf, type Random } from '../../random.ts';
import type { Sample } from '../sample.ts';
import { anInstant, compactTime, decimal, sayingOf, UNKNOWN } from '../saying.ts';

/** A batch with a three-phase meter and a sensor, and one in the later version's time. Source: EdgeLogger's ReadMe. */
export function edgeloggerSamples(random: Random): Sample[] {
  const at = anInstant(random) + random.int(0, 999);
  const [meter, sensor] = [`EM-${random.int(1, 9_999)}`, `${random.int(1, 99)}#除湿机`];
  const [say, sayAir] = [sayingOf(meter, at), sayingOf(sensor, at)];
  const [watts, volts] = [random.int(-90_000, 90_000), decimal(random, 200, 250, 1)];
  const [drawn, celsius] = [decimal(random, 0, 9_999, 2), decimal(random, 10, 30, 1)];
  const valued = (unit: string, value: unknown) => ({ data_type: 'double', unit, value });
  const timestamp = random.chance(0.5) ? String(at) : `${compactTime(at)}${String(at % 1000).padStart(3, '0')}`;
  const status = { device_status: 0, data_quality: 100 };
  const batch = [
    {
      timestamp,
      device_type: 'three_phase_meter',
      device_id: meter,
      metrics: {
        voltage: valued('V', { phase_a: volts, phase_b: null, line_ab: 400 }),
        power: { active: valued('kW', { total: watts / 1000 }) },
        system: [{ data_type: 'double', unit: '', power_factor: 0.95 }],
        energy: {
          active: valued('kW', { forward: drawn, reverse: 0 }),
          reactive: valued('kvarh', { forward: 1, reverse: 2 }),
        },
      },
      status,
    },
    {
      timestamp,
      device_type: 'temperature_sensor',
      device_id: sensor,
      metrics: { temperature: valued('℃', celsius) },
      status,
    },
  ];
  return [
    {
      topic: `device/power/up/GW-${random.int(1, 99)}`,
      payload: JSON.stringify({
        msgType: 'up',
        msgId: uuidOf('edgelogger', meter, at),
        source: { gatewayId: 'GW' },
        batch,
      }),
      says: [
        say('voltage_v', volts, 'a'),
        say('voltage_v', null, 'b', UNKNOWN),
        say('voltage_v', 400, 'ab'),
        say('active_power_w', watts, 'total'),
        say('power_factor', 0.95),
        say('energy_import_kwh', drawn),
        say('energy_export_kwh', 0),
        say('reactive_energy_kvarh', 1),
        sayAir('temperature_c', celsius),
      ],
    },
    { topic: 'device/power/down/GW-1', payload: JSON.stringify({ msgType: 'down', msgId: 'x', batch: [] }), says: [] },
  ];
}
