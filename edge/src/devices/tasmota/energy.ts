import type { JsonObject } from '../json.ts';
import { objectOf } from '../json.ts';
import { addNumber, type Speaker } from '../lines.ts';

/** Where a value stands among those of one key: from phases or channels, or from tariffs. */
type Parts = (count: number, index: number) => string | null;

interface Field {
  readonly key: string;
  readonly metric: string;
}

const POWERS = fields([
  ['Power', 'active_power_w'],
  ['ApparentPower', 'apparent_power_va'],
  ['ReactivePower', 'reactive_power_var'],
  ['Factor', 'power_factor'],
  ['Frequency', 'frequency_hz'],
  ['Voltage', 'voltage_v'],
  ['Current', 'current_a'],
  ['ImportReactive', 'reactive_energy_kvarh'],
]);
/** Registers, kWh. `Period` (Wh), `Today` and `Yesterday` are none. */
const TOTALS = fields([
  ['Total', 'energy_import_kwh'],
  ['ExportActive', 'energy_export_kwh'],
]);
/** By the clock's tariff: the first is the off-peak one (command `Tariff`). */
const TARIFFS = fields([
  ['TotalTariff', 'energy_import_kwh'],
  ['ExportTariff', 'energy_export_kwh'],
]);

function fields(rows: readonly (readonly [key: string, metric: string])[]): readonly Field[] {
  return rows.map(([key, metric]) => ({ key, metric }));
}

/** Adds what `ENERGY` says. Each value is a number, a list or an object of phases. */
export function decodeEnergy(from: Speaker, energy: JsonObject): void {
  const totals = countsTariffs(energy) ? oldTariffPart : phasePart;
  for (const { key, metric } of TOTALS) addValues(from, metric, energy[key], totals);
  for (const { key, metric } of TARIFFS) addValues(from, metric, energy[key], tariffPart);
  for (const { key, metric } of POWERS) addValues(from, metric, energy[key], phasePart);
  // A Modbus meter's own register stands in for the one that Tasmota would count.
  if (energy['Total'] === undefined) addValues(from, 'energy_import_kwh', energy['ImportActive'], phasePart);
  addNumber(from, 'current_a', energy['CurrentNeutral'], 'n');
}

const PHASES = ['a', 'b', 'c'] as const;
const TARIFF_PARTS = ['valley', 'peak'] as const;

/** Three values are the phases of one meter; any other number of them are channels. */
function phasePart(count: number, index: number): string | null {
  if (count === 1) return null;
  return count === 3 ? (PHASES[index] ?? null) : `ch${index + 1}`;
}

function tariffPart(_count: number, index: number): string | null {
  return TARIFF_PARTS[index] ?? `ch${index + 1}`;
}

/** Before version 8.3.1.2 the sum came first and its two tariffs behind it, all under one name. */
function oldTariffPart(_count: number, index: number): string | null {
  return index === 0 ? null : tariffPart(0, index - 1);
}

/** Three totals beside one power are a sum and its tariffs, not phases. */
function countsTariffs({ Total, Power, Current }: JsonObject): boolean {
  return Array.isArray(Total) && Total.length === 3 && (typeof Power === 'number' || typeof Current === 'number');
}

function addValues(from: Speaker, metric: string, value: unknown, parts: Parts): void {
  if (value === undefined) return;
  if (Array.isArray(value)) {
    value.forEach((item: unknown, index) => addNumber(from, metric, item, parts(value.length, index)));
    return;
  }
  const named = objectOf(value);
  if (named) addPhases(from, metric, named);
  else addNumber(from, metric, value);
}

function addPhases(from: Speaker, metric: string, values: JsonObject): void {
  for (const [key, value] of Object.entries(values)) {
    const found = /^(phase|l|ch|channel|)_?(\d{1,2}|[abc])$/i.exec(key);
    const name = found?.[2]?.toLowerCase();
    if (name === undefined) continue;
    const phase = /^[abc]$/.test(name) ? name : PHASES[Number(name) - 1];
    addNumber(from, metric, value, found?.[1]?.toLowerCase().startsWith('ch') || !phase ? `ch${name}` : phase);
  }
}
