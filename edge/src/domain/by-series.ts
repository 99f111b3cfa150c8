/**
 * One thing for each series of a device. A device tells its series in the same order every time, so the one that
 * came after the last is looked at first, and nothing has to be looked up by its text.
 */
export class BySeries<T> {
  readonly #items: { readonly metric: string; readonly part: string | null; readonly thing: T }[] = [];
  readonly #places = new Map<string, Map<string | null, number>>();
  readonly #make: (metric: string, part: string | null) => T;
  readonly #most: number;
  #next = 0;

  /** `make` is called once a series; from `most` on every time: a device that invents parts without end costs time, not memory. */
  constructor(most: number, make: (metric: string, part: string | null) => T) {
    this.#most = most;
    this.#make = make;
  }

  of(metric: string, part: string | null): T {
    const next = this.#items[this.#next];
    if (next !== undefined && next.metric === metric && next.part === part) {
      this.#goOn(this.#next);
      return next.thing;
    }
    const place = this.#places.get(metric)?.get(part);
    const found = place === undefined ? undefined : this.#items[place];
    if (place === undefined || found === undefined) return this.#made(metric, part);
    this.#goOn(place);
    return found.thing;
  }

  #goOn(place: number): void {
    this.#next = place + 1 < this.#items.length ? place + 1 : 0;
  }

  #made(metric: string, part: string | null): T {
    const thing = this.#make(metric, part);
    if (this.#items.length >= this.#most) return thing;
    const parts = this.#places.get(metric) ?? new Map<string | null, number>();
    this.#places.set(metric, parts.set(part, this.#items.length));
    this.#items.push({ metric, part, thing });
    this.#next = 0;
    return thing;
  }
}
