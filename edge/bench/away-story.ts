import { type Reading, type ReadingBlock, unpackReadings } from '@keepsite/edge-contract';
import { GENESIS, verifyChain } from '@keepsite/edge-evidence';
import type { ArrivedBatch, CloudStandIn } from '../src/testing/cloud-stand-in.ts';
import type { LoadDevice } from './devices.ts';
import type { Letter } from './publisher.ts';
import { few, percentile, type SoakReport } from './soak-report.ts';

export const AWAY_DEVICES = 100;
/** Each device says five readings a second: 500 readings a second. */
export const AWAY_PARTS = 5;
export const AWAY_FAULTS = 20;

const TIMES_NORMAL = 2;
/** A quicker line than this need not stay quicker. */
const NORMAL_MS = 300;

type Phase = 'before' | 'during' | 'after';

/**
 * What the devices have said, and what of it has come to the cloud. Every reading of a device's n-th
 * message has the value n, so that each can be told from every other.
 */
export class AwayStory {
  readonly devices = counters();
  readonly #cloud: CloudStandIn;
  readonly #said = new Map(this.devices.map(({ id }) => [id, 0]));
  /** By device and number of the message: a bit for each part that has come. */
  readonly #came = new Map(this.devices.map(({ id }) => [id, new Uint8Array(1_024)]));
  readonly #sentAt = new Map<string, { readonly at: number; readonly phase: Phase }>();
  readonly #delays: Readonly<Record<Phase, number[]>> = { before: [], during: [], after: [] };
  readonly #troubles: string[] = [];
  #phase: Phase | null = null;
  #turn = 0;
  #arrived = 0;
  #repeats = 0;
  #hushed = false;
  /** The last message of each device that is backlog, and of those, how many readings have not come. */
  #backlogUpTo: ReadonlyMap<string, number> | null = null;
  #backlogLeft = 0;
  /** The last message of each device before the cloud first took something again. */
  #liveAfter: ReadonlyMap<string, number> | null = null;
  #firstTakenAt = 0;
  #faultsOwed = AWAY_FAULTS;

  constructor(cloud: CloudStandIn) {
    this.#cloud = cloud;
    cloud.onBatch = (batch) => this.#take(batch);
  }

