/** More series than these are looked up by their text. */
const FEW = 16;

interface Item<T> {
  readonly metric: string;
  readonly part: string | null;
  readonly thing: T;
}

/**
 * One thing for each series of a device. A device tells its series in the same order every time, so the one that
 * came after the last is looked at first, and nothing has to be looked up by its text.
 */
export class BySeries<T> {
  #items: readonly Item<T>[] = [];
  /** Where the items of a metric stand; null: there are so few that looking at each is quicker, and takes no memory. */
  #places: Map<string, Map<string | null, number>> | null = null;
  readonly #make: (metric: string, part: string | null) => T;
  readonly #most: number;
  #next = 0;

  /** `make` is called once a series; from `most` on every time: a device that invents parts without end costs time, not memory. */
  constructor(most: number, make: (metric: string, part: string | null) => T) {
    this.#most = most;
    this.#make = make;
  }

  /** The thing of this series, the same one every time; of a series beyond `most` a new one. */
  of(metric: string, part: string | null): T {
    const next = this.#items[this.#next];
    if (next !== undefined && next.metric === metric && next.part === part) {
      this.#goOn(this.#next);
      return next.thing;
    }
    const place = this.#placeOf(metric, part);
    const found = this.#items[place];
    if (found === undefined) return this.#made(metric, part);
    this.#goOn(place);
    return found.thing;
  }

  /** -1: it has none. */
  #placeOf(metric: string, part: string | null): number {
    if (this.#places) return this.#places.get(metric)?.get(part) ?? -1;
    return this.#items.findIndex((item) => item.metric === metric && item.part === part);
  }

  #goOn(place: number): void {
    this.#next = place + 1 < this.#items.length ? place + 1 : 0;
  }

  #made(metric: string, part: string | null): T {
    const thing = this.#make(metric, part);
    if (this.#items.length >= this.#most) return thing;
    // Not pushed: a list that grows by pushing keeps room for sixteen more, at every device.
    this.#items = this.#items.concat({ metric, part, thing });
    if (this.#places) note(this.#places, this.#items.length - 1, metric, part);
    else if (this.#items.length > FEW) {
      this.#places = new Map();
      for (const [place, item] of this.#items.entries()) note(this.#places, place, item.metric, item.part);
    }
    this.#next = 0;
    return thing;
  }
}

function note(
  places: Map<string, Map<string | null, number>>,
  place: number,
  metric: string,
  part: string | null,
): void {
  const parts = places.get(metric) ?? new Map<string | null, number>();
  places.set(metric, parts.set(part, place));
}
