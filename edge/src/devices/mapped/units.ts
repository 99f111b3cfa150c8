import { metricKind } from '@keepsite/edge-contract';

/** `value × factor + offset` is in the metric's own unit. */
export interface Conversion {
  readonly factor: number;
  readonly offset: number;
}

const times = (factor: number): Conversion => ({ factor, offset: 0 });

/** By the metric's unit, then by the device's. */
const UNITS: Readonly<Record<string, Readonly<Record<string, Conversion>>>> = {
  W: { W: times(1), kW: times(1e3), MW: times(1e6), mW: times(1e-3) },
  var: { var: times(1), kvar: times(1e3), Mvar: times(1e6) },
  VA: { VA: times(1), kVA: times(1e3), MVA: times(1e6) },
  V: { V: times(1), mV: times(1e-3), kV: times(1e3), dV: times(0.1) },
  A: { A: times(1), mA: times(1e-3), kA: times(1e3) },
  Hz: { Hz: times(1), mHz: times(1e-3) },
  kWh: {
    kWh: times(1),
    Wh: times(1e-3),
    MWh: times(1e3),
    W·min: times(1 / 60_000),
    J: times(1 / 3.6e6),
    MJ: times(1 / 3.6),
  },
  kvarh: { kvarh: times(1), varh: times(1e-3), Mvarh: times(1e3) },
  kW: { kW: times(1), W: times(1e-3), MW: times(1e3) },
  m: { m: times(1), cm: times(1e-2), mm: times(1e-3), ft: times(0.3048), in: times(0.0254) },
  mm: { mm: times(1), cm: times(10), m: times(1e3), µm: times(1e-3), in: times(25.4) },
  'm³/h': {
    'm³/h': times(1),
    'm3/h': times(1),
    'l/h': times(1e-3),
    'l/min': times(0.06),
    'l/s': times(3.6),
    gpm: times(0.227_124_707),
  },
  'm³': { 'm³': times(1), m3: times(1), l: times(1e-3), gal: times(0.003_785_411_784) },
  l: { l: times(1), 'm³': times(1e3), m3: times(1e3), ml: times(1e-3), gal: times(3.785_411_784) },
  'm/s': { 'm/s': times(1), 'cm/s': times(1e-2), 'mm/s': times(1e-3), 'km/h': times(1 / 3.6), fpm: times(0.005_08) },
  'm/s²': { 'm/s²': times(1), 'm/s2': times(1), mg: times(0.009_806_65), g: times(9.806_65) },
  kg: { kg: times(1), g: times(1e-3), t: times(1e3), lb: times(0.453_592_37) },
  '°C': {
    '°C': times(1),
    C: times(1),
    '°F': { factor: 1 / 1.8, offset: -32 / 1.8 },
    F: { factor: 1 / 1.8, offset: -32 / 1.8 },
    K: { factor: 1, offset: -273.15 },
  },
  '%': { '%': times(1), fraction: times(100) },
  dBm: { dBm: times(1) },
  '': { '': times(1), '%': times(1e-2), '‰': times(1e-3) },
};

/** How to turn a device's unit into a metric's; otherwise the units that it could be. */
export function conversion(metric: string, unit: string): Conversion | readonly string[] {
  const kind = metricKind(metric);
  if (kind?.type !== 'number') return [];
  const known = UNITS[kind.unit] ?? { [kind.unit]: times(1) };
  return Object.hasOwn(known, unit) ? (known[unit] as Conversion) : Object.keys(known);
}