  /** The next message of the next device. */
  letter(): Letter {
    const device = this.devices[this.#turn++ % this.devices.length] as LoadDevice;
    const n = (this.#said.get(device.id) ?? 0) + 1;
    this.#said.set(device.id, n);
    if (this.#phase) this.#sentAt.set(`${device.id} ${n}`, { at: performance.now(), phase: this.#phase });
    return { ...device.says(Date.now(), n), sent: 0, acknowledged: false };
  }

  liveLetter(): Letter | null {
    return this.#hushed ? null : this.letter();
  }

  /** No more live data. */
  hush(): void {
    this.#hushed = true;
  }

  /** How late what is said from now on comes is noted under this phase; null: not at all. */
  measure(phase: 'before' | 'after' | null): void {
    this.#phase = phase;
  }

  /** The cloud is about to return: what has been said and has not come is backlog. */
  returning(): void {
    this.#backlogUpTo = new Map(this.#said);
    this.#backlogLeft = this.#total() - this.#arrived;
  }

  get backlogLeft(): number {
    return this.#backlogLeft;
  }

  get complete(): boolean {
    return this.#arrived >= this.#total();
  }

  report(drainedAt: number): SoakReport {
    const { before, during, after } = this.#delays;
    const opened = this.#events().filter(({ change }) => change.kind === 'opened').length;
    return {
      figures: {
        'seconds to drain': Math.round((drainedAt - this.#firstTakenAt) / 100) / 10,
        'live delay before, ms (median)': Math.round(percentile(before, 0.5)),
        'live delay before, ms (p99)': Math.round(percentile(before, 0.99)),
        'live delay while draining, ms (median)': Math.round(percentile(during, 0.5)),
        'live delay while draining, ms (p99)': Math.round(percentile(during, 0.99)),
        'live delay while draining, ms (worst)': Math.round(percentile(during, 1)),
        'live messages while draining': during.length,
        'of them later than twice the normal p99': during.filter((delay) => delay > this.#bound()).length,
        'live delay after, ms (p99)': Math.round(percentile(after, 0.99)),
        'readings said': this.#total(),
        'readings at the cloud': this.#arrived,
        'records sent again': this.#repeats,
        'incidents at the cloud': opened,
      },
      troubles: few([...this.#troubles, ...this.#shortcomings(opened)]),
    };
  }

  #shortcomings(opened: number): string[] {
    const late = percentile(this.#delays.during, 0.99);
    const chain = verifyChain(this.#events(), { seq: 0, hash: GENESIS });
    return [
      ...(this.complete ? [] : [`${this.#total() - this.#arrived} readings never came`]),
      ...(opened === AWAY_FAULTS ? [] : [`${AWAY_FAULTS} incidents, ${opened} at the cloud`]),
      ...(chain.ok ? [] : [`the evidence chain breaks at event ${chain.seq}: ${chain.reason}`]),
      ...(late <= this.#bound() ? [] : [`live data came ${Math.round(late)} ms late (p99) while the backlog drained`]),
    ];
  }

  #take(batch: ArrivedBatch): void {
    this.#repeats += batch.duplicates;
    if (this.#backlogUpTo) this.#checkOrder(batch, this.#backlogUpTo);
    for (const reading of batch.blocks.flatMap(unpackReadings)) this.#arrive(reading, batch.at);
  }

  /** Incidents before any reading, live readings before backlog. */
  #checkOrder({ at, events, blocks }: ArrivedBatch, backlogUpTo: ReadonlyMap<string, number>): void {
    if (!this.#liveAfter) {
      this.#liveAfter = new Map(this.#said);
      this.#firstTakenAt = at;
      this.#phase = 'during';
    }
    this.#faultsOwed -= events.filter(({ change }) => change.kind === 'opened').length;
    if (blocks.length > 0 && this.#faultsOwed > 0)
      this.#troubles.push(`readings came while ${this.#faultsOwed} incidents waited`);
    const liveAfter = this.#liveAfter;
    const firstBacklog = blocks.findIndex(holds((device, n) => n <= (backlogUpTo.get(device) ?? 0)));
    const lastLive = blocks.findLastIndex(holds((device, n) => n > (liveAfter.get(device) ?? 0)));
    if (firstBacklog >= 0 && firstBacklog < lastLive) this.#troubles.push('backlog stood before live data in a batch');
  }

  #arrive({ device, part, value }: Reading, at: number): void {
    const n = Number(value);
    if (!(n >= 1 && n <= (this.#said.get(device) ?? 0))) {
      this.#troubles.push(`${device} never said ${String(value)}`);
      return;
    }
    if (!this.#isFirst(device, n, Number(part?.slice(2)))) {
      this.#troubles.push(`${device} ${n} ${part} came twice`);
      return;
    }
    this.#arrived += 1;
    if (n <= (this.#backlogUpTo?.get(device) ?? 0)) this.#backlogLeft -= 1;
    const sent = this.#sentAt.get(`${device} ${n}`);
    if (!sent) return;
    this.#sentAt.delete(`${device} ${n}`);
    this.#delays[sent.phase].push(at - sent.at);
  }

  #isFirst(device: string, n: number, part: number): boolean {
    const own = roomFor(this.#came.get(device) ?? new Uint8Array(1_024), n);
    this.#came.set(device, own);
    const bit = 1 << (part - 1);
    const isFirst = ((own[n] as number) & bit) === 0;
    own[n] = (own[n] as number) | bit;
    return isFirst;
  }

  #bound(): number {
    return TIMES_NORMAL * Math.max(NORMAL_MS, percentile(this.#delays.before, 0.99));
  }

  #events() {
    return [...this.#cloud.events.values()].toSorted((a, b) => a.seq - b.seq);
  }

  #total(): number {
    return [...this.#said.values()].reduce((sum, n) => sum + n, 0) * AWAY_PARTS;
  }
}

/** Elevators whose trip counters are read in five parts; each counts its messages. */
function counters(): LoadDevice[] {
  const parts = Array.from({ length: AWAY_PARTS }, (_, i) => `ch${i + 1}`);
  return Array.from({ length: AWAY_DEVICES }, (_, i) => {
    const id = `lift-${i}`;
    return {
      id,
      family: 'keepsite',
      kind: 'elevator',
      readings: AWAY_PARTS,
      says: (at, turn) => ({
        topic: `keepsite/bench/devices/${id}/reading`,
        payload: JSON.stringify({
          at,
          readings: parts.map((part) => ({ metric: 'trips_total', part, value: turn })),
        }),
      }),
    };
  });
}

function holds(is: (device: string, n: number) => boolean): (block: ReadingBlock) => boolean {
  return (block) => unpackReadings(block).some(({ device, value }) => is(device, Number(value)));
}

function roomFor(own: Uint8Array<ArrayBuffer>, n: number): Uint8Array<ArrayBuffer> {
  if (n < own.length) return own;
  const larger = new Uint8Array(Math.max(n + 1, own.length * 2));
  larger.set(own);
  return larger;
}
