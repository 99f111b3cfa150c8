/*
 * What the keys of wmbusmeters' drivers mean. A key is a quantity, perhaps a phase, and its unit; the
 * many keys that tell another time (`target_…`, `prev_…`, `…_at_set_date_…`, `…_last_month_…`,
 * averages, maxima) are none of these and are dropped.
 */

/** What a key becomes: its number times `multiply` divided by `divide`. */
export interface Field {
  readonly metric: string;
  readonly part: string | null;
  readonly multiply: number;
  readonly divide: number;
}

interface Unit {
  readonly multiply: number;
  readonly divide: number;
}

const times = (multiply: number): Unit => ({ multiply, divide: 1 });
const by = (divide: number): Unit => ({ multiply: 1, divide });
const SAME = times(1);

/** Names without their unit, in each quantity; `#` stands for a phase. */
const QUANTITIES: readonly (readonly [metric: string, units: Readonly<Record<string, Unit>>, names: string])[] = [
  [
    'energy_import_kwh',
    { kwh: SAME, wh: by(1000), mj: { multiply: 10, divide: 36 }, gj: { multiply: 10_000, divide: 36 } },
    `total_energy_consumption total_energy_consumption_# total_energy total total_consumption total_heating total_heat_energy
     heat total_active_energy_consumption positive_total_active_energy total_active_positive_3phase`,
  ],
  [
    'energy_export_kwh',
    { kwh: SAME, wh: by(1000), mwh: times(1000) },
    `total_energy_production total_energy_production_# total_active_energy_production negative_total_active_energy
     total_active_negative_3phase`,
  ],
  [
    'reactive_energy_kvarh',
    { kvarh: SAME },
    'total_reactive_energy_consumption total_reactive_energy_consumption_# total_reactive_energy',
  ],
  [
    'active_power_w',
    { kw: times(1000), w: SAME },
    `power current_power current_power_consumption active_consumption active_power active_power_overall
     three_phase_total_active_power power_# active_power_# active_power_at_phase_# active_consumption_#
     current_power_consumption_# current_power_consumption_phase# active_positive_3phase`,
  ],
  [
    'reactive_power_var',
    // Some drivers call every power kilowatts.
    { kvar: times(1000), var: SAME, kw: times(1000) },
    `reactive_power reactive_consumption reactive_power_overall three_phase_total_reactive_power reactive_power_#
     reactive_power_at_phase_# reactive_consumption_#`,
  ],
  [
    'apparent_power_va',
    { kva: times(1000), va: SAME, kw: times(1000) },
    'apparent_power apparent_consumption three_phase_total_apparent_power apparent_power_# apparent_consumption_#',
  ],
  ['voltage_v', { v: SAME }, 'voltage voltage_# voltage_at_phase_# voltage_#_n'],
  ['current_a', { a: SAME, ma: by(1000) }, 'current current_# current_at_phase_#'],
  ['frequency_hz', { hz: SAME }, 'frequency current_frequency'],
  ['power_factor', { factor: SAME }, 'power power_#'],
  [
    'water_total_m3',
    { m3: SAME },
    `total total_volume total_water volume total_consumption total_forward total_water_consumption totalitator`,
  ],
  ['flow_total_l', { l: SAME }, 'total total_volume total_water volume'],
  ['flow_m3h', { m3h: SAME, lh: by(1000) }, 'flow volume_flow current_flow current_volume_flow flow_water'],
  [
    'temperature_c',
    { c: SAME },
    'temperature current_temperature room_temperature ambient_temperature current_ambient_temperature external_temperature temp_room',
  ],
  ['humidity_pct', { rh: SAME }, 'humidity relative_humidity current_relative_humidity current_humidity'],
  ['battery_v', { v: SAME }, 'battery battery_voltage'],
  ['battery_pct', { pct: SAME }, 'battery battery_level remaining_battery'],
  ['rssi_dbm', { dbm: SAME }, 'rssi'],
];

/** Phases as drivers write them: `l1`, `phase_1`, `1`. */
const PHASES = [
  ['1', 'a'],
  ['2', 'b'],
  ['3', 'c'],
] as const;

export const FIELDS: ReadonlyMap<string, Field> = new Map([
  ...QUANTITIES.flatMap(([metric, units, names]) =>
    names
      .split(/\s+/)
      .flatMap((name) => Object.entries(units).flatMap(([suffix, unit]) => spellings(metric, name, suffix, unit))),
  ),
  ...lineVoltages(),
  // Before version 1.5 temperatures had no unit in their key.
  ['external_temperature', { metric: 'temperature_c', part: null, ...SAME }],
  ['current_in_neutral_a', { metric: 'current_a', part: 'n', ...SAME }],
]);

function spellings(metric: string, name: string, suffix: string, unit: Unit): (readonly [string, Field])[] {
  if (!name.includes('#')) return [[`${name}_${suffix}`, { metric, part: null, ...unit }]];
  return PHASES.flatMap(([digit, part]) =>
    [digit, `l${digit}`].map((phase) => [`${name.replace('#', phase)}_${suffix}`, { metric, part, ...unit }] as const),
  );
}

function lineVoltages(): (readonly [string, Field])[] {
  const pairs = [
    ['1', '2', 'ab'],
    ['2', '3', 'bc'],
    ['3', '1', 'ca'],
  ] as const;
  return pairs.flatMap(([first, second, part]) =>
    ['', 'l'].map((l) => [`voltage_${l}${first}_${l}${second}_v`, { metric: 'voltage_v', part, ...SAME }] as const),
  );
}

/** Media whose volume, flow and temperature are not water's or a room's. */
export const NOT_WATER = /gas|oil|air|steam|unknown/i;

/** The same total in another unit, which a user may have added by a calculation. */
export const CALCULATED = /_(?:wh|mj|gj|l|lh)$/;
