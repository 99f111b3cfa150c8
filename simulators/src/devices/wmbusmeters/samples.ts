import type { Random } from '../../random.ts';
import type { Sample } from '../sample.ts';
import { anInstant, decimal, sayingOf, UNKNOWN } from '../saying.ts';

/** Telegrams of a water meter, an electricity meter and a room sensor. Source: wmbusmeters' README and drivers. */
export function wmbusmetersSamples(random: Random): Sample[] {
  const at = anInstant(random);
  const timestamp = new Date(at).toISOString().replace('.000', '');
  const idOf = () => String(random.int(1, 99_999_999)).padStart(8, '0');
  const [water, electricity, room] = [idOf(), idOf(), idOf()];
  const total = decimal(random, 0, 9_999, 3);
  const watts = random.int(0, 20_000);
  const energy = decimal(random, 0, 99_999, 2);
  const celsius = decimal(random, 15, 30, 1);
  const [humidity, signal] = [random.int(20, 80), -random.int(40, 110)];
  const sayWater = sayingOf(water, at);
  const sayPower = sayingOf(electricity, null);
  const sayRoom = sayingOf(room, at);
  return [
    {
      topic: `wmbusmeters/${water}`,
      payload: JSON.stringify({
        _: 'telegram',
        media: 'cold water',
        meter: 'multical21',
        name: 'tap',
        id: water,
        status: 'LEAKING',
        total_m3: total,
        target_m3: total / 2,
        max_flow_m3h: 1.5,
        timestamp,
        rssi_dbm: signal,
      }),
      says: [
        sayWater('water_total_m3', total),
        sayWater('rssi_dbm', signal),
        { kind: 'fault', device: water, fault: 'leak', state: 'raised', vendorCode: 'LEAKING' },
      ],
    },
    {
      topic: `wmbusmeters/${water}`,
      payload: JSON.stringify({
        _: 'telegram',
        media: 'cold water',
        meter: 'multical21',
        id: water,
        status: 'OK',
        timestamp,
      }),
      says: [{ kind: 'fault', device: water, fault: 'leak', state: 'cleared', vendorCode: 'LEAKING' }],
    },
    {
      topic: `cellar/meters/${electricity}`,
      payload: JSON.stringify({
        _: 'telegram',
        media: 'electricity',
        meter: 'em24',
        name: 'main',
        id: electricity,
        status: 'OK',
        total_energy_consumption_kwh: energy,
        total_energy_consumption_tariff_1_kwh: energy,
        total_energy_production_kwh: null,
        power_kw: watts / 1000,
        voltage_l1_n_v: 231,
        timestamp: '1111-11-11T11:11:11Z',
      }),
      says: [
        sayPower('energy_import_kwh', energy),
        sayPower('energy_export_kwh', null, null, UNKNOWN),
        sayPower('active_power_w', watts),
        sayPower('voltage_v', 231, 'a'),
      ],
    },
    {
      topic: `wmbusmeters/${room}`,
      payload: JSON.stringify({
        media: 'room sensor',
        meter: 'lansenth',
        name: 'room',
        id: room,
        status: 'OK',
        current_temperature_c: celsius,
        current_relative_humidity_rh: humidity,
        average_temperature_24h_c: celsius + 1,
        timestamp,
      }),
      says: [sayRoom('temperature_c', celsius), sayRoom('humidity_pct', humidity)],
    },
  ];
}
