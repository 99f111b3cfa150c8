import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Events } from '../events.ts';
import type { FollowUpRules } from '../domain/after/follow-up.ts';
import type { LiveScores } from '../jobs/live-scores.ts';
import type { SiteClock } from '../jobs/site-clock.ts';
import type { Clock, MetricStore, Notices, Store } from '../ports.ts';

/** What the routes need; each takes the part that it uses. */
export interface ApiPorts {
  readonly store: Store;
  readonly metrics: MetricStore;
  readonly notices: Notices;
  readonly events: Events;
  readonly live: LiveScores;
  /** The time that the site lives in. */
  readonly clock: SiteClock;
  /** This machine's time: when a command was received. */
  readonly own: Clock;
  readonly timeZone: string;
  readonly followUp: FollowUpRules;
}

/** What the server is told by the configuration. */
export interface ApiSettings {
  readonly demo: boolean;
  readonly name: string;
  readonly allowedHosts: readonly string[];
  /** Reverse proxies, by exact address, whose word about the client is taken; absent: none. */
  readonly trustedProxies?: readonly string[];
  readonly tokens: { readonly api: string | null; readonly edge: string | null };
  readonly webDir: string | null;
  readonly links: { readonly edge: string | null; readonly cloud: string | null; readonly simulator: string | null };
  /** How long an edge's request for commands waits when there are none. */
  readonly pollMs: number;
}

/** A server whose schemas are zod's. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;
