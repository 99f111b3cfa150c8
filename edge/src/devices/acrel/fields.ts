/** What a point or a key is, and what turns its number into the metric's unit. */
export interface Field {
  readonly metric: string;
  readonly part: string | null;
  readonly multiply: number;
}

const field = (metric: string, part: string | null = null, multiply = 1): Field => ({ metric, part, multiply });
const PHASES = ['a', 'b', 'c'] as const;
const TARIFFS = ['sharp', 'peak', 'flat', 'valley'] as const;
const PHASES_AND_TOTAL = [...PHASES, 'total'] as const;

/**
 * Points of the ADW300's protocol `json-v2` by number. Powers are kW, kvar and kVA. Not here: 31
 * reverse reactive energy (of the phases 45, 49, 53), 33 the SIM card, 34 and 35 transformer ratios,
 * 40 residual current, 41 inputs, whose meaning is the site's wiring.
 */
export const POINTS: ReadonlyMap<number, Field> = new Map([
  ...PHASES.map((part, i) => [1 + i, field('voltage_v', part)] as const),
  ...(['ab', 'bc', 'ca'] as const).map((part, i) => [4 + i, field('voltage_v', part)] as const),
  ...PHASES.map((part, i) => [7 + i, field('current_a', part)] as const),
  ...PHASES_AND_TOTAL.map((part, i) => [10 + i, field('active_power_w', part, 1000)] as const),
  ...PHASES_AND_TOTAL.map((part, i) => [14 + i, field('reactive_power_var', part, 1000)] as const),
  ...PHASES_AND_TOTAL.map((part, i) => [18 + i, field('apparent_power_va', part, 1000)] as const),
  ...PHASES_AND_TOTAL.map((part, i) => [22 + i, field('power_factor', part)] as const),
  [26, field('frequency_hz')],
  [27, field('rssi_dbm')],
  [28, field('energy_import_kwh')],
  [29, field('energy_export_kwh')],
  [30, field('reactive_energy_kvarh')],
  [32, field('demand_kw')],
  ...PHASES.flatMap((part, i) => [
    [42 + 4 * i, field('energy_import_kwh', part)] as const,
    [43 + 4 * i, field('energy_export_kwh', part)] as const,
    [44 + 4 * i, field('reactive_energy_kvarh', part)] as const,
  ]),
  ...TARIFFS.map((part, i) => [65 + i, field('energy_import_kwh', part)] as const),
  // Probes at the conductors.
  ...(['a', 'b', 'c', 'n'] as const).map((part, i) => [36 + i, field('temperature_c', part)] as const),
]);

/** Keys of the gateways' messages, lower case; `wh` and `epi` are the same register. */
export const KEYS: ReadonlyMap<string, Field> = new Map([
  ...PHASES.flatMap((part) => [
    [`u${part}`, field('voltage_v', part)] as const,
    [`i${part}`, field('current_a', part)] as const,
    [`p${part}`, field('active_power_w', part, 1000)] as const,
    [`q${part}`, field('reactive_power_var', part, 1000)] as const,
    [`s${part}`, field('apparent_power_va', part, 1000)] as const,
    [`pf${part}`, field('power_factor', part)] as const,
  ]),
  ...(['ab', 'bc', 'ca'] as const).map((part) => [`u${part}`, field('voltage_v', part)] as const),
  ['p', field('active_power_w', 'total', 1000)],
  ['q', field('reactive_power_var', 'total', 1000)],
  ['s', field('apparent_power_va', 'total', 1000)],
  ['pf', field('power_factor', 'total')],
  ['f', field('frequency_hz')],
  ['hz', field('frequency_hz')],
  ['fr', field('frequency_hz')],
  ['wh', field('energy_import_kwh')],
  ['epi', field('energy_import_kwh')],
  ['epe', field('energy_export_kwh')],
  ['eql', field('reactive_energy_kvarh')],
  ['uac', field('voltage_v', 'ca')],
  // Initials of the Chinese names, as the meters' displays have them.
  ...(['j', 'f', 'p', 'g'] as const).map(
    (initial, i) => [`epi${initial}`, field('energy_import_kwh', TARIFFS[i])] as const,
  ),
]);

/** What no transformer's ratio changes. */
export const RATIO_FREE: ReadonlySet<string> = new Set(['power_factor', 'frequency_hz']);
