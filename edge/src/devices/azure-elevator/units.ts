/** A number times `multiply`, divided by `divide`, plus `add`, is one in the metric's unit; whole factors keep it exact. */
interface Unit {
  readonly multiply: number;
  readonly divide: number;
  readonly add: number;
}

const unit = (multiply = 1, divide = 1, add = 0): Unit => ({ multiply, divide, add });
const SAME = unit();
const FAHRENHEIT = unit(5, 9, -160 / 9);

const TEMPERATURE = {
  '°c': SAME,
  c: SAME,
  degc: SAME,
  celsius: SAME,
  '°f': FAHRENHEIT,
  f: FAHRENHEIT,
  degf: FAHRENHEIT,
  fahrenheit: FAHRENHEIT,
  k: unit(1, 1, -273.15),
  kelvin: unit(1, 1, -273.15),
};
const PERCENT = { '%': SAME, percent: SAME, pct: SAME, '%rh': SAME };
const LENGTH = {
  m: SAME,
  cm: unit(1, 100),
  mm: unit(1, 1000),
  ft: unit(3048, 10_000),
  feet: unit(3048, 10_000),
  in: unit(254, 10_000),
};
const ENERGY = { kwh: SAME, wh: unit(1, 1000), mwh: unit(1000) };

/** By metric, units in small letters without blanks and carets. */
const UNITS: Readonly<Record<string, Readonly<Record<string, Unit>>>> = {
  temperature_c: TEMPERATURE,
  motor_temperature_c: TEMPERATURE,
  dew_point_c: TEMPERATURE,
  humidity_pct: PERCENT,
  battery_pct: PERCENT,
  battery_v: { v: SAME, mv: unit(1, 1000) },
  position_m: LENGTH,
  water_level_m: LENGTH,
  vibration_mm: {
    mm: SAME,
    cm: unit(10),
    m: unit(1000),
    um: unit(1, 1000),
    µm: unit(1, 1000),
    in: unit(254, 10),
    mil: unit(254, 10_000),
  },
  vibration_mps2: {
    'm/s2': SAME,
    'mm/s2': unit(1, 1000),
    'cm/s2': unit(1, 100),
    g: unit(980_665, 100_000),
    mg: unit(980_665, 1e8),
  },
  speed_mps: {
    'm/s': SAME,
    mps: SAME,
    'cm/s': unit(1, 100),
    'mm/s': unit(1, 1000),
    'km/h': unit(10, 36),
    'ft/s': unit(3048, 10_000),
    fps: unit(3048, 10_000),
    'ft/min': unit(3048, 600_000),
    fpm: unit(3048, 600_000),
    mph: unit(44_704, 100_000),
  },
  load_kg: { kg: SAME, g: unit(1, 1000), t: unit(1000), lb: unit(45_359_237, 1e8), lbs: unit(45_359_237, 1e8) },
  active_power_w: { w: SAME, kw: unit(1000) },
  energy_import_kwh: ENERGY,
  voltage_v: { v: SAME, mv: unit(1, 1000), kv: unit(1000) },
  current_a: { a: SAME, ma: unit(1, 1000) },
  frequency_hz: { hz: SAME, khz: unit(1000) },
  flow_m3h: { 'm3/h': SAME, 'l/min': unit(6, 100), 'l/s': unit(36, 10), gpm: unit(227_124_707_040, 1e12) },
};

/** The value in the metric's own unit; undefined when the unit is none of this metric's. */
export function inUnit(metric: string, value: number, unitText: string): number | undefined {
  const units = Object.hasOwn(UNITS, metric) ? UNITS[metric] : undefined;
  const spelling = unitText
    .toLowerCase()
    .replace(/[\s^·]/g, '')
    .replace('²', '2')
    .replace('³', '3')
    .replace('μ', 'µ');
  const found = units && Object.hasOwn(units, spelling) ? units[spelling] : undefined;
  if (!found) return undefined;
  const converted = (value * found.multiply) / found.divide;
  return found.add === 0 ? converted : Math.round((converted + found.add) * 1e9) / 1e9;
}
