import { metricKind } from '@keepsite/edge-contract';
import { withRecent } from './recent.ts';

/** A quantity that a unit names, and how a number in this unit becomes one in the base unit. */
interface Unit {
  readonly quantity: Quantity;
  readonly multiply: number;
  readonly divide: number;
  readonly add: number;
}

/** What a unit measures. */
export type Quantity =
  | 'power'
  | 'reactive power'
  | 'apparent power'
  | 'energy'
  | 'reactive energy'
  | 'voltage'
  | 'current'
  | 'frequency'
  | 'temperature'
  | 'percent'
  | 'length'
  | 'litres'
  | 'cubic metres'
  | 'flow'
  | 'speed'
  | 'acceleration'
  | 'mass'
  | 'signal';

const unit = (quantity: Quantity, multiply = 1, divide = 1, add = 0): Unit => ({ quantity, multiply, divide, add });

const FAHRENHEIT = unit('temperature', 5, 9, -32);
const GALLON = unit('litres', 3_785_411_784, 1e9);
const KELVIN = unit('temperature', 1, 1, -273.15);

/** By the unit's spelling, without blanks and in compatible characters (`m³` is `m3`). */
const UNITS: ReadonlyMap<string, Unit> = new Map([
  ['W', unit('power')],
  ['kW', unit('power', 1000)],
  ['MW', unit('power', 1e6)],
  ['mW', unit('power', 1, 1000)],
  ['var', unit('reactive power')],
  ['kvar', unit('reactive power', 1000)],
  ['VA', unit('apparent power')],
  ['kVA', unit('apparent power', 1000)],
  ['kWh', unit('energy')],
  ['Wh', unit('energy', 1, 1000)],
  ['MWh', unit('energy', 1000)],
  ['GWh', unit('energy', 1e6)],
  ['Wm', unit('energy', 1, 60_000)],
  ['Wmin', unit('energy', 1, 60_000)],
  ['Ws', unit('energy', 1, 3_600_000)],
  ['J', unit('energy', 1, 3_600_000)],
  ['kJ', unit('energy', 1, 3600)],
  ['MJ', unit('energy', 10, 36)],
  ['GJ', unit('energy', 10_000, 36)],
  ['kvarh', unit('reactive energy')],
  ['varh', unit('reactive energy', 1, 1000)],
  ['V', unit('voltage')],
  ['mV', unit('voltage', 1, 1000)],
  ['kV', unit('voltage', 1000)],
  ['A', unit('current')],
  ['mA', unit('current', 1, 1000)],
  ['kA', unit('current', 1000)],
  ['Hz', unit('frequency')],
  ['mHz', unit('frequency', 1, 1000)],
  ['kHz', unit('frequency', 1000)],
  ['°C', unit('temperature')],
  ['C', unit('temperature')],
  ['degC', unit('temperature')],
  ['Celsius', unit('temperature')],
  ['°F', FAHRENHEIT],
  ['F', FAHRENHEIT],
  ['degF', FAHRENHEIT],
  ['Fahrenheit', FAHRENHEIT],
  ['K', KELVIN],
  ['Kelvin', KELVIN],
  ['%', unit('percent')],
  ['%RH', unit('percent')],
  ['%,RH', unit('percent')],
  ['percent', unit('percent')],
  ['m', unit('length')],
  ['cm', unit('length', 1, 100)],
  ['mm', unit('length', 1, 1000)],
  ['dm', unit('length', 1, 10)],
  ['ft', unit('length', 3048, 10_000)],
  ['in', unit('length', 254, 10_000)],
  ['L', unit('litres')],
  ['mL', unit('litres', 1, 1000)],
  ['hL', unit('litres', 100)],
  ['litres', unit('litres')],
  ['liters', unit('litres')],
  ['gal', GALLON],
  ['USgal', GALLON],
  ['gallons', GALLON],
  ['m3', unit('cubic metres')],
  ['ft3', unit('cubic metres', 28_316_846_592, 1e12)],
  ['CCF', unit('cubic metres', 28_316_846_592, 1e10)],
  ['m3/h', unit('flow')],
  ['m3/s', unit('flow', 3600)],
  ['m3/min', unit('flow', 60)],
  ['L/h', unit('flow', 1, 1000)],
  ['L/min', unit('flow', 6, 100)],
  ['lpm', unit('flow', 6, 100)],
  ['L/s', unit('flow', 36, 10)],
  ['mL/s', unit('flow', 36, 10_000)],
  ['gal/min', unit('flow', 227_124_707_040, 1e12)],
  ['gpm', unit('flow', 227_124_707_040, 1e12)],
  ['gal/h', unit('flow', 3_785_411_784, 1e12)],
  ['m/s', unit('speed')],
  ['cm/s', unit('speed', 1, 100)],
  ['mm/s', unit('speed', 1, 1000)],
  ['km/h', unit('speed', 10, 36)],
  ['m/s2', unit('acceleration')],
  ['kg', unit('mass')],
  ['g', unit('mass', 1, 1000)],
  ['lb', unit('mass', 45_359_237, 1e8)],
  ['dBm', unit('signal')],
]);

