import type { Millis } from '@keepsite/edge-contract';

interface Deadline {
  readonly id: string;
  readonly at: Millis;
  /** Older ones come first among equals. */
  readonly order: number;
}

/**
 * Who is due when, the earliest first; among equals who was noted first. A binary heap with the place of
 * every id beside it (Williams 1964; the index is what Sedgewick calls an indexed priority queue): noting
 * and taking out cost log n, asking for the earliest nothing.
 */
export class Deadlines {
  readonly #heap: Deadline[] = [];
  readonly #places = new Map<string, number>();
  #noted = 0;

  /** The earliest deadline; Infinity: there is none. */
  get next(): Millis {
    return this.#heap[0]?.at ?? Infinity;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** Notes, moves or, with null, takes out. */
  set(id: string, at: Millis | null): void {
    const place = this.#places.get(id);
    if (at === null) {
      if (place !== undefined) this.#takeOut(place);
      return;
    }
    if (place === undefined) return this.#rise(this.#heap.length, { id, at, order: (this.#noted += 1) });
    const before = this.#heap[place] as Deadline;
    if (before.at !== at) this.#settle(place, { ...before, at });
  }

  /** Those that are due by `now`, at most `limit` of them, in their order; all of them stay noted. */
  due(now: Millis, limit: number): string[] {
    const found: string[] = [];
    // Children are never due before their parent: only places below what was found can come next.
    const edge = this.#heap.length > 0 ? [0] : [];
    while (found.length < limit && edge.length > 0) {
      const place = takeEarliest(edge, (a, b) => this.#isBefore(a, b));
      const deadline = this.#heap[place] as Deadline;
      if (deadline.at > now) break;
      found.push(deadline.id);
      for (const child of [2 * place + 1, 2 * place + 2]) if (child < this.#heap.length) edge.push(child);
    }
    return found;
  }

  #takeOut(place: number): void {
    const gone = this.#heap[place] as Deadline;
    const last = this.#heap.pop() as Deadline;
    this.#places.delete(gone.id);
    if (last !== gone) this.#settle(place, last);
  }

  #settle(place: number, deadline: Deadline): void {
    const parent = this.#heap[(place - 1) >> 1];
    if (place > 0 && parent && comesBefore(deadline, parent)) this.#rise(place, deadline);
    else this.#sink(place, deadline);
  }

  #rise(from: number, deadline: Deadline): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#heap[above] as Deadline;
      if (!comesBefore(deadline, parent)) break;
      this.#put(place, parent);
      place = above;
    }
    this.#put(place, deadline);
  }

  #sink(from: number, deadline: Deadline): void {
    let place = from;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= this.#heap.length) break;
      const child = left + 1 < this.#heap.length && this.#isBefore(left + 1, left) ? left + 1 : left;
      const below = this.#heap[child] as Deadline;
      if (!comesBefore(below, deadline)) break;
      this.#put(place, below);
      place = child;
    }
    this.#put(place, deadline);
  }

  #put(place: number, deadline: Deadline): void {
    this.#heap[place] = deadline;
    this.#places.set(deadline.id, place);
  }

  #isBefore(a: number, b: number): boolean {
    return comesBefore(this.#heap[a] as Deadline, this.#heap[b] as Deadline);
  }
}

function comesBefore(a: Deadline, b: Deadline): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Takes the earliest out of a few places. */
function takeEarliest(places: number[], isBefore: (a: number, b: number) => boolean): number {
  let first = 0;
  for (let n = 1; n < places.length; n += 1) if (isBefore(places[n] as number, places[first] as number)) first = n;
  return places.splice(first, 1)[0] as number;
}
