import { createPhotosThroughCloud } from './acting/photos-through-cloud.ts';
import type { EdgeEvents } from './events.ts';
import type { EnergyWarnings } from './jobs/energy-warnings.ts';
import { createCommands } from './outbox/commands.ts';
import { createPhotoUplink } from './outbox/photo-uplink.ts';
import type { Relay } from './outbox/relay.ts';
import type { Clock, Store, Uplink } from './ports.ts';
import type { Responders } from './responders.ts';
import type { ResponseDesk } from './response/desk.ts';

/** The cloud, and who decides what comes from it. */
export interface CloudDealingsParts {
  /** Null, like the relay and the links through it: this edge has no cloud. */
  readonly uplink: Uplink | null;
  readonly relay: Pick<Relay, 'status'> | null;
  readonly responders: Pick<Responders, 'acting' | 'repairs' | 'throughCloud' | 'linksThroughCloud'>;
  readonly response: Pick<ResponseDesk, 'take'>;
  readonly energy: Pick<EnergyWarnings, 'take'>;
  readonly store: Store;
  readonly clock: Clock;
  readonly events: EdgeEvents;
}

/** What this edge has to do with its cloud beside the relay: orders come down, and photographs go up. */
export interface CloudDealings {
  start(): void;
  stop(): Promise<void>;
}

/** Nothing is asked or sent before `start`; without a cloud it does nothing. */
export function createCloudDealings(parts: CloudDealingsParts): CloudDealings {
  const { uplink, relay, responders, response, energy, store, clock, events } = parts;
  const { acting, repairs, throughCloud, linksThroughCloud: links } = responders;
  const commands =
    uplink &&
    links &&
    createCommands({
      uplink,
      pipeline: throughCloud,
      response,
      energy,
      links,
      photos: createPhotosThroughCloud({ photos: acting.photos, store, uplink }),
      reporters: { erase: (incident) => repairs.eraseOf(incident, clock.now()) },
      store,
      clock,
      events,
    });
  const photos =
    uplink && relay && createPhotoUplink({ store, photos: acting.photos, uplink, relay: () => relay.status(), events });
  return {
    start() {
      commands?.start();
      photos?.start();
    },
    async stop() {
      await Promise.all([commands?.stop(), photos?.stop()]);
    },
  };
}
