import { BySeries, SeriesList } from './by-series.ts';

/** Series of one device that have numbers. */
const MAX_SERIES = 512;
/** Of a series beyond them. */
export const NO_NUMBER = -1;

/**
 * Gives the series of all devices their numbers, from 0 on, as they appear: whoever keeps something of every series
 * keeps it in columns by these. One for the whole edge, because which series it is takes more than what is kept of it.
 */
export class SeriesNumbers {
  readonly #devices = new Map<string, BySeries<number>>();
  readonly #noSeries = SeriesList.empty();
  /** Whoever speaks goes on speaking for a while, so the device is looked up once a message. */
  #speaker = '';
  #ofSpeaker: BySeries<number> | null = null;
  #count = 0;

  /** The same one every time; {@link NO_NUMBER}: the device has 512 others. */
  of(device: string, metric: string, part: string | null): number {
    if (this.#ofSpeaker === null || this.#speaker !== device) {
      this.#speaker = device;
      this.#ofSpeaker = this.#numbersOf(device);
    }
    return this.#ofSpeaker.get(metric, part) ?? this.#number(this.#ofSpeaker, metric, part);
  }

  /** All series of a device that have one, in the order in which they came. */
  all(device: string): ReturnType<BySeries<number>['entries']> {
    return this.#devices.get(device)?.entries() ?? [];
  }

  #numbersOf(device: string): BySeries<number> {
    const known = this.#devices.get(device) ?? new BySeries<number>(this.#noSeries);
    this.#devices.set(device, known);
    return known;
  }

  #number(numbers: BySeries<number>, metric: string, part: string | null): number {
    if (numbers.size >= MAX_SERIES) return NO_NUMBER;
    numbers.add(metric, part, this.#count);
    this.#count += 1;
    return this.#count - 1;
  }
}
