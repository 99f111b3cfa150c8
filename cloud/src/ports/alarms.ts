import type { Millis, Page, PageState } from '@keepsite/edge-contract';
import type { Delivery } from '@keepsite/edge-notify';
import type { Alarm, AlarmPageKind, BlindSpell, OwedAlarmPage } from '../domain/alarm/alarm.ts';
import type { AlarmRecipient } from '../domain/alarm/ladder.ts';

/** A page of an alarm as it stands in the outbox. */
export interface AlarmPage extends Page {
  readonly alarm: string;
  readonly kind: AlarmPageKind;
  readonly to: AlarmRecipient;
  readonly attempts: number;
}

/** A page that this replica may send until its lease ends. */
export interface LeasedPage extends AlarmPage {
  readonly lease: string;
}

/** What may be done to alarms inside one transaction; other replicas wait. */
export interface AlarmTransaction {
  /** Alarms that have not ended, with their spells. A spell of an edge that nobody waits for any more is over. */
  open(): Promise<Alarm[]>;
  get(id: string): Promise<Alarm | null>;
  /** Open spells that belong to no alarm yet. */
  unattended(): Promise<BlindSpell[]>;
  /** Edges that are not blind and were not heard since `before`. */
  late(before: Millis): Promise<number>;
  /** Writes the alarm, and whose its spells are. */
  save(alarm: Alarm): Promise<void>;
  /** Puts pages into the outbox; one that is there already stays as it is. */
  owe(alarm: string, pages: readonly OwedAlarmPage[], now: Millis): Promise<void>;
  /** Takes back what was not sent yet. */
  withdraw(alarm: string, now: Millis): Promise<void>;
  pages(alarm: string): Promise<AlarmPage[]>;
}

export interface AlarmStore {
  /** One at a time for a tenant, whatever replica asks. */
  change<T>(work: (tx: AlarmTransaction) => Promise<T>): Promise<T>;
  /** Newest first. */
  list(query: { readonly open?: boolean; readonly limit: number }): Promise<Alarm[]>;
  get(id: string): Promise<{ readonly alarm: Alarm; readonly pages: readonly AlarmPage[] } | null>;
  /**
   * Leases pages that are due to one sender. One whose lease has run out is leased anew and labelled
   * as a possible duplicate: whoever had it may have sent it.
   */
  lease(now: Millis, until: Millis, limit: number): Promise<LeasedPage[]>;
  /** Writes down what became of a page; false when another sender has taken it over meanwhile. */
  settle(
    page: LeasedPage,
    result: {
      readonly state: PageState;
      readonly reason: string | null;
      readonly notBefore: Millis;
      readonly attempted: boolean;
      readonly doubtful: boolean;
    },
    now: Millis,
  ): Promise<boolean>;
  /** Spells in [from, to) of the edges that serve a client's sites, the oldest first. */
  spellsOf(client: string, from: Millis, to: Millis): Promise<BlindSpell[]>;
}

/** Brings one page of an alarm to its person. Never rejects for what a provider does. */
export interface AlarmNotifier {
  deliver(page: AlarmPage, alarm: Alarm, pages: readonly AlarmPage[]): Promise<Delivery>;
  close(): Promise<void>;
}
