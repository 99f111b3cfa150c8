import { Calendar } from '@keepsite/edge-contract';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const FILES = ['china.yaml'] as const;

/** The calendars that every edge comes with: what a roster may name without bringing it along. */
export const SHIPPED_CALENDARS: readonly Calendar[] = FILES.map((name) => {
  const path = fileURLToPath(import.meta.resolve(`@keepsite/edge-response/calendars/${name}`));
  return Calendar.parse(parse(readFileSync(path, 'utf8')));
});
