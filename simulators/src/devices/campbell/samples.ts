import { localText } from '../../local-time.ts';
import type { Random } from '../../random.ts';
import { SAMPLE_ZONE, type Sample } from '../sample.ts';
import { anInstant, decimal, FAILED, sayingOf } from '../saying.ts';

/** A table as GeoJSON and as CSIJSON, and the logger's state. Source: help.campbellsci.com/datalogger-api/mqtt. */
export function campbellSamples(random: Random): Sample[] {
  const uid = `${random.int(1000, 9999)}-ABCD-${random.int(1000, 9999)}`;
  const serial = String(random.int(1_000, 99_999));
  const at = anInstant(random);
  const earlier = at - 600_000;
  const [volts, celsius, humidity] = [decimal(random, 11, 14, 3), decimal(random, -20, 40, 2), random.int(10, 99)];
  const centimetres = random.int(1, 500);
  const say = sayingOf(uid, at);
  const sayOld = sayingOf(`cr1000x/${serial}`, earlier);
  const sayNew = sayingOf(`cr1000x/${serial}`, at);
  const row = (time: number, no: number, vals: unknown[]) => ({ time: localText(time, SAMPLE_ZONE, 'T'), no, vals });
  const online = random.chance(0.5);
  return [
    {
      topic: `cs/v2/data/${uid}/Hourly`,
      payload: JSON.stringify({
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [121.4, 31.2, 4] },
        properties: {
          loggerID: uid,
          publish_ts: new Date(at + 500).toISOString(),
          observationNames: ['BattV_Min', 'AirTC_Avg', 'RH', 'PTemp_C', 'Note'],
          observationUnits: ['Volts', 'Deg C', '%', 'Deg C', ''],
          observations: { [new Date(at).toISOString()]: [volts, celsius, humidity, 30, 'dry'] },
        },
      }),
      says: [say('battery_v', volts), say('temperature_c', celsius), say('humidity_pct', humidity)],
    },
    {
      topic: `cs/v1/data/cr1000x/${serial}/Tank/cj`,
      payload: JSON.stringify({
        head: {
          transaction: 0,
          signature: random.int(0, 65_535),
          environment: { station_name: serial, table_name: 'Tank', model: 'CR1000X', serial_no: serial },
          fields: [{ name: 'Tank_Level', type: 'xsd:float', units: 'cm', process: 'Smp', settable: false }],
        },
        data: [row(earlier, 1, ['NAN']), row(at, 2, [centimetres])],
      }),
      says: [
        sayOld('water_level_m', null, null, { ...FAILED, historical: true }),
        sayNew('water_level_m', centimetres / 100),
      ],
    },
    {
      topic: `cs/v2/state/${uid}`,
      payload: JSON.stringify({ clientId: uid, state: online ? 'online' : 'offline' }),
      retain: true,
      says: [{ kind: 'availability', device: uid, online }],
    },
  ];
}
