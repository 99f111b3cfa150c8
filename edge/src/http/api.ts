import type { Action, Registry } from '@keepsite/edge-contract';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Access } from '../access/access.ts';
import type { Acting } from '../acting/acting.ts';
import type { CredentialDesk } from '../access/credential-desk.ts';
import type { Principal } from '../access/roles.ts';
import type { Installer } from '../adoption/installer.ts';
import type { EdgeEvents } from '../events.ts';
import type { MaintenanceDesk } from '../maintenance/maintenance-desk.ts';
import type { RelayStatus } from '../outbox/relay.ts';
import type { RepairDesk } from '../repair/repair-desk.ts';
import type { Clock, Pipeline, ScalableClock, Store } from '../ports.ts';
import type { ChannelDesk } from '../channel-desk.ts';
import type { PhoneDesk } from '../push/phone-desk.ts';
import type { ResponseDesk } from '../response/desk.ts';
import type { LiveFeed } from './feed.ts';
import type { Metrics } from './metrics.ts';

export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** How the API behaves; from the configuration. */
export interface HttpSettings {
  readonly edge: string;
  readonly demo: boolean;
  /** Reverse proxies, by exact address, whose word about the client and about HTTPS is taken. */
  readonly trustedProxies: readonly string[];
  /** The cloud's URL for the page's links; null: this edge works alone. */
  readonly cloudUrl: string | null;
  /** The cloud that serves signed links; absent or null: this edge does. */
  readonly linksUrl?: string | null;
  readonly doors: { readonly cloudPort: number; readonly simulatorPort: number };
  /** The built web app; null: not built. */
  readonly webDir: string | null;
}

/** What a route asks of the caller: an action; `self`: to be signed in; `open`: nothing. */
export type RouteAction = Action | 'self' | 'open';

declare module 'fastify' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- only an interface can be added to
  interface FastifyContextConfig {
    action?: RouteAction;
  }
  // oxlint-disable-next-line typescript/consistent-type-definitions -- only an interface can be added to
  interface FastifyRequest {
    /** Who asks; null on an open route. */
    principal: Principal | null;
  }
}

/** What the routes need. Each route names the part that it uses. */
export interface HttpParts {
  readonly pipeline: Pick<Pipeline, 'order' | 'report' | 'drill' | 'status' | 'devices' | 'strangers'>;
  readonly store: Pick<
    Store,
    | 'incidents'
    | 'incident'
    | 'answerOf'
    | 'events'
    | 'readings'
    | 'latest'
    | 'course'
    | 'quarantine'
    | 'quarantineGroups'
    | 'kept'
    | 'keptFor'
    | 'daily'
    | 'reserve'
    | 'sizes'
    | 'synced'
  >;
  /** As it is now: an adoption changes it while the edge runs. */
  readonly registry: () => Registry;
  /** Every dialect and mapping that the edge speaks now. */
  readonly families: () => readonly string[];
  /** The longest silence that is normal for a dialect, seconds. */
  readonly usualSilence: (family: string) => number | undefined;
  readonly installer: Installer;
  readonly credentials: CredentialDesk;
  readonly response: Pick<ResponseDesk, 'change' | 'takeBack' | 'local' | 'state'>;
  readonly acting: Acting;
  readonly maintenance: MaintenanceDesk;
  readonly repairs: RepairDesk;
  readonly phones: PhoneDesk;
  readonly channels: ChannelDesk;
  /** Null in the demo, which has no logins. */
  readonly access: Access | null;
  /** Where phones reach this edge; null: it has no address of its own. */
  readonly publicUrl: () => string | null;
  readonly clock: Clock;
  /** The demo's clock; null outside the demo. */
  readonly scalable: ScalableClock | null;
  readonly feed: LiveFeed;
  /** What the broker refused, by reason. */
  readonly refused: () => Readonly<Record<string, number>>;
  readonly metrics: Metrics;
  readonly events: Pick<EdgeEvents, 'workFailed'>;
  /** Null: this edge has no cloud. */
  readonly relay: (() => RelayStatus) | null;
  /** What keeps the edge from doing its work, by part; null where all is well. */
  readonly faults: () => Readonly<Record<string, string | null>>;
  /** What people should look into although the edge does its work, by part. */
  readonly troubles: () => Readonly<Record<string, string | null>>;
  /** How often the store was found damaged and started anew. */
  readonly storeDamages: () => number;
}

/** A list, as every list comes. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.union([z.string(), z.int()]).nullable() });
}

/** `limit` of a list: at most `most`. */
export function limitUpTo(most: number, usual: number) {
  return z.coerce.number().int().min(1).max(most).default(usual);
}
