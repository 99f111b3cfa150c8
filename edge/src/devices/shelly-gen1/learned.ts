import type { Fault } from '@keepsite/edge-contract';
import type { DecodeMemory } from '../../domain/decoded.ts';
import { addFault, type Speaker } from '../lines.ts';

/** Whose words are read, and what was heard of it before. */
export interface Ear {
  readonly device: string;
  readonly memory: DecodeMemory;
}

const SLEEPER_ID = /^shelly(?:flood|ht|dw2?|button[12]|smoke)-/i;
const SLEEPER_MODEL = /^SH(?:WT|HT|DW|BTN|SM)-/;
const THREE_PHASE_ID = /em3|3em/i;
const THREE_PHASE_MODEL = 'SHEM-3';

/** Keeps the model that a device announces: its owner may have given it another name. */
export function learnModel(ear: Ear, model: string): void {
  learn(ear, 'model', model);
}

/** Keeps that a device says why it woke, which only one that sleeps does. */
export function learnSleeper(ear: Ear): void {
  learn(ear, 'sleeps', true);
}

/** True for a battery sensor, which leaves the broker after each report. */
export function sleeps(ear: Ear): boolean {
  if (SLEEPER_ID.test(ear.device) || heard(ear, 'sleeps') === true) return true;
  const model = heard(ear, 'model');
  return typeof model === 'string' && SLEEPER_MODEL.test(model);
}

/** Keeps that a device has three meters, or a neutral one: those of a 3EM, which are phases. */
export function learnThreePhases(ear: Ear): void {
  learn(ear, 'phases', true);
}

/** The part of an energy meter: the phases of a 3EM, the two unrelated clamps of an EM. */
export function meterPart(index: number, ear: Ear): string {
  if (index >= 2) learnThreePhases(ear);
  return index <= 2 && hasThreePhases(ear) ? 'abc'.charAt(index) : `ch${index + 1}`;
}

function hasThreePhases(ear: Ear): boolean {
  return THREE_PHASE_ID.test(ear.device) || heard(ear, 'model') === THREE_PHASE_MODEL || heard(ear, 'phases') === true;
}

/** Keeps the unit in which the device's owner lets it show temperatures. */
export function learnUnit(ear: Ear, unit: unknown): void {
  if (unit === 'C' || unit === 'F') learn(ear, 'unit', unit);
}

/** True when the device is known to send degrees Fahrenheit. */
export function sendsFahrenheit(ear: Ear): boolean {
  return heard(ear, 'unit') === 'F';
}

/** Of the vendor's codes the one that is Keepsite's fault too; the others are `unknown`. */
const CANONICAL: ReadonlyMap<string | number, Fault> = new Map([['vibration', 'tamper']]);

/**
 * Adds what a device says about its own trouble, with the vendor's code; null: all is well. That is
 * worth a line only after a trouble, or for an alarm of which nothing was heard yet: `alarms` are
 * the codes that it would end.
 */
export function addTrouble(
  from: Speaker,
  ear: Ear,
  subject: string,
  code: string | number | null,
  alarms: readonly string[] = [],
): void {
  const before = heard(ear, `trouble:${subject}`) as string | number | null | undefined;
  if (before === undefined && code === null) for (const alarm of alarms) addCode(from, alarm, 'cleared');
  if (before !== undefined && before !== null && before !== code) addCode(from, before, 'cleared');
  if (code !== null) addCode(from, code, 'raised');
  learn(ear, `trouble:${subject}`, code);
}

function addCode(from: Speaker, code: string | number, state: 'raised' | 'cleared'): void {
  addFault(from, CANONICAL.get(code) ?? 'unknown', state, code);
}

function heard(ear: Ear, what: string): unknown {
  return ear.memory.get(`shelly-gen1:${what}:${ear.device}`);
}

function learn(ear: Ear, what: string, value: unknown): void {
  if (heard(ear, what) !== value) ear.memory.set(`shelly-gen1:${what}:${ear.device}`, value);
}
