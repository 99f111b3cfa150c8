import type { RuleCell } from '../domain/rule-memory.ts';
import type { Store } from '../ports.ts';
import type { Cellar } from './transaction.ts';

/** Notes that must survive a restart; the others are about how often something was written down. */
const KEPT_NOTE = /^(mode|test):/;

/** Characters of a piece, or a little more: made and written in a few milliseconds. */
const PIECE = 64 * 1024;

/** Some of the entries of each kind, or all. */
interface Piece {
  readonly rules: readonly [string, RuleCell][];
  readonly notes: readonly [string, string][];
  /** Absent in what older versions saved. */
  readonly decode?: readonly [string, unknown][];
}

/** What the edge knows between two transactions, and the newest block that it has seen. */
export interface Moment {
  readonly state: Pick<Cellar, 'rules' | 'notes' | 'decode'>;
  readonly block: number;
}

/** What is being saved. */
interface Saving {
  readonly pieces: Iterator<string, string>;
  readonly block: number;
  saved: number;
}

/**
 * Saves what the blocks of readings alone would not tell: the rules' windows, what the notes say of modes and tests,
 * and what the dialects have learnt. With ten thousand devices that are many megabytes, so a piece is saved at a time,
 * between other work; all of them tell how it was when it began.
 */
export class Checkpoints {
  readonly #store: Pick<Store, 'saveCheckpoint'>;
  readonly #givenUp: (error: unknown) => void;
  #isSaving = false;
  #isOver = false;

  /** `givenUp` hears why one could not be saved: then the one before holds. */
  constructor(store: Pick<Store, 'saveCheckpoint'>, givenUp: (error: unknown) => void) {
    this.#store = store;
    this.#givenUp = givenUp;
  }

  /** One has begun, and not all of it is saved. */
  get isSaving(): boolean {
    return this.#isSaving;
  }

  /** Begins once the transaction that is being made is over. `moment` null: it is not to be saved just now. */
  begin(moment: () => Moment | null): void {
    this.#isSaving = true;
    this.#inTurns(() => {
      const now = moment();
      if (now) this.#goOn(savingOf(now));
      else this.#isSaving = false;
    });
  }

  /** The last one: all of it, before anything else is done. Throws what the store throws. */
  end(moment: Moment | null): void {
    this.#isOver = true;
    if (!moment) return;
    const saving = savingOf(moment);
    while (!this.#save(saving));
  }

  #goOn(saving: Saving): void {
    this.#inTurns(() => {
      if (this.#save(saving)) this.#isSaving = false;
      else this.#goOn(saving);
    });
  }

  #inTurns(work: () => void): void {
    setImmediate(() => {
      if (this.#isOver) return;
      try {
        work();
      } catch (error) {
        this.#isSaving = false;
        this.#givenUp(error);
      }
    });
  }

  /** Saves one piece more; true when it was the last one. */
  #save(saving: Saving): boolean {
    const { value: state, done = false } = saving.pieces.next();
    this.#store.saveCheckpoint({ number: saving.saved, state, block: done ? saving.block : null });
    saving.saved += 1;
    return done;
  }
}

/** The pieces of the last checkpoint. */
export function* piecesOf(store: Pick<Store, 'checkpointPiece'>): Generator<string> {
  for (let number = 0; ; number += 1) {
    const piece = store.checkpointPiece(number);
    if (piece === undefined) return;
    yield piece;
  }
}

/** A piece whose windows lie in a future that never was: what dialects learnt and what the notes say stands. */
export function withoutWindows(piece: string): string {
  return JSON.stringify({ ...(JSON.parse(piece) as Piece), rules: [] });
}

/** What the pieces say, put together again. */
export function savedIn(pieces: Iterable<string>) {
  const rules = new Map<string, RuleCell>();
  const notes = new Map<string, string>();
  const decode = new Map<string, unknown>();
  for (const text of pieces) {
    const piece = JSON.parse(text) as Piece;
    for (const entry of piece.rules) rules.set(...asToday(entry));
    for (const entry of piece.notes) notes.set(...entry);
    for (const entry of piece.decode ?? []) decode.set(...entry);
  }
  return { rules, notes, decode };
}

/** What leaves knew of series was kept by their names once. */
function asToday([key, cell]: readonly [string, RuleCell]): readonly [string, RuleCell] {
  return key.startsWith('l:') && !Array.isArray(cell) ? [key, Object.values(cell ?? {})] : [key, cell];
}

/** Everything is taken down at once, and made text of as it is asked for. */
function savingOf({ state: { rules, notes, decode }, block }: Moment): Saving {
  const kept = entries(notes).filter(([key]) => KEPT_NOTE.test(key));
  return { pieces: texts(rules.entries(), entries(decode), { rules: [], notes: kept }), block, saved: 0 };
}

/** The last piece is what is returned. */
function* texts(
  rules: Iterable<[string, RuleCell]>,
  decode: Iterable<[string, unknown]>,
  last: Piece,
): Generator<string, string> {
  for (const some of packed(rules)) yield `{"rules":[${some}],"notes":[]}`;
  for (const some of packed(decode)) yield `{"rules":[],"notes":[],"decode":[${some}]}`;
  return JSON.stringify(last);
}

/** So many at a time that their text fills a piece. */
function* packed(all: Iterable<unknown>): Generator<string> {
  let some: string[] = [];
  let length = 0;
  for (const entry of all) {
    const text = JSON.stringify(entry);
    some.push(text);
    length += text.length;
    if (length < PIECE) continue;
    yield some.join();
    [some, length] = [[], 0];
  }
  if (length > 0) yield some.join();
}

function entries<V>(cells: { keys(): Iterable<string>; get(key: string): V | undefined }): [string, V][] {
  return [...cells.keys()].map((key) => [key, cells.get(key) as V]);
}
