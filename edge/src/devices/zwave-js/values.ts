import type { Fault } from '@keepsite/edge-contract';
import type { Point } from '../points.ts';
import { convert } from '../units.ts';

/** A sensor of the class Multilevel Sensor: its metric, the unit that goes without saying, and whose value it is. */
interface Sensor {
  readonly metric: string;
  readonly unit: string;
  readonly part: string | null;
}

const sensor = (metric: string, unit: string, part: string | null = null): Sensor => ({ metric, unit, part });

/** The driver asks for Celsius and metric scales unless it is told otherwise. */
const SENSORS: ReadonlyMap<string, Sensor> = new Map([
  ['air_temperature', sensor('temperature_c', '°C')],
  ['temperature', sensor('temperature_c', '°C')],
  ['water_temperature', sensor('temperature_c', '°C', 'water')],
  ['soil_temperature', sensor('temperature_c', '°C', 'soil')],
  ['outside_temperature', sensor('temperature_c', '°C', 'outside')],
  ['supply_air_temperature', sensor('temperature_c', '°C', 'supply_air')],
  ['return_air_temperature', sensor('temperature_c', '°C', 'return_air')],
  ['boiler_water_temperature', sensor('temperature_c', '°C', 'boiler_water')],
  ['domestic_hot_water_dhw_temperature', sensor('temperature_c', '°C', 'hot_water')],
  ['motor_temperature', sensor('motor_temperature_c', '°C')],
  ['humidity', sensor('humidity_pct', '%')],
  ['relative_humidity', sensor('humidity_pct', '%')],
  ['dew_point', sensor('dew_point_c', '°C')],
  ['power', sensor('active_power_w', 'W')],
  ['voltage', sensor('voltage_v', 'V')],
  ['current', sensor('current_a', 'A')],
  ['frequency', sensor('frequency_hz', 'Hz')],
  ['distance', sensor('distance_m', 'm')],
  ['water_flow', sensor('flow_m3h', 'l/h')],
  ['rf_signal_strength', sensor('rssi_dbm', 'dBm')],
]);

export function sensorPoint(property: string, unit: string | null, endpoint: number): Point | undefined {
  const found = SENSORS.get(property);
  // Humidity may be sent in g/m³: another quantity under the same name.
  if (!found || (unit !== null && convert(found.metric, 0, unit) === undefined)) return undefined;
  const channel = channelOf(endpoint);
  const part = found.part === null || channel === null ? (found.part ?? channel) : `${channel}-${found.part}`;
  return { metric: found.metric, part, unit: unit ?? found.unit };
}

/** Endpoint 0 is the node itself. */
export function channelOf(endpoint: number): string | null {
  return endpoint === 0 ? null : `ch${endpoint}`;
}

/**
 * A meter's property key holds type, scale and rate (0 not told, 1 consumed, 2 produced), a byte
 * each. Keys here are type and scale.
 */
const METERS: ReadonlyMap<number, readonly [consumed: string, produced: string | null, unit: string]> = new Map([
  [0x1_00, ['energy_import_kwh', 'energy_export_kwh', 'kWh']],
  [0x1_02, ['active_power_w', null, 'W']],
  [0x1_04, ['voltage_v', 'voltage_v', 'V']],
  [0x1_05, ['current_a', null, 'A']],
  [0x1_06, ['power_factor', 'power_factor', '']],
  [0x1_07, ['reactive_power_var', null, 'kvar']],
  [0x1_08, ['reactive_energy_kvarh', null, 'kvarh']],
  [0x3_00, ['water_total_m3', null, 'm³']],
  [0x3_01, ['water_total_m3', null, 'ft³']],
  [0x3_02, ['flow_total_l', null, 'gal']],
]);
const PRODUCED = 2;

export function meterPoint(key: string | null, endpoint: number): Point | undefined {
  if (key === null || !/^\d{5,7}$/.test(key)) return undefined;
  const code = Number(key);
  const found = METERS.get(code >> 8);
  const metric = (code & 0xff) === PRODUCED ? found?.[1] : found?.[0];
  if (!found || metric === undefined || metric === null) return undefined;
  return { metric, part: channelOf(endpoint), unit: found[2] === '' ? null : found[2] };
}

/** Yes or no sensors; a door that is "on" is open. */
export const BINARY_SENSORS: ReadonlyMap<string, string> = new Map([
  ['water', 'leak'],
  ['motion', 'occupied'],
  ['door_window', 'door'],
]);

/** What the states of a notification variable mean; a state that is not listed is told as unknown. */
interface Variable {
  readonly metric?: string;
  readonly states: ReadonlyMap<number, boolean | string>;
  readonly fault?: Fault;
  readonly raisedBy?: readonly number[];
  readonly clearedBy?: readonly number[];
}

const IDLE = 0;
const DOOR: Variable = {
  metric: 'door',
  states: new Map([
    [22, 'open'],
    [23, 'closed'],
    [5632, 'open'],
    [5633, 'open'],
  ]),
};
/** An event with a parameter is `event << 8 | parameter`: 9 level alarm, 2 below, 3 above, 4 at most. */
const LEVEL: ReadonlyMap<number, boolean> = new Map([
  [IDLE, false],
  [0x902, false],
  [0x903, true],
  [0x904, true],
]);
const BATTERY: Variable = { states: new Map(), fault: 'battery_low', raisedBy: [10, 11], clearedBy: [IDLE] };

/** By `<type>/<variable>`, as Z-Wave JS calls them. */
export const NOTIFICATIONS: ReadonlyMap<string, Variable> = new Map<string, Variable>([
  [
    'water_alarm/sensor_status',
    {
      metric: 'leak',
      states: new Map([
        [IDLE, false],
        [1, true],
        [2, true],
      ]),
    },
  ],
  ['water_alarm/water_level_alarm_status', { metric: 'float_high', states: LEVEL }],
  [
    'water_alarm/sump_pump_status',
    {
      metric: 'pump_running',
      states: new Map([
        [IDLE, false],
        [10, true],
        [11, false],
      ]),
      fault: 'pump_failed',
      raisedBy: [11],
      clearedBy: [IDLE, 10],
    },
  ],
  ['access_control/door_state', DOOR],
  ['access_control/door_state_simple', DOOR],
  [
    'home_security/motion_sensor_status',
    {
      metric: 'occupied',
      states: new Map([
        [IDLE, false],
        [7, true],
        [8, true],
      ]),
    },
  ],
  ['home_security/cover_status', { states: new Map(), fault: 'tamper', raisedBy: [3], clearedBy: [IDLE] }],
  ['power_management/mains_status', { states: new Map(), fault: 'power_loss', raisedBy: [2], clearedBy: [IDLE, 3] }],
  ['power_management/battery_maintenance_status', BATTERY],
  ['power_management/battery_level_status', BATTERY],
]);

/** A barrier's states; 253 is stopped half way. */
export const BARRIER: ReadonlyMap<number, string> = new Map([
  [0, 'closed'],
  [252, 'closing'],
  [253, 'open'],
  [254, 'opening'],
  [255, 'open'],
]);
