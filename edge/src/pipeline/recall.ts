import {
  type Incident,
  instantMillis,
  type MaintenanceWindow,
  type Reading,
  unpackReadings,
} from '@keepsite/edge-contract';
import type { Directory } from '../domain/directory.ts';
import type { RuleBook } from '../domain/evaluate.ts';
import { openKey } from '../domain/incident-state.ts';
import { FLAPPING_WITHIN_MS, type Raise, raisesOf } from '../domain/storm/flapping.ts';
import { SavedMemory } from '../domain/rule-memory.ts';
import { SeriesRows } from '../domain/series-rows.ts';
import type { Remembered, Store } from '../ports.ts';
import { BoundedCells } from './bounded-cells.ts';
import { piecesOf, savedIn } from './checkpoints.ts';
import { HeardDevices } from './heard-devices.ts';
import { type Cells, Journal, Journaled } from './journal.ts';
import { LiveIncidents } from './live-incidents.ts';
import { LastWords } from './last-words.ts';
import { Purses } from './purses.ts';
import { rememberedSweeps, SweepBook } from './sweep.ts';
import type { Cellar } from './transaction.ts';

/** What dialects remember (births, units, pairs): some entries a device, for the largest edge. */
const LEARNT = 50_000;

/** Faults and assets whose beginnings are remembered: more than flap at once anywhere. */
const RAISES = 20_000;
/** Incidents that are over and are read for it when the edge starts. */
const RAISED_OF_LATE = 5_000;
const EPOCH = '1970-01-01T00:00:00.000Z';

/** What memory is rebuilt with. */
interface Known {
  readonly directory: Directory;
  readonly ruleBook: RuleBook;
  readonly windows?: () => readonly MaintenanceWindow[];
  readonly series?: SeriesRows;
}

/** The state that the store remembers, brought up to its newest block. */
export function recall(
  { directory, ruleBook, windows = () => [], series = new SeriesRows() }: Known,
  store: Store,
  remembered: Remembered,
): Cellar {
  const saved = savedIn(piecesOf(store));
  const { live, strangers } = remembered;
  const named = new Set(directory.registry.devices.map(({ id }) => id));
  const journal = new Journal();
  const rules = new SavedMemory(saved.rules, journal);
  const journaled = <V>(cells: Cells<V>) => new Journaled(cells, journal);
  // What these readings raised stands in the store already: only the rules' windows are rebuilt.
  let heardAt = -Infinity;
  for (const reading of readingsAfter(store, remembered.checkpoint?.block ?? 0)) {
    // Received before its predecessor: it had been kept, and was read later.
    if (reading.historical && reading.receivedAt < heardAt) ruleBook.onPast(reading, heardAt, rules);
    else ruleBook.onReading(reading, (heardAt = reading.receivedAt), rules);
  }
  // Two of one instant are told apart by their episode alone.
  const inOrder = live.toSorted((a, b) => a.episode - b.episode);
  const sweeps = new SweepBook(rememberedSweeps(store));
  const incidents = new LiveIncidents(live, (id) => sweeps.has(id));
  const devices = remembered.devices.filter(({ device }) => named.has(device));
  const heard = new HeardDevices(devices.map((it) => ({ ...it, writtenAt: it.lastHeardAt })));
  return {
    journal,
    decode: journaled(new BoundedCells(LEARNT, saved.decode)),
    rules,
    incidents: journaled(incidents),
    live: incidents,
    sweeps: journaled(sweeps),
    inHand: sweeps,
    newest: journaled(new Map(inOrder.map((incident) => [openKey(incident), incident.id]))),
    episodes: journaled(new Map(remembered.episodes)),
    windows,
    raises: journaled(new BoundedCells(RAISES, raisesIn(live, store))),
    devices: journaled(heard),
    heard,
    strangers: journaled(new Map(strangers.map((stranger) => [stranger.device, stranger]))),
    lastWords: new LastWords(journal, series),
    purses: new Purses(store, remembered.lastEvent?.seq ?? 0, journal),
    notes: journaled(new Map([...saved.notes, ['strangers', String(strangers.length)]])),
  };
}

/** Which faults have begun of late, in incidents that may be over; as of the newest of them. */
function raisesIn(live: readonly Incident[], store: Store): Iterable<readonly [string, readonly Raise[]]> {
  const all = [...live, ...store.incidents({ state: 'closed', limit: RAISED_OF_LATE })];
  const newest = all.reduce((latest, { openedAt }) => (openedAt > latest ? openedAt : latest), EPOCH);
  const since = instantMillis(newest) - FLAPPING_WITHIN_MS;
  const byKey = Map.groupBy(
    all.filter(({ openedAt }) => instantMillis(openedAt) > since),
    openKey,
  );
  return [...byKey].map(([key, incidents]) => [key, incidents.flatMap(raisesOf).toSorted((a, b) => a.at - b.at)]);
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
