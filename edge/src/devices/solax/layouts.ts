/** A value's place in the list. `signed`: 16 bits, two's complement. `wide`: the next place is its upper 16 bits. */
export interface Place {
  readonly at: number;
  readonly metric: string;
  readonly part: string | null;
  readonly form: 'plain' | 'signed' | 'wide';
  readonly divisor: number;
}

export interface Layout {
  /** The shortest list of this type. */
  readonly length: number;
  readonly places: readonly Place[];
}

const place = (at: number, metric: string, part: string | null, divisor = 1, form: Place['form'] = 'plain'): Place => ({
  at,
  metric,
  part,
  divisor,
  form,
});

const PHASES = ['a', 'b', 'c'] as const;

/** Voltages, currents and powers of the grid side lie together in three-phase inverters. */
const GRID_3P: readonly Place[] = PHASES.flatMap((part, i) => [
  place(i, 'voltage_v', part, 10),
  place(3 + i, 'current_a', part, 10, 'signed'),
  place(6 + i, 'active_power_w', part, 1, 'signed'),
]);

/** The register pairs of what the site fed into the grid and drew from it. */
const energies = (fedIn: number, drawn: number): readonly Place[] => [
  place(fedIn, 'energy_export_kwh', null, 100, 'wide'),
  place(drawn, 'energy_import_kwh', null, 100, 'wide'),
];

/** One phase: voltage, current and power stand first in most lists. */
const grid1P = (frequency: number): readonly Place[] => [
  place(0, 'voltage_v', null, 10),
  place(1, 'current_a', null, 10, 'signed'),
  place(2, 'active_power_w', null, 1, 'signed'),
  place(frequency, 'frequency_hz', null, 100),
];

const grid3P = (frequency: number): readonly Place[] => [...GRID_3P, place(frequency, 'frequency_hz', null, 100)];

/**
 * Older dongles send volts, amperes, watts, hertz and kilowatt-hours. Source: Data1.txt of
 * nazar-pc/solax-local-api-docs; squishykid/solax for `AL_SE`.
 */
const OLD_SITE: readonly Place[] = [
  place(41, 'energy_export_kwh', null),
  place(42, 'energy_import_kwh', null),
  place(50, 'frequency_hz', null),
];
const oldPhase = (part: string | null, current: number, voltage: number, power: number): readonly Place[] => [
  place(current, 'current_a', part),
  place(voltage, 'voltage_v', part),
  place(power, 'active_power_w', part),
];
const OLD_GRID_1P = oldPhase(null, 4, 5, 6);
const OLD_GRID_3P: readonly Place[] = [
  ...oldPhase('a', 4, 5, 43),
  ...oldPhase('b', 46, 48, 44),
  ...oldPhase('c', 47, 49, 45),
  place(6, 'active_power_w', 'total'),
];

const layout = (length: number, ...places: readonly (readonly Place[])[]): Layout => ({
  length,
  places: places.flat(),
});

const BOOST_G4 = layout(
  78,
  [
    place(0, 'voltage_v', null, 10),
    place(1, 'current_a', null, 10, 'signed'),
    place(2, 'frequency_hz', null, 100),
    place(3, 'active_power_w', null, 1, 'signed'),
  ],
  energies(74, 76),
);

/**
 * By the message's `type`: places that the vendor's app reads so (squishykid/solax those of type 25),
 * and that no published reading contradicts. Active power is what the inverter gives; energies are
 * those of the site's connection. Panels and batteries are left out, they have no canonical metrics.
 */
const LAYOUTS: ReadonlyMap<string, Layout> = new Map([
  ['3', layout(54, grid1P(9), energies(50, 52))], // X1 Hybrid G3
  ['4', layout(54, grid1P(9))], // X1 Mini, Air, Boost; versions differ in the energies
  ['5', layout(71, grid3P(15), energies(67, 69))], // X3 Hybrid
  ['6', layout(79, grid3P(15), energies(75, 77))], // X3 20–30K
  ['7', layout(80, grid3P(15), energies(76, 78))], // X3 MIC
  ['8', layout(54, grid1P(9), energies(50, 52))], // X1 Smart, Boost Pro
  ['9', layout(50, grid1P(9), energies(46, 48))], // X1 AC
  ['14', layout(90, grid3P(16), energies(86, 88))], // X3 Hybrid G4
  ['15', layout(38, grid1P(3), energies(34, 36))], // X1 Hybrid G4
  ['16', layout(78, grid3P(18), energies(74, 76))], // X3 MIC, MIC Pro G2
  ['18', BOOST_G4], // X1 Boost, Mini G4
  ['22', BOOST_G4],
  ['23', layout(38, grid1P(3), energies(34, 36))], // X1 Hybrid G5
  ['24', layout(90, grid3P(16), energies(86, 88))], // X3 Hybrid G5
  ['25', layout(90, grid3P(16), energies(86, 88))], // X3 Ultra
  ['AL_SE', layout(51, OLD_GRID_1P, OLD_SITE)], // the old hybrid
]);

/** By how an older dongle names the inverter: `X1-Hybiyd-G3`, `X1-Boost-Air-Mini`, `X3-MIC` and so on. */
const NAMED: readonly (readonly [prefix: string, layout: Layout])[] = [
  ['X1-', layout(69, OLD_GRID_1P, OLD_SITE)],
  ['X3-', layout(69, OLD_GRID_3P, OLD_SITE)],
];

/** The places of a message's `type`; undefined where nobody has published them. */
export function layoutOf(type: string): Layout | undefined {
  return LAYOUTS.get(type) ?? NAMED.find(([prefix]) => type.startsWith(prefix))?.[1];
}

/** Keys of the cloud's real-time answer that are canonical: W, kWh. */
export const CLOUD: readonly (readonly [key: string, metric: string])[] = [
  ['acpower', 'active_power_w'],
  ['feedinenergy', 'energy_export_kwh'],
  ['consumeenergy', 'energy_import_kwh'],
];
