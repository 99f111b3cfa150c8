/** More series than these are looked up by their text. */
const FEW = 16;
/** Of each series in a list: its metric, its part. */
const WIDTH = 2;
/** A list that is shared is no longer than this, and there are so many of them at most: devices may invent series. */
const LONGEST_SHARED = 64;
const MOST_SHARED = 4_096;

/**
 * Series in the order in which a device told them first. Alike devices tell the same in the same order and have one
 * list together: there are devices by the ten thousand, and a list for each would take more than what it leads to.
 */
export class SeriesList {
  readonly #row: readonly (string | null)[];
  /** Lists that may still be shared; null: this one is its device's own. */
  readonly #room: { left: number } | null;
  /** With one series more, by its text. */
  #longer: Map<string, SeriesList> | null = null;
  /** Where the parts of a metric stand; null: there are so few that looking at each is quicker. */
  #places: Map<string, Map<string | null, number>> | null = null;

  private constructor(row: readonly (string | null)[], room: { left: number } | null) {
    this.#row = row;
    this.#room = room;
  }

  /** What all lists begin with that are to be shared. */
  static empty(): SeriesList {
    return new SeriesList([], { left: MOST_SHARED });
  }

  get length(): number {
    return this.#row.length / WIDTH;
  }

  isAt(place: number, metric: string, part: string | null): boolean {
    return this.#row[place * WIDTH] === metric && this.#row[place * WIDTH + 1] === part;
  }

  /** The series at a place. */
  at(place: number): readonly [metric: string, part: string | null] {
    return this.#row.slice(place * WIDTH, (place + 1) * WIDTH) as [string, string | null];
  }

  /** -1: it is not among them. */
  placeOf(metric: string, part: string | null): number {
    const { length } = this;
    if (length > FEW) return (this.#places ??= this.#placed()).get(metric)?.get(part) ?? -1;
    for (let place = 0; place < length; place += 1) if (this.isAt(place, metric, part)) return place;
    return -1;
  }

  /** The same one every time, as long as there is room for lists that are shared. */
  with(metric: string, part: string | null): SeriesList {
    // Names come from devices: any sign between the two could be in them.
    const text = JSON.stringify([metric, part]);
    const known = this.#longer?.get(text);
    if (known) return known;
    const room = this.#room !== null && this.#room.left > 0 && this.length < LONGEST_SHARED ? this.#room : null;
    // Not pushed: a list that grows by pushing keeps room for sixteen more.
    const made = new SeriesList(this.#row.concat([metric, part]), room);
    if (room === null) return made;
    room.left -= 1;
    this.#longer ??= new Map();
    this.#longer.set(text, made);
    return made;
  }

  #placed(): Map<string, Map<string | null, number>> {
    const places = new Map<string, Map<string | null, number>>();
    for (let place = 0; place < this.length; place += 1) {
      const [metric, part] = this.at(place);
      const parts = places.get(metric) ?? new Map<string | null, number>();
      places.set(metric, parts.set(part, place));
    }
    return places;
  }
}

/**
 * One thing for each series of a device. A device tells its series in the same order every time, so the one that
 * came after the last is looked at first, and nothing has to be looked up by its text.
 */
export class BySeries<T> {
  #list: SeriesList;
  #things: T[] = [];
  #next = 0;

  /** `empty` is the same for all devices of one owner. */
  constructor(empty: SeriesList) {
    this.#list = empty;
  }

  get size(): number {
    return this.#things.length;
  }

  /** Undefined: nothing was put there. */
  get(metric: string, part: string | null): T | undefined {
    return this.#things[this.#placeOf(metric, part)];
  }

  /** For a series that has none yet. */
  add(metric: string, part: string | null, thing: T): void {
    this.#list = this.#list.with(metric, part);
    this.#things = this.#things.concat([thing]);
    this.#next = 0;
  }

  /** In the order in which they came. */
  entries(): { readonly metric: string; readonly part: string | null; readonly thing: T }[] {
    return this.#things.map((thing, place) => {
      const [metric, part] = this.#list.at(place);
      return { metric, part, thing };
    });
  }

  /** -1: there is none. */
  #placeOf(metric: string, part: string | null): number {
    const place = this.#list.isAt(this.#next, metric, part) ? this.#next : this.#list.placeOf(metric, part);
    if (place >= 0) this.#next = place + 1 < this.#things.length ? place + 1 : 0;
    return place;
  }
}
