import { type Reading, unpackReadings } from '@keepsite/edge-contract';
import type { Directory } from '../domain/directory.ts';
import type { RuleBook, RuleCell } from '../domain/evaluate.ts';
import { openKey } from '../domain/incident.ts';
import type { Remembered, Store } from '../ports.ts';
import { BoundedCells } from './bounded-cells.ts';
import type { Cellar } from './transaction.ts';

/** Notes that must survive a restart; the others are about how often something was written down. */
const KEPT_NOTE = /^(mode|test):/;

/** What dialects remember (births, units, pairs): some entries a device, for the largest edge. */
const LEARNT = 50_000;

interface Checkpoint {
  readonly rules: [string, RuleCell][];
  readonly notes: [string, string][];
  /** Absent in what older versions saved. */
  readonly decode?: [string, unknown][];
}

/** The rules' windows, what the notes say of modes and tests, and what the dialects have learnt, as text for the store. */
export function checkpointOf({ rules, notes, decode }: Pick<Cellar, 'rules' | 'notes' | 'decode'>): string {
  const state: Checkpoint = {
    rules: entries(rules),
    notes: entries(notes).filter(([key]) => KEPT_NOTE.test(key)),
    decode: entries(decode),
  };
  return JSON.stringify(state);
}

/** The state that the store remembers, brought up to its newest block. */
export function recall(
  { directory, ruleBook }: { readonly directory: Directory; readonly ruleBook: RuleBook },
  store: Store,
  remembered: Remembered,
): Omit<Cellar, 'answers' | 'sourceIds'> {
  const saved = JSON.parse(remembered.checkpoint?.state ?? '{"rules":[],"notes":[]}') as Checkpoint;
  const { live, strangers } = remembered;
  const named = new Set(directory.registry.devices.map(({ id }) => id));
  const rules = new Map(saved.rules);
  // What these readings raised stands in the store already: only the rules' windows are rebuilt.
  let heardAt = -Infinity;
  for (const reading of readingsAfter(store, remembered.checkpoint?.block ?? 0)) {
    // Received before its predecessor: it had been kept, and was read later.
    if (reading.historical && reading.receivedAt < heardAt) ruleBook.onPast(reading, heardAt, rules);
    else ruleBook.onReading(reading, (heardAt = reading.receivedAt), rules);
  }
  return {
    decode: new BoundedCells(LEARNT, saved.decode),
    rules,
    incidents: new Map(live.map((incident) => [incident.id, incident])),
    // Two of one instant are told apart by their episode alone.
    newest: new Map(live.toSorted((a, b) => a.episode - b.episode).map((incident) => [openKey(incident), incident.id])),
    episodes: new Map(remembered.episodes),
    devices: new Map(
      remembered.devices.filter(({ device }) => named.has(device)).map((device) => [device.device, device]),
    ),
    strangers: new Map(strangers.map((stranger) => [stranger.device, stranger])),
    latest: new Map(),
    notes: new Map([...saved.notes, ['strangers', String(strangers.length)]]),
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
