import type { AttemptBody, FollowUp, FollowUpSummary, ReviewBody, ReviewVersion } from '@keepsite/cloud-contract';
import type { Millis } from '@keepsite/edge-contract';
import type { FollowUpRules } from '../domain/after/follow-up.ts';
import type { ResponseFacts } from '../domain/after/response-times.ts';

export interface FollowUpQuery {
  readonly state: 'open' | 'overdue' | 'done' | 'unsatisfied' | 'all';
  readonly client?: string | undefined;
  /** Tasks that were opened from here on count in the summary, and done ones are listed. */
  readonly since: Millis;
  readonly now: Millis;
  readonly limit: number;
}

/** Who is to be asked how it went, and what came of it. */
export interface FollowUpStore {
  /** The most urgent first; done ones newest first. */
  list(query: FollowUpQuery): Promise<{ items: FollowUp[]; summary: FollowUpSummary }>;
  get(id: string, now: Millis): Promise<FollowUp | null>;
  /**
   * Writes down that somebody tried. Anything but `unreachable` finishes the task, and an unsatisfied
   * client opens another one: to take it up as a complaint. A task that is finished stays as it is.
   * Null when there is no such task.
   */
  attempt(id: string, attempt: AttemptBody, now: Millis, rules: FollowUpRules): Promise<FollowUp | null>;
}

/** The newest version of an incident's review, beside what the incident is. */
export interface ReviewRow {
  readonly incident: ResponseFacts;
  readonly review: ReviewVersion | null;
}

export interface ReviewStore {
  /** All versions, the newest first. */
  versions(incident: string): Promise<ReviewVersion[]>;
  /** Adds a version; false when it is not the next one. */
  add(incident: string, review: ReviewBody): Promise<boolean>;
  /** Incidents opened in [from, to) that have a review or are over, the newest first. */
  list(query: { readonly from: Millis; readonly to: Millis; readonly limit: number }): Promise<ReviewRow[]>;
  /** The newest version of every review. */
  newest(): Promise<{ readonly incident: string; readonly review: ReviewVersion }[]>;
}

export interface ResponseFilter {
  readonly from: Millis;
  readonly to: Millis;
  readonly client?: string | undefined;
  readonly site?: string | undefined;
  readonly fault?: string | undefined;
}

export interface AfterStore {
  readonly followUps: FollowUpStore;
  readonly reviews: ReviewStore;
  /** Incidents opened in [from, to), the oldest first. */
  responses(filter: ResponseFilter): Promise<ResponseFacts[]>;
  /** One incident as the statistics take it; null when it is not known. */
  response(id: string): Promise<ResponseFacts | null>;
}
