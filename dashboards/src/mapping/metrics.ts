import { METRICS, metricKind, type CanonicalMetric } from '@keepsite/edge-contract';

export const METRIC_GROUPS = {
  electricity: [
    'active_power_w',
    'energy_import_kwh',
    'voltage_v',
    'current_a',
    'power_factor',
    'frequency_hz',
    'demand_kw',
    'reactive_power_var',
    'apparent_power_va',
    'energy_export_kwh',
    'reactive_energy_kvarh',
  ],
  water: [
    'leak',
    'water_level_m',
    'float_high',
    'pump_running',
    'flow_m3h',
    'water_total_m3',
    'flow_total_l',
    'distance_m',
  ],
  climate: ['temperature_c', 'humidity_pct', 'dew_point_c'],
  elevator: [
    'floor',
    'door',
    'direction',
    'speed_mps',
    'occupied',
    'load_kg',
    'people',
    'mode',
    'position_m',
    'motor_temperature_c',
    'vibration_mps2',
    'vibration_mm',
    'leveling_error_mm',
    'door_cycles_total',
    'trips_total',
  ],
  device: ['battery_pct', 'battery_v', 'rssi_dbm', 'link_quality', 'online', 'test'],
} as const satisfies Record<string, readonly CanonicalMetric[]>;

/** What a device may send for a metric's unit, the metric's own first; a unit that is absent has no other. */
const DEVICE_UNITS: Readonly<Record<string, readonly string[]>> = {
  W: ['W', 'kW', 'MW', 'mW'],
  var: ['var', 'kvar', 'Mvar'],
  VA: ['VA', 'kVA', 'MVA'],
  V: ['V', 'mV', 'kV', 'dV'],
  A: ['A', 'mA', 'kA'],
  Hz: ['Hz', 'mHz'],
  kWh: ['kWh', 'Wh', 'MWh', 'MJ', 'J'],
  kvarh: ['kvarh', 'varh', 'Mvarh'],
  kW: ['kW', 'W', 'MW'],
  m: ['m', 'cm', 'mm', 'ft', 'in'],
  mm: ['mm', 'cm', 'm', 'µm', 'in'],
  'm³/h': ['m³/h', 'l/h', 'l/min', 'l/s', 'gpm'],
  'm³': ['m³', 'l', 'gal'],
  l: ['l', 'm³', 'ml', 'gal'],
  'm/s': ['m/s', 'cm/s', 'mm/s', 'km/h', 'fpm'],
  'm/s²': ['m/s²', 'mg', 'g'],
  kg: ['kg', 'g', 't', 'lb'],
  '°C': ['°C', '°F', 'K'],
  '%': ['%', 'fraction'],
};

/** The unit of a canonical metric; empty where it has none, or where it is not canonical. */
export function unitOf(metric: string): string {
  const kind = metricKind(metric);
  return kind?.type === 'number' ? kind.unit : '';
}

/** Units that a device may send for a metric, the metric's own first; empty where there is nothing to choose. */
export function deviceUnits(metric: string): readonly string[] {
  const kind = metricKind(metric);
  if (kind?.type !== 'number') return [];
  // A ratio without a unit, but not a count.
  if (kind.unit === '') return kind.max === 1 ? ['', '%', '‰'] : [];
  return DEVICE_UNITS[kind.unit] ?? [];
}

/** Whether a metric is one of the house's own. */
export function isCanonical(metric: string): metric is CanonicalMetric {
  return Object.hasOwn(METRICS, metric);
}
