import { Calendar, ResponseBook, Roster } from '@keepsite/edge-contract';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const file = new URL('../../calendars/china.yaml', import.meta.url);

/** The calendar that Keepsite comes with. */
export const china = Calendar.parse(parse(readFileSync(file, 'utf8')));

const name = (text: string) => ({ en: text, zh: text });
const reached = (id: string, ...skills: string[]) => ({
  id,
  name: id,
  skills,
  addresses: [{ channel: 'mqtt', to: id }],
});

/** Three people, a crew of two of them, China's calendar, and what a test adds. */
export function bookOf(more: Partial<Record<keyof ResponseBook, unknown>> = {}): ResponseBook {
  return ResponseBook.parse({
    people: [reached('an', 'elevator'), reached('bo', 'electrical'), reached('chen'), reached('dai')],
    crews: [{ id: 'pair', name: name('Pair'), members: ['an', 'bo'] }],
    calendars: [china],
    ...more,
  });
}

/** A roster of one layer in a zone; `more` replaces parts of the roster. */
export function rosterOf(zone: string, layer: object, more: object = {}): Roster {
  const layers = [{ id: 'first', members: ['an', 'bo', 'chen'], from: '2026-01-05T08:00', ...layer }];
  return Roster.parse({ id: 'duty', version: 1, name: name('Duty'), zone, layers, ...more });
}

/** An instant by the wall clock of a zone. */
export function at(text: string, zone: string): number {
  return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds;
}
