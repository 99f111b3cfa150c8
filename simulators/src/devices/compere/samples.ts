import type { Random } from '../../random.ts';
import type { Sample } from '../sample.ts';
import { anInstant, compactTime, decimal, sayingOf } from '../saying.ts';

/** Real-time values, registers, frozen registers and an answer. Source: Compere's MQTT protocol, version 1.9. */
export function compereSamples(random: Random): Sample[] {
  const id = `33B12259${String(random.int(0, 99_999)).padStart(5, '0')}`;
  const at = anInstant(random);
  const time = compactTime(at);
  const say = sayingOf(id, at);
  const volts = decimal(random, 200, 250, 1);
  const [watts, vars] = [random.int(-9_999, 9_999), random.int(-999, 999)];
  const [sharp, peak, flat, valley] = [0, 1, 2, 3].map(() => decimal(random, 0, 9_999, 3)) as [
    number,
    number,
    number,
    number,
  ];
  const [drawn, fed] = [decimal(random, 0, 99_999, 3), decimal(random, 0, 99, 3)];
  return [
    {
      topic: 'MQTT_RT_DATA',
      payload: JSON.stringify({
        id,
        ub: volts,
        pc: watts / 1000,
        zyggl: watts / 1000,
        zwggl: vars / 1000,
        f: 50.02,
        unb: 0.1,
        time,
        isend: '1',
      }),
      says: [
        say('voltage_v', volts, 'b'),
        say('active_power_w', watts, 'c'),
        say('active_power_w', watts, 'total'),
        say('reactive_power_var', vars, 'total'),
        say('frequency_hz', 50.02),
      ],
    },
    {
      topic: 'MQTT_ENY_NOW',
      // The meters send this key twice.
      payload: `{"id":"${id}","isend":"1","zygsz":${drawn},"fygsz":"${fed}","fwgsz":1,"zyjsz":${sharp},"zyfsz":${peak},"zypsz":${flat},"zyvsz":${valley},"time":"${time}","isend":"1"}`,
      says: [
        say('energy_import_kwh', drawn),
        say('energy_export_kwh', fed),
        say('energy_import_kwh', sharp, 'sharp'),
        say('energy_import_kwh', peak, 'peak'),
        say('energy_import_kwh', flat, 'flat'),
        say('energy_import_kwh', valley, 'valley'),
      ],
    },
    {
      topic: 'MQTT_DAY_DATA',
      payload: JSON.stringify({ id, zygdd: drawn, zyjsz: sharp, time, isend: '1' }),
      says: [
        say('energy_import_kwh', drawn, null, { historical: true }),
        say('energy_import_kwh', sharp, 'sharp', { historical: true }),
      ],
    },
    { topic: 'MQTT_COMMOD_SET_REP', payload: JSON.stringify({ id, oprid: 'x', code: '01' }), says: [] },
  ];
}
