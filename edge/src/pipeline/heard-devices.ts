import type { Millis } from '@keepsite/edge-contract';
import { CodeColumn, NumberColumn } from '../domain/columns.ts';
import type { Cells } from './journal.ts';
import type { HeardDevice } from './transaction.ts';

/** One more than its place among these stands in the column; 0: deleted. */
const ONLINE = [null, false, true] as const;
const DELETED = 0;

/** Devices by their ids, with when each was last heard. Every message changes one, so they stand in columns. */
export class HeardDevices implements Cells<HeardDevice> {
  readonly #rows = new Map<string, number>();
  readonly #families: string[] = [];
  readonly #topics: string[] = [];
  readonly #online = CodeColumn.bytes();
  readonly #silentSince = new NumberColumn();
  readonly #lastHeardAt = new NumberColumn();
  readonly #writtenAt = new NumberColumn();

  constructor(devices: Iterable<HeardDevice>) {
    for (const device of devices) this.set(device.device, device);
  }

  get(key: string): HeardDevice | undefined {
    const row = this.#rows.get(key);
    if (row === undefined || !this.#isThere(row)) return undefined;
    return {
      device: key,
      family: this.#families[row] as string,
      lastHeardAt: this.#lastHeardAt.get(row) as Millis,
      online: ONLINE[this.#online.get(row) - 1] ?? null,
      silentSince: this.#silentSince.get(row),
      lastTopic: this.#topics[row] as string,
      writtenAt: this.#writtenAt.get(row) as Millis,
    };
  }

  set(key: string, { family, lastHeardAt, online, silentSince, lastTopic, writtenAt }: HeardDevice): void {
    const row = this.#rows.get(key) ?? this.#newRow(key);
    this.#families[row] = family;
    this.#topics[row] = lastTopic;
    this.#online.set(row, ONLINE.indexOf(online) + 1);
    this.#silentSince.set(row, silentSince);
    this.#lastHeardAt.set(row, lastHeardAt);
    this.#writtenAt.set(row, writtenAt);
  }

  /** Its row is kept for it. */
  delete(key: string): void {
    const row = this.#rows.get(key);
    if (row !== undefined) this.#online.set(row, DELETED);
  }

  keys(): Iterable<string> {
    return Array.from(this.#rows).flatMap(([key, row]) => (this.#isThere(row) ? key : []));
  }

  /** Who has been found silent, and has not spoken since. */
  silent(): string[] {
    const isSilent = (row: number) => this.#isThere(row) && this.#silentSince.get(row) !== null;
    return Array.from(this.#rows).flatMap(([key, row]) => (isSilent(row) ? key : []));
  }

  #isThere(row: number): boolean {
    return this.#online.get(row) !== DELETED;
  }

  #newRow(key: string): number {
    const row = this.#rows.size;
    this.#rows.set(key, row);
    return row;
  }
}