/** Units in words, as BACnet's engineering units, OPC UA and people spell them; blanks and hyphens do not count. */
const WORDS: readonly (readonly [unit: string, words: string])[] = [
  ['W', 'watt watts'],
  ['kW', 'kilowatt kilowatts'],
  ['MW', 'megawatts'],
  ['var', 'voltamperesreactive'],
  ['kvar', 'kilovoltamperesreactive'],
  ['VA', 'voltamperes'],
  ['kVA', 'kilovoltamperes'],
  ['Wh', 'watthours'],
  ['kWh', 'kilowatthours'],
  ['MWh', 'megawatthours'],
  ['J', 'joules'],
  ['kJ', 'kilojoules'],
  ['MJ', 'megajoules'],
  ['kvarh', 'kilovoltamperehoursreactive'],
  ['V', 'volt volts'],
  ['mV', 'millivolts'],
  ['kV', 'kilovolts'],
  ['A', 'amp amps ampere amperes'],
  ['mA', 'milliamperes'],
  ['Hz', 'hertz'],
  ['°C', 'degreesc degreescelsius'],
  ['°F', 'degreesf degreesfahrenheit'],
  ['K', 'degreeskelvin'],
  ['%', 'percentage percentrelativehumidity'],
  ['m', 'meters metres'],
  ['cm', 'centimeters centimetres'],
  ['mm', 'millimeters millimetres'],
  ['ft', 'feet'],
  ['m3', 'cubicmeters cubicmetres'],
  ['ft3', 'cubicfeet'],
  ['gal', 'usgallons'],
  ['m3/h', 'cubicmetersperhour'],
  ['m3/s', 'cubicmeterspersecond'],
  ['L/s', 'literspersecond'],
  ['L/min', 'litersperminute'],
  ['L/h', 'litersperhour'],
  ['gpm', 'usgallonsperminute'],
  ['m/s', 'meterspersecond meters/second'],
  ['mm/s', 'millimeterspersecond'],
  ['km/h', 'kilometersperhour'],
  ['kg', 'kilograms'],
];

/** The same without regard to case, where that leaves no doubt (`mW` is not `MW`). */
const UNCASED: ReadonlyMap<string, Unit | null> = uncased();

function uncased(): Map<string, Unit | null> {
  const spellings = new Map<string, Unit | null>();
  for (const [spelling, found] of UNITS) {
    const small = spelling.toLowerCase();
    spellings.set(small, spellings.has(small) ? null : found);
  }
  for (const [spelling, words] of WORDS)
    for (const word of words.split(' ')) spellings.set(word, UNITS.get(spelling) ?? null);
  return spellings;
}

const MAX_UNIT = 40;

function unitOf(text: string): Unit | undefined {
  return UNITS.get(text) ?? (text.length > MAX_UNIT ? undefined : spelledOtherwise(text));
}

const spelledOtherwise = withRecent((text): Unit | undefined => {
  const plain = text.normalize('NFKC').replace(/[\s^·_-]/g, '');
  return UNITS.get(plain) ?? UNCASED.get(plain.toLowerCase()) ?? undefined;
});

/** What a unit measures; undefined for a unit that no canonical metric has. */
export function quantityOf(unitText: string): Quantity | undefined {
  return unitOf(unitText)?.quantity;
}

/** By the metric's own unit. */
const OF_METRIC: ReadonlyMap<string, Quantity> = new Map([
  ['W', 'power'],
  ['kW', 'power'],
  ['var', 'reactive power'],
  ['VA', 'apparent power'],
  ['kWh', 'energy'],
  ['kvarh', 'reactive energy'],
  ['V', 'voltage'],
  ['A', 'current'],
  ['Hz', 'frequency'],
  ['°C', 'temperature'],
  ['%', 'percent'],
  ['', 'percent'],
  ['m', 'length'],
  ['l', 'litres'],
  ['m³', 'cubic metres'],
  ['m³/h', 'flow'],
  ['m/s', 'speed'],
  ['m/s²', 'acceleration'],
  ['kg', 'mass'],
  ['dBm', 'signal'],
]);

/**
 * A number in the device's unit as one in the metric's; undefined when the unit is none of this
 * metric's. A point without a canonical name keeps its number.
 */
export function convert(metric: string, value: number, unitText: string): number | undefined {
  const kind = metricKind(metric);
  if (kind?.type !== 'number') return value;
  const found = unitOf(unitText);
  if (!found || OF_METRIC.get(kind.unit) !== found.quantity) return undefined;
  const { multiply, divide, add } = found;
  if (metric === 'demand_kw') return trimmed((value * multiply) / (divide * 1000));
  if (metric === 'power_factor') return value / 100;
  if (add !== 0) return Math.round(((value + add) * multiply * 1e9) / divide) / 1e9;
  return multiply === 1 ? value / divide : trimmed((value * multiply) / divide);
}

/** Takes away the noise that a multiplication leaves in the last digits. */
function trimmed(value: number): number {
  return Number(value.toPrecision(15));
}
