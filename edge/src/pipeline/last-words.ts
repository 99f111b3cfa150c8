import type { Millis, Reading } from '@keepsite/edge-contract';
import { BySeries } from '../domain/by-series.ts';

/** The newest value of a series: the same one again, at the same device time, is a duplicate. */
export interface LastWord {
  readonly at: Millis | null;
  readonly value: Reading['value'];
  readonly quality: Reading['quality'];
}

/** Where the newest value of one series stands. */
export class SeriesWord {
  last: LastWord | null = null;

  restore(_key: string, before: unknown): void {
    this.last = before as LastWord | null;
  }
}

/** Series of one device whose newest value is remembered. */
const MAX_SERIES = 512;

/** What every series said last. Whoever speaks goes on speaking for a while, so the device is looked up once a message. */
export class LastWords {
  readonly #devices = new Map<string, BySeries<SeriesWord>>();
  #speaker = '';
  #said: BySeries<SeriesWord> | null = null;

  of(device: string, metric: string, part: string | null): SeriesWord {
    if (this.#said === null || this.#speaker !== device) {
      this.#speaker = device;
      this.#said = this.#ofDevice(device);
    }
    return this.#said.of(metric, part);
  }

  #ofDevice(device: string): BySeries<SeriesWord> {
    const known = this.#devices.get(device) ?? new BySeries(MAX_SERIES, newWord);
    this.#devices.set(device, known);
    return known;
  }
}

/** One for all devices: each would keep its own otherwise. */
function newWord(): SeriesWord {
  return new SeriesWord();
}
