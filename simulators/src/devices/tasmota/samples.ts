import { localText } from '../../local-time.ts';
import type { Random } from '../../random.ts';
import { SAMPLE_ZONE, type Sample, type SampleLine } from '../sample.ts';

/**
 * Plugs, three-phase and scripted meters, sensor boards and a Zigbee bridge, as the vendor documents
 * their messages: <https://tasmota.github.io/docs/MQTT/>.
 */
export function tasmotaSamples(random: Random): Sample[] {
  return [...plug(random), ...scriptedMeter(random), ...board(random), ...bridge(random)];
}

/** Live, with tariffs, and going away. */
function plug(random: Random): Sample[] {
  const device = `pow-${random.int(1, 999_999_999)}`;
  const { text, at } = instant(random);
  const Power = random.int(-3_000, 3_000);
  const Total = random.int(1, 9_999_999) / 1000;
  const tariffs = [random.int(1, 9_999) / 10, random.int(1, 9_999) / 10] as const;
  const phases = [random.int(200, 250), random.int(200, 250), random.int(200, 250)];
  const say = (metric: string, value: number | null, part: string | null = null) =>
    ({ ...reading(device, metric, value, part), at }) as const;
  const wifi = { Time: text, Uptime: '1T00:00:00', Wifi: { RSSI: 80, Signal: -60 }, POWER: 'ON' };
  return [
    { topic: `tele/${device}/LWT`, payload: 'Online', says: [{ kind: 'availability', device, online: true }] },
    {
      topic: `tele/${device}/SENSOR`,
      payload: JSON.stringify({ Time: text, ENERGY: { Power, Total, Period: 5, Today: 0.5, Voltage: phases } }),
      says: [
        say('active_power_w', Power),
        say('energy_import_kwh', Total),
        ...phases.map((value, i) => say('voltage_v', value, 'abc'.charAt(i))),
      ],
    },
    {
      topic: `stat/${device}/STATUS10`,
      payload: JSON.stringify({
        StatusSNS: { Time: text, ENERGY: { Total, TotalTariff: tariffs, ExportActive: 0, Current: [null, '0.5'] } },
      }),
      says: [
        say('energy_import_kwh', Total),
        say('energy_import_kwh', tariffs[0], 'valley'),
        say('energy_import_kwh', tariffs[1], 'peak'),
        say('energy_export_kwh', 0),
        { ...say('current_a', null, 'ch1'), quality: 'unknown' },
        say('current_a', 0.5, 'ch2'),
      ],
    },
    { topic: `stat/${device}/RESULT`, payload: JSON.stringify({ EnergyReset: { Total: 0 } }), says: [] },
    { topic: `tele/${device}/STATE`, payload: JSON.stringify(wifi), says: [say('rssi_dbm', -60)] },
    { topic: `tele/${device}/LWT`, payload: 'Offline', says: [{ kind: 'availability', device, online: false }] },
  ];
}

/** Its owner named the object; a custom topic order, and a time in seconds. */
function scriptedMeter(random: Random): Sample[] {
  const device = `park/${random.int(1, 999_999_999)}/main`;
  const Epoch = random.int(1_760_000_000, 1_790_000_000);
  const Total_in = random.int(1, 1e9) / 10_000;
  const meter = { Total_in, Total_out: 0, Power_curr: -40, Power_p2: 10, Volt_p3: 229.5, Meter_Number: '1EMH00' };
  const at = new Date(Epoch * 1000).toISOString();
  return [
    {
      topic: `${device}/tele/SENSOR`,
      payload: JSON.stringify({ Time: '2026-01-01T00:00:00', Epoch, [random.pick(['SML', 'MT175', 'haus'])]: meter }),
      says: [
        { ...reading(device, 'energy_import_kwh', Total_in), at },
        { ...reading(device, 'energy_export_kwh', 0), at },
        { ...reading(device, 'active_power_w', -40), at },
        { ...reading(device, 'active_power_w', 10, 'b'), at },
        { ...reading(device, 'voltage_v', 229.5, 'c'), at },
      ],
    },
  ];
}

/** Probes, air, distance and flow; the chip's temperature and pulses say nothing. */
function board(random: Random): Sample[] {
  const device = `board-${random.int(1, 999_999_999)}`;
  const celsius = random.int(-20, 60);
  const fahrenheit = random.chance(0.5);
  const shown = (value: number) => (fahrenheit ? value * 1.8 + 32 : value);
  const millimetres = random.int(30, 4000);
  return [
    {
      topic: `tele/${device}/SENSOR`,
      payload: JSON.stringify({
        'DS18B20-1': { Id: '00000566CC39', Temperature: shown(celsius) },
        'DS18B20-3': { Id: '0000059352D4', Temperature: shown(celsius + 1) },
        AM2301: { Temperature: shown(20), Humidity: 50.5, DewPoint: shown(10) },
        VL53L0X: { Distance: millimetres },
        FLOWRATE: { Rate: 90, Unit: 'l/min' },
        ESP32: { Temperature: shown(55) },
        COUNTER: { C1: 4 },
        Switch1: 'ON',
        TempUnit: fahrenheit ? 'F' : 'C',
      }),
      says: [
        reading(device, 'temperature_c', celsius, 'ch1'),
        reading(device, 'temperature_c', celsius + 1, 'ch3'),
        reading(device, 'temperature_c', 20),
        reading(device, 'humidity_pct', 50.5),
        reading(device, 'dew_point_c', 10),
        reading(device, 'distance_m', millimetres / 1000),
        reading(device, 'flow_m3h', 5.4),
      ].map((line) => ({ ...line, at: null })),
    },
  ];
}

function bridge(random: Random): Sample[] {
  const device = `zb-${random.int(1, 999_999_999)}`;
  const wet = random.int(0, 1);
  const received = { '0x8F20': { Device: '0x8F20', Name: 'pit', Water: wet, BatteryPercentage: 90, Power: 1 } };
  return [
    {
      topic: `tele/${device}/${random.pick(['SENSOR', 'RESULT'])}`,
      payload: JSON.stringify({ ZbReceived: received }),
      says: [reading(`${device}/pit`, 'leak', wet === 1), reading(`${device}/pit`, 'battery_pct', 90)],
    },
  ];
}

function instant(random: Random): { text: string; at: string } {
  const at = Date.UTC(2026, random.int(0, 11), random.int(1, 28), random.int(0, 23), random.int(0, 59));
  return { text: localText(at, SAMPLE_ZONE, 'T'), at: new Date(at).toISOString() };
}

function reading(
  device: string,
  metric: string,
  value: number | boolean | null,
  part: string | null = null,
): SampleLine {
  return { kind: 'reading', device, metric, part, value, quality: 'good', historical: false };
}
