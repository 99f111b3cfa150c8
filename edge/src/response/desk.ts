import {
  instantMillis,
  instantText,
  type Millis,
  type Registry,
  ResponseBook,
  type ResponseFinding,
  type ResponseState,
  type RosterChangeBody,
  RosterChanges,
} from '@keepsite/edge-contract';
import { checkResponse, LOCAL, refusals, withChanges } from '@keepsite/edge-response';
import { isDeepStrictEqual } from 'node:util';
import type { Prepared } from '../adoption/installer.ts';
import { EdgeError, isEdgeError, sentenceOf } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { ownCalendars, type Setup, type SetupTexts } from '../setup.ts';
import { checkConfiguration, readKept, type ResponseTexts } from './kept.ts';

export interface ResponseDeskParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly current: () => { readonly setup: Setup };
  /** The files as they are on the disk. */
  readonly texts: () => SetupTexts;
  /** Throws EDGE_CONFIG_INVALID with every fault. */
  readonly prepare: (texts: SetupTexts) => Prepared;
  /** Durable when it returns. */
  readonly write: (file: keyof ResponseTexts, text: string) => void;
  /** The channels that this edge has. */
  readonly channels: () => readonly string[];
  readonly newId: () => string;
  readonly log: { info(fields: object, message: string): void };
}

/** What became of a version that the cloud sent. */
export interface Taken {
  readonly state: 'done' | 'refused';
  readonly modified: boolean;
  readonly reason: string | null;
}

/**
 * Keeps who responds and how, while the edge runs. A version from the cloud is checked, written down
 * and takes effect between two transactions; a bad one changes nothing and its reason goes back.
 * What was changed here is kept apart, so that no version of the cloud can drop it.
 */
export interface ResponseDesk {
  take(said: unknown): Promise<Taken>;
  /** Makes an override, a swap or a note. Throws ROSTER_UNKNOWN or ROSTER_CHANGE_REFUSED with the reason. */
  change(roster: string, body: RosterChangeBody, by: string): Promise<{ id: string; findings: ResponseFinding[] }>;
  /** Takes back what was made here. Throws ROSTER_UNKNOWN when it was not. */
  takeBack(roster: string, change: string): Promise<void>;
  /** Ids of what was changed here. */
  local(roster: string): string[];
  state(): ResponseState;
}

/** What is over for so long is no longer kept. */
const FORGET_AFTER_MS = 30 * 86_400_000;
const NOTHING: RosterChanges = { overrides: [], swaps: [], notes: [] };
const LISTS = { override: 'overrides', swap: 'swaps', note: 'notes' } as const;

export function createResponseDesk(parts: ResponseDeskParts): ResponseDesk {
  const registry = (): Registry => parts.current().setup.registry;
  const changes = () => readKept({ ...parts.texts().response, pulled: null }, []).changes;
  const findings = (): ResponseFinding[] =>
    checkResponse(registry(), { now: parts.clock.now(), channels: parts.channels() });

  async function install(response: ResponseTexts, files: readonly (keyof ResponseTexts)[]): Promise<void> {
    const next = parts.prepare({ ...parts.texts(), response });
    for (const file of files) {
      const text = response[file];
      if (text !== null) parts.write(file, text);
    }
    await next.takeEffect();
  }

  async function take(said: unknown): Promise<Taken> {
    const read = checkConfiguration(said, ownCalendars());
    if (!read.ok) return refused(read.faults.join('; '));
    const texts = parts.texts().response;
    const { configuration: kept } = readKept(texts, ownCalendars());
    const { version } = read.configuration;
    if (kept && kept.version >= version) return known(kept, read.configuration);
    // Only what can be gone back to replaces what could be gone back to before.
    const former = kept === null ? texts.former : JSON.stringify(kept);
    try {
      await install({ ...texts, former, pulled: JSON.stringify(read.configuration) }, ['former', 'pulled']);
    } catch (error) {
      // A disk that takes no file must not hold back the orders that come after it.
      if (isEdgeError(error)) return refused(sentenceOf(error));
      throw error;
    }
    parts.log.info({ version }, 'response plans taken from the cloud');
    return { state: 'done', modified: true, reason: null };
  }

  async function write(roster: string, next: RosterChanges): Promise<void> {
    const rosters = { ...changes(), [roster]: lasting(next, parts.clock.now()) };
    await install({ ...parts.texts().response, changes: JSON.stringify({ rosters }) }, ['changes']);
  }

  async function change(roster: string, body: RosterChangeBody, by: string) {
    if (!registry().rosters.some(({ id }) => id === roster))
      throw new EdgeError('ROSTER_UNKNOWN', `no roster ${roster} is known here`);
    const { kind, ...words } = body;
    const list = LISTS[kind];
    const made = { ...words, id: `${LOCAL}${parts.newId()}`, by, at: instantText(parts.clock.now()) };
    const before = changes()[roster] ?? NOTHING;
    const next = RosterChanges.parse({ ...before, [list]: [...before[list], made] });
    refuseBad(roster, { ...NOTHING, [list]: [made] });
    await write(roster, next);
    parts.log.info({ roster, change: made.id, kind, by }, 'roster changed here');
    return { id: made.id, findings: findings().filter(({ place }) => place.startsWith(`rosters.${roster}`)) };
  }

  /** A change that names nobody who is known, or ends before it begins, is refused with the reason. */
  function refuseBad(roster: string, added: RosterChanges): void {
    const book = registry();
    const rosters = withChanges(book.rosters, { [roster]: added });
    const reasons = refusals(checkResponse({ ...book, rosters }, {}));
    if (reasons.length > 0) throw new EdgeError('ROSTER_CHANGE_REFUSED', reasons.join('; '), { details: reasons });
  }

  async function takeBack(roster: string, id: string): Promise<void> {
    const before = changes()[roster] ?? NOTHING;
    if (!idsOf(before).includes(id))
      throw new EdgeError('ROSTER_UNKNOWN', `no change ${id} of roster ${roster} was made at this edge`);
    const without = <T extends { readonly id: string }>(all: readonly T[]) => all.filter((one) => one.id !== id);
    const { overrides, swaps, notes } = before;
    await write(roster, { overrides: without(overrides), swaps: without(swaps), notes: without(notes) });
    parts.log.info({ roster, change: id }, 'roster change taken back');
  }

  return {
    take,
    change,
    takeBack,
    local: (roster) => idsOf(changes()[roster] ?? NOTHING),
    state() {
      const { response } = parts.current().setup;
      const source = response.version === null ? 'registry' : 'cloud';
      return { source, ...response, book: ResponseBook.parse(registry()), findings: findings() };
    },
  };
}

function refused(reason: string): Taken {
  return { state: 'refused', modified: false, reason };
}

/** A version that came again is done; another one under an old number would undo what is newer. */
function known(kept: { readonly version: number }, said: { readonly version: number }): Taken {
  if (isDeepStrictEqual(kept, said)) return { state: 'done', modified: false, reason: null };
  return refused(`this edge already has version ${kept.version}; send a higher one`);
}

function idsOf({ overrides, swaps, notes }: RosterChanges): string[] {
  return [...overrides, ...swaps, ...notes].map(({ id }) => id);
}

function lasting({ overrides, swaps, notes }: RosterChanges, now: Millis): RosterChanges {
  const recent = (text: string) => instantMillis(text) > now - FORGET_AFTER_MS;
  return {
    overrides: overrides.filter(({ to }) => recent(to)),
    swaps: swaps.filter(({ give, take }) => recent(give.to) || recent(take.to)),
    notes: notes.filter(({ at, until }) => recent(until ?? at)),
  };
}
