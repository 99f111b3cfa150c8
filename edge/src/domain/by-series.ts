/** More series than these are looked up by their text. */
const FEW = 16;
/** Of each series: its metric, its part, its thing. */
const WIDTH = 3;

/**
 * One thing for each series of a device. A device tells its series in the same order every time, so the one that
 * came after the last is looked at first, and nothing has to be looked up by its text.
 */
export class BySeries<T> {
  /** One flat list: there are devices by the ten thousand, and an object for each of their series would cost more than the things. */
  #row: readonly (string | null | T)[] = [];
  /** Where the things of a metric stand; null: there are so few that looking at each is quicker, and takes no memory. */
  #places: Map<string, Map<string | null, number>> | null = null;
  readonly #make: (metric: string, part: string | null) => T;
  readonly #most: number;
  readonly #beyond: T | undefined;
  #next = 0;

  /**
   * `make` is called once a series; from `most` on every time, unless all of those have one thing, `beyond`: a device
   * that invents parts without end costs time, not memory.
   */
  constructor(most: number, make: (metric: string, part: string | null) => T, beyond?: T) {
    this.#make = make;
    this.#most = most;
    this.#beyond = beyond;
  }

  /** The thing of this series, the same one every time; of a series beyond `most` a new one, or the one beyond. */
  of(metric: string, part: string | null): T {
    const place = this.#isAt(this.#next, metric, part) ? this.#next : this.#placeOf(metric, part);
    if (place < 0) return this.#made(metric, part);
    this.#next = place + WIDTH < this.#row.length ? place + WIDTH : 0;
    return this.#row[place + 2] as T;
  }

  #isAt(place: number, metric: string, part: string | null): boolean {
    return this.#row[place] === metric && this.#row[place + 1] === part;
  }

  /** -1: it has none. */
  #placeOf(metric: string, part: string | null): number {
    if (this.#places) return this.#places.get(metric)?.get(part) ?? -1;
    for (let place = 0; place < this.#row.length; place += WIDTH) if (this.#isAt(place, metric, part)) return place;
    return -1;
  }

  #made(metric: string, part: string | null): T {
    const place = this.#row.length;
    const isKept = place < this.#most * WIDTH;
    const thing = isKept || this.#beyond === undefined ? this.#make(metric, part) : this.#beyond;
    if (!isKept) return thing;
    // Not pushed: a list that grows by pushing keeps room for sixteen more, at every device.
    this.#row = this.#row.concat([metric, part, thing]);
    if (this.#places) this.#note(place);
    else if (place >= FEW * WIDTH) {
      this.#places = new Map();
      for (let known = 0; known < this.#row.length; known += WIDTH) this.#note(known);
    }
    this.#next = 0;
    return thing;
  }

  #note(place: number): void {
    const [metric, part] = this.#row.slice(place, place + 2) as [string, string | null];
    const parts = this.#places?.get(metric) ?? new Map<string | null, number>();
    this.#places?.set(metric, parts.set(part, place));
  }
}
