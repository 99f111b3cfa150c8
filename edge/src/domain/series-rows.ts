import { BySeries, SeriesList } from './by-series.ts';

/** Series of one device that are kept. */
const MAX_SERIES = 512;
/** The row of a series beyond them. */
export const NOT_KEPT = -1;

/**
 * Which row of columns each series of each device has, from 0 on, as they appear. One for the whole edge: which series
 * it is takes more than what is kept of it.
 */
export class SeriesRows {
  readonly #devices = new Map<string, BySeries<number>>();
  readonly #noSeries = SeriesList.empty();
  /** Whoever speaks goes on speaking for a while, so the device is looked up once a message. */
  #speaker = '';
  #ofSpeaker: BySeries<number> | null = null;
  #count = 0;

  /** The same one every time; {@link NOT_KEPT}: the device has 512 others. */
  of(device: string, metric: string, part: string | null): number {
    if (this.#ofSpeaker === null || this.#speaker !== device) {
      this.#speaker = device;
      this.#ofSpeaker = this.#rowsOf(device);
    }
    return this.#ofSpeaker.get(metric, part) ?? this.#newRow(this.#ofSpeaker, metric, part);
  }

  /** The series of a device that have one, and it, in the order in which they came. */
  all(device: string): { readonly metric: string; readonly part: string | null; readonly row: number }[] {
    const rows = this.#devices.get(device)?.entries() ?? [];
    return rows.map(({ metric, part, thing: row }) => ({ metric, part, row }));
  }

  #rowsOf(device: string): BySeries<number> {
    const known = this.#devices.get(device) ?? new BySeries<number>(this.#noSeries);
    this.#devices.set(device, known);
    return known;
  }

  #newRow(rows: BySeries<number>, metric: string, part: string | null): number {
    if (rows.size >= MAX_SERIES) return NOT_KEPT;
    rows.add(metric, part, this.#count);
    this.#count += 1;
    return this.#count - 1;
  }
}
