import { type Reading, unpackReadings } from '@keepsite/edge-contract';
import type { RuleBook, RuleCell } from '../domain/evaluate.ts';
import { openKey } from '../domain/incident.ts';
import type { Remembered, Store } from '../ports.ts';
import type { Cellar } from './transaction.ts';

/** Notes that must survive a restart; the others are about how often something was written down. */
const KEPT_NOTE = /^(mode|test):/;

interface Checkpoint {
  readonly rules: [string, RuleCell][];
  readonly notes: [string, string][];
}

/** The rules' windows, and what the notes say of modes and tests, as text for the store. */
export function checkpointOf({ rules, notes }: Pick<Cellar, 'rules' | 'notes'>): string {
  const state: Checkpoint = { rules: entries(rules), notes: entries(notes).filter(([key]) => KEPT_NOTE.test(key)) };
  return JSON.stringify(state);
}

/** The state that the store remembers, brought up to its newest block. */
export function recall(
  ruleBook: RuleBook,
  store: Store,
  remembered: Remembered,
): Omit<Cellar, 'answers' | 'sourceIds'> {
  const saved = JSON.parse(remembered.checkpoint?.state ?? '{"rules":[],"notes":[]}') as Checkpoint;
  const { live } = remembered;
  const rules = new Map(saved.rules);
  // What these readings raised stands in the store already: only the rules' windows are rebuilt.
  for (const reading of readingsAfter(store, remembered.checkpoint?.block ?? 0)) {
    ruleBook.onReading(reading, reading.receivedAt, rules);
  }
  return {
    decode: new Map(),
    rules,
    incidents: new Map(live.map((incident) => [incident.id, incident])),
    newest: new Map(live.map((incident) => [openKey(incident), incident.id])),
    episodes: new Map(remembered.episodes),
    devices: new Map(remembered.devices.map((device) => [device.device, device])),
    latest: new Map(),
    notes: new Map(saved.notes),
  };
}

function* readingsAfter(store: Store, block: number): Iterable<Reading> {
  let after = block;
  for (;;) {
    const blocks = store.blocks({ after, limit: 100 });
    for (const one of blocks) yield* unpackReadings(one);
    const last = blocks.at(-1);
    if (!last) return;
    after = last.seq;
  }
}

function entries<V>(cells: { keys(): Iterable<string>; get(key: string): V | undefined }): [string, V][] {
  return [...cells.keys()].map((key) => [key, cells.get(key) as V]);
}
