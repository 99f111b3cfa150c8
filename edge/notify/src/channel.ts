import { type Incident, instantMillis, type Page } from '@keepsite/edge-contract';
import type { Language } from './message.ts';

/** What a channel gets: one page to one person, with everything its text needs. */
export interface OutgoingPage {
  readonly page: Page;
  readonly incident: Incident;
  /** 1 for the first attempt; the page's id stays the same in all of them. */
  readonly attempt: number;
  readonly possibleDuplicate: boolean;
  /** True for a message that somebody sends to test a channel; nothing has happened. */
  readonly test: boolean;
  /** What the person reads, in this order. */
  readonly languages: readonly Language[];
  /** Names of the place, as people call it; ids where the registry has no name. */
  readonly place: { readonly en: string; readonly zh: string };
  /** IANA zone for the times in the text. */
  readonly timeZone: string;
  /** Where the crew answers; null when this edge has no address of its own. */
  readonly link: string | null;
  /** The same without signing in, in this person's name: only for what nobody else reads. Absent: there is none. */
  readonly ownLink?: string | null;
  /** That is the only way in which the person can answer: a short message has to carry it. Absent: there are others. */
  readonly answersByLinkOnly?: true;
  /** Edge time, epoch ms; the remaining time is counted from it. */
  readonly now: number;
  /** It tells of all of these together, which could not be sent while they were of use. Absent: it is a page. */
  readonly late?: readonly OutgoingPage[];
  /** It calls to all of these at once, the most urgent first: people in danger in many places. Absent: to its own incident. */
  readonly together?: readonly OutgoingPage[];
}

/**
 * What became of one attempt. `accepted` means that the provider took it, not that anybody saw it;
 * its `reason` tells what went wrong before another way worked. `mayHaveArrived` marks a `retry`
 * whose outcome is not known, so that the next attempt is labelled; `throttled` one whose robot is
 * to be left alone for `afterMs`; `unsent` one that was not even tried, so that it is no attempt.
 */
export type Delivery =
  | { readonly outcome: 'accepted'; readonly reference: string | null; readonly reason?: string }
  | {
      readonly outcome: 'retry';
      readonly reason: string;
      readonly afterMs: number;
      readonly mayHaveArrived?: boolean;
      readonly throttled?: boolean;
      readonly unsent?: boolean;
    }
  | { readonly outcome: 'failed'; readonly reason: string };

/** What the outside world looks like to a channel; everything that a test wants to replace. */
export interface ChannelDeps {
  readonly fetch: typeof fetch;
  /** The machine's wall clock, epoch ms: signatures are judged by the provider's clock, not by the edge's. */
  readonly wallNow: () => number;
  /** 0 ≤ x < 1; spreads retries. */
  readonly random: () => number;
  /** Publishes over MQTT; resolves once the broker has it. */
  readonly publish: (topic: string, payload: string) => Promise<void>;
  readonly log: (fields: Readonly<Record<string, unknown>>, message: string) => void;
  /** Asked before every outgoing request and throws for a URL that must not be reached. */
  readonly assertAllowedUrl: (url: URL) => void;
  /** How long a provider may take to answer. */
  readonly timeoutMs: number;
}

/** `count` messages within any `perMs`; channels that share a `key` share the limit. */
export interface Limit {
  readonly key: string;
  readonly count: number;
  readonly perMs: number;
}

/** One way to reach a person. `send` never throws for what a provider does. */
export interface Channel {
  /** As addresses and plans call it. */
  readonly name: string;
  /** True where that person alone reads what is sent there; absent: others may, a group or a board. */
  readonly isPersonal?: (address: string) => boolean;
  /** A group reads it: what could not be sent in time is told there in one message, not in twenty. */
  readonly gathersLate?: true;
  /** A program reads it and keeps incidents apart: it gets a page for each, however many come at once. */
  readonly perIncident?: true;
  /** What the provider allows; a page takes one token of each. Absent: no limit. */
  readonly limits?: (page: OutgoingPage) => readonly Limit[];
  /** Reads the library that it alone sends with, so that no page waits for that; rejects when it cannot. Absent: it needs none. */
  readonly ready?: () => Promise<unknown>;
  readonly send: (page: OutgoingPage, deps: ChannelDeps) => Promise<Delivery>;
  /** Tells a provider that keeps incidents of its own what became of this one. Absent: it keeps none. */
  readonly follow?: (page: OutgoingPage, deps: ChannelDeps) => Promise<Delivery>;
}

/** Attempts after which a page is given up: by then the ladder has taken other ways. */
export const MAX_ATTEMPTS = 8;

/** No line for so long: whoever is to be reached was reached otherwise, or by nobody. */
const GIVEN_UP_MS = 24 * 3_600_000;
const LONGEST_REST_MS = 30_000;

/**
 * Nobody could be asked, for there is no line: that is no attempt, however often it is tried. The older
 * the page the longer the rest, up to 30 s, and after a day it is `failed`.
 */
export function waitForLine(
  { page, now }: Pick<OutgoingPage, 'page' | 'now'>,
  reason: string,
  random: () => number,
): Delivery {
  const age = Math.max(0, now - instantMillis(page.at));
  if (age > GIVEN_UP_MS) return { outcome: 'failed', reason: `given up after a day without a line: ${reason}` };
  const rest = Math.min(LONGEST_REST_MS, Math.max(1_000, age / 4)) * (0.75 + random() / 2);
  return { outcome: 'retry', reason, afterMs: Math.round(rest), unsent: true };
}

/**
 * A `retry` with growing, spread-out delay (1 s, 2 s, 4 s … 30 s, each ± 25 %), or `failed` once
 * {@link MAX_ATTEMPTS} are used up. `atLeastMs` is what the provider asked for (Retry-After).
 */
export function retryOrGiveUp(
  page: Pick<OutgoingPage, 'attempt'>,
  reason: string,
  random: () => number,
  options: { atLeastMs?: number; mayHaveArrived?: boolean; throttled?: boolean } = {},
): Delivery {
  if (page.attempt >= MAX_ATTEMPTS)
    return { outcome: 'failed', reason: `given up after ${page.attempt} attempts: ${reason}` };
  const delay = Math.min(30_000, 1_000 * 2 ** (page.attempt - 1)) * (0.75 + random() / 2);
  return {
    outcome: 'retry',
    reason,
    afterMs: Math.round(Math.max(delay, options.atLeastMs ?? 0)),
    ...(options.mayHaveArrived ? { mayHaveArrived: true } : {}),
    ...(options.throttled ? { throttled: true } : {}),
  };
}
