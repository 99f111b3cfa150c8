import type { CommandItem, CommandList, CommandResults } from '@keepsite/cloud-contract';
import type { Batch, BatchResult, Incident, Photo } from '@keepsite/edge-contract';
import type { OwedPage } from './store.ts';

/** An order that this edge cannot read: it is of a newer cloud's kind, or broken. `commandId` null: nobody can be told. */
export interface UnreadableOrder {
  readonly kind: 'unreadable';
  readonly commandId: string | null;
  readonly reason: string;
}

/** What a poll brought. One order that cannot be read never holds up the others. */
export type PolledOrders = Omit<CommandList, 'items'> & { readonly items: readonly (CommandItem | UnreadableOrder)[] };

/** The cloud, as the edge sees it. Rejects with an UplinkError when it cannot be reached. */
export interface Uplink {
  send(batch: Batch, signal?: AbortSignal): Promise<BatchResult>;
  /** Long poll: resolves with what is new, or with nothing after the server's wait. */
  commands(after: number, signal?: AbortSignal): Promise<PolledOrders>;
  results(results: CommandResults): Promise<void>;
  /** The bytes of a photograph that was sent through the cloud; null: the cloud does not have it. */
  photo(sha256: string, signal?: AbortSignal): Promise<Uint8Array | null>;
  /** Lets the cloud keep a photograph of this edge's evidence; again changes nothing. */
  keepPhoto(photo: Photo, bytes: Uint8Array, signal?: AbortSignal): Promise<void>;
}

/** The result of one attempt to hand a page to a channel. `accepted` is not seen: only an acknowledgement stops the ladder. */
export type Delivery =
  /** `reason`: what went wrong before another way worked. */
  | { readonly outcome: 'accepted'; readonly reference: string | null; readonly reason?: string }
  | {
      readonly outcome: 'retry';
      readonly reason: string;
      readonly afterMs: number;
      /** It may have got through all the same (a time-out): the next attempt is a possible duplicate. */
      readonly mayHaveArrived?: boolean;
      /** Nothing was tried: it is no attempt. */
      readonly unsent?: boolean;
    }
  | { readonly outcome: 'failed'; readonly reason: string };

/** Hands pages to channels. Never throws: a channel that throws is a `retry`. */
export interface Notifier {
  /** `isOwed` is asked before every further way: false once somebody has answered meanwhile. */
  deliver(owed: OwedPage, incident: Incident, isOwed: () => boolean): Promise<Delivery>;
  /** What a page that comes too late is gathered by, so that its group is told of all of them at once; null: it is sent as a page. */
  lateFor?(owed: OwedPage, incident: Incident): string | null;
  /** Tells of pages that are gathered by one key, in one message. */
  deliverLate?(pages: readonly { readonly owed: OwedPage; readonly incident: Incident }[]): Promise<Delivery>;
  /** Whom a page about people in danger calls, and to which site: what follows within a short while is told together. Null: it is sent by itself. */
  crowdFor?(owed: OwedPage, incident: Incident): string | null;
  /** Calls to all of them in one message, the most urgent first. */
  deliverTogether?(
    pages: readonly { readonly owed: OwedPage; readonly incident: Incident }[],
    isOwed: () => boolean,
  ): Promise<Delivery>;
}
