import type { JsonObject } from '../json.ts';
import { addNumber, type Speaker } from '../lines.ts';

/**
 * A meter that a script reads (SML, OBIS, Modbus): its owner names the object and the values. These
 * are the names, in any case, of the vendor's collection of scripts; their units there are kWh, W,
 * V, A and Hz. Source: tasmota.github.io/docs/Smart-Meter-Interface. Names that some owners give in
 * kW (`1_7_0`) are left out, as are tariffs: which of 1.8.1 and 1.8.2 is the dear one differs by country.
 */
const NAMES: ReadonlyMap<string, readonly [metric: string, part: string | null]> = new Map([
  ...names('energy_import_kwh', null, [
    'total_in',
    'e_in',
    'energy_in',
    'energy_imported',
    'total_kwh',
    'energycounterin',
    'kwh_in',
    '1_8_0',
  ]),
  ...names('energy_export_kwh', null, [
    'total_out',
    'e_out',
    'energy_out',
    'energy_exported',
    'export_total_kwh',
    'energycounterout',
    'kwh_out',
    '2_8_0',
  ]),
  ...names('active_power_w', null, ['power_curr', 'power_cur', 'curr_w', 'power_total', 'power', '16_7_0']),
  ...names('frequency_hz', null, ['freq', 'frequency', 'net_frequency', 'hz', '14_7_0']),
  ...['a', 'b', 'c'].flatMap((phase, index) => [
    ...names('voltage_v', phase, [...of(index, ['volt', 'voltage']), `${32 + 20 * index}_7_0`]),
    ...names('current_a', phase, [...of(index, ['amperage', 'amp', 'curr', 'current']), `${31 + 20 * index}_7_0`]),
    ...names('active_power_w', phase, [...of(index, ['power']), `${36 + 20 * index}_7_0`]),
  ]),
]);
/** A name that only such a meter has; plain `power` could be anybody's. */
const TELLTALE = /^(?:total_(?:in|out)|e_(?:in|out)|energy_(?:im|ex)ported|power_curr?|curr_w|(?:1|2)_8_0|16_7_0)$/i;

type Row = readonly [name: string, point: readonly [metric: string, part: string | null]];

function names(metric: string, part: string | null, all: readonly string[]): Row[] {
  return all.map((name) => [name, [metric, part]] as const);
}

function of(index: number, words: readonly string[]): string[] {
  return words.flatMap((word) => [`${word}_p${index + 1}`, `${word}_l${index + 1}`]);
}

/** True for an object that a meter script filled. */
export function isSmartMeter(meter: JsonObject): boolean {
  return Object.keys(meter).some((key) => TELLTALE.test(key));
}

/** Adds what a script's meter says, as far as its owner used the usual names. */
export function decodeSmartMeter(from: Speaker, meter: JsonObject): void {
  for (const [key, value] of Object.entries(meter)) {
    const point = NAMES.get(key.toLowerCase());
    if (point) addNumber(from, point[0], value, point[1]);
  }
}
