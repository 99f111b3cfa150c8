import type { Fault, Severity } from '@keepsite/edge-contract';
import { Episode, type Terms, type Word } from './reference.ts';
import { type Kind, STORM_ASSETS, STORM_FAULTS } from './storm-campus.ts';

const MINUTE_MS = 60_000;
const CALM_MS = 10 * MINUTE_MS;
const FLAPPING_HELD_MS = 60 * MINUTE_MS;
/** Everything is one sensor's word. */
export const SENSOR = 'sensor';
const RANKS: readonly Severity[] = ['critical', 'major', 'minor', 'info'];

/** What a device says. */
export interface Saying {
  readonly asset: string;
  readonly fault: Fault;
}

/** Why an incident waits, and for which other one; where it flaps, the oldest of the same lately. */
export interface Hold {
  readonly reason: 'explained' | 'flapping' | 'grouped';
  readonly by: Trouble;
  readonly since: number;
  /** Its cause is another one than that of whoever speaks for it. */
  readonly isStorm: boolean;
}

/** An incident that may wait for another one. */
export class Trouble extends Episode {
  readonly saying: Saying;
  readonly kind: Kind | null;
  readonly severity: Severity;
  hold: Hold | null = null;
  /** When its fault last came or went. */
  changedAt: number;
  /** When people were done with it. */
  doneAt = Infinity;
  /** It was claimed by claiming another one. */
  isClaimedThrough = false;

  constructor(saying: Saying, openedAt: number, terms: Terms) {
    super(openedAt, SENSOR, terms);
    this.saying = saying;
    this.changedAt = openedAt;
    ({ kind: this.kind, severity: this.severity } = STORM_FAULTS[saying.fault] ?? { kind: null, severity: 'info' });
  }

  override get isHeld(): boolean {
    return this.hold !== null;
  }

  /** It is over by its sensor or by people, whichever was first. */
  get overAt(): number {
    return Math.min(this.condition === 'cleared' ? this.changedAt : Infinity, this.doneAt);
  }

  /** When a flapping one is told of again, whichever way it stands. */
  get calmAt(): number {
    return Math.min(this.changedAt + CALM_MS, (this.hold?.since ?? Infinity) + FLAPPING_HELD_MS);
  }

  override hear(word: Word, now: number): boolean {
    const before = this.isOpen;
    const counted = super.hear(word, now);
    if (before && !this.isOpen) this.doneAt = now;
    return counted;
  }

  /** Somebody has claimed it by claiming another one. */
  hearThrough(word: Word, now: number): void {
    const before = this.response;
    this.hear(word, now);
    this.isClaimedThrough = before === 'open' ? this.response !== 'open' : this.isClaimedThrough;
  }

  /** Who had it only because he had another one has it no more. */
  releaseThrough(): void {
    if (!this.isClaimedThrough || !this.isOpen) return;
    this.isClaimedThrough = false;
    this.response = 'open';
    this.responder = null;
  }

  /** The ladder goes on where it would be by now. */
  protected override goOn(): void {
    this.hold = null;
  }
}

/** Somebody hears of it, be it through whoever speaks for it; nobody does of what flaps. */
export function isTold({ hold }: Trouble): boolean {
  return hold === null || (hold.reason !== 'flapping' && isTold(hold.by));
}

/** Whether the one may explain the other: by their faults, places and times, whatever has become of either. */
export function isCause(cause: Trouble, trouble: Trouble): boolean {
  return cause !== trouble && nearness(cause, trouble) < Infinity;
}

/** How early it is asked whether the one explains the other; Infinity: it cannot. */
export function nearness({ saying: cause, openedAt }: Trouble, { saying, openedAt: beganAt }: Trouble): number {
  const places = STORM_ASSETS[saying.asset];
  const rows = STORM_FAULTS[saying.fault]?.explainedBy ?? [];
  const inTime = rows.filter(({ withinMs }) => openedAt <= beganAt + withinMs);
  const order = inTime.flatMap(({ fault, above }) => (places?.[above] ?? []).map((asset) => `${asset} ${fault}`));
  const place = order.indexOf(`${cause.asset} ${cause.fault}`);
  return place < 0 || (cause.asset === saying.asset && cause.fault === saying.fault) ? Infinity : place;
}

/** The same kind of fault in one zone, or below one board; of silence, below one gateway. */
export function haveOneCause(one: Trouble, other: Trouble): boolean {
  if (one.kind !== other.kind) return false;
  const [here, there] = [STORM_ASSETS[one.saying.asset], STORM_ASSETS[other.saying.asset]];
  const way = one.kind === 'silence' ? 'gateways' : 'boards';
  return here?.zone === there?.zone || (here?.[way] ?? []).some((asset) => there?.[way].includes(asset));
}

/** 0 is the most severe. */
export function rank({ severity }: Trouble): number {
  return RANKS.indexOf(severity);
}

/** The worst first, of those the oldest; the list that is sorted has the oldest first. */
export function byWeight(one: Trouble, other: Trouble): number {
  return rank(one) - rank(other) || one.openedAt - other.openedAt;
}
