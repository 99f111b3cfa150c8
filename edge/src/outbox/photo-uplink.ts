import type { Photos } from '../acting/photos.ts';
import { isEdgeError } from '../errors.ts';
import type { EdgeEvents } from '../events.ts';
import type { Store, Uplink } from '../ports.ts';
import { createPause } from './pause.ts';
import type { RelayStatus } from './relay.ts';
import { retryDelayMs } from './retry-schedule.ts';

const KEY = 'uplink.photos';
/** So many events are looked through for photographs before others have the disk. */
const EVENTS_A_STEP = 500;
/** A photograph is nobody's deadline. */
const IDLE_MS = 5_000;
/** Between two looks where much is to be looked through, or two photographs: everything else has the line. */
const BETWEEN_MS = 250;

export interface PhotoUplinkParts {
  readonly store: Pick<Store, 'events' | 'incident' | 'cursor' | 'noteCursor'>;
  readonly photos: Pick<Photos, 'read'>;
  readonly uplink: Pick<Uplink, 'keepPhoto'>;
  readonly relay: () => Pick<RelayStatus, 'connected' | 'waiting'>;
  readonly events: Pick<EdgeEvents, 'workFailed'>;
  readonly random?: () => number;
}

export interface PhotoUplink {
  /** Looks through the next events, up to a photograph; false: there are none. Rejects when the cloud or the disk is away. */
  step(): Promise<boolean>;
  start(): void;
  stop(): Promise<void>;
}

/**
 * Hands the photographs that stand in the evidence to the cloud, the oldest first, while the cloud is there and no
 * incident’s event waits for the line. One that the cloud will not have is passed over: the edge keeps it all the same.
 */
export function createPhotoUplink(parts: PhotoUplinkParts): PhotoUplink {
  const { store, photos, uplink, relay, events } = parts;
  const random = parts.random ?? Math.random;
  const pause = createPause();
  const aborter = new AbortController();
  let running: Promise<void> | null = null;

  async function step(): Promise<boolean> {
    const next = store.events({ after: Number(store.cursor(KEY) ?? 0), limit: EVENTS_A_STEP });
    const found = next.find(({ change }) => change.kind === 'photo');
    const last = found ?? next.at(-1);
    if (!last) return false;
    if (found?.change.kind === 'photo') await handIn(found.incident, found.change.sha256);
    store.noteCursor(KEY, String(last.seq));
    return true;
  }

  async function handIn(id: string, sha256: string): Promise<void> {
    const incident = store.incident(id);
    const kept = incident && photos.read(incident, sha256);
    if (!kept) return;
    try {
      await uplink.keepPhoto(kept.photo, kept.bytes, aborter.signal);
    } catch (error) {
      if (!isEdgeError(error, 'UPLINK_BATCH_REFUSED')) throw error;
      events.workFailed('hand a photograph to the cloud', error);
    }
  }

  function isQuiet(): boolean {
    const { connected, waiting } = relay();
    return connected && waiting.events === 0;
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!pause.ended) {
      try {
        const moved = isQuiet() && (await step());
        failures = 0;
        await pause.rest(moved ? BETWEEN_MS : IDLE_MS);
      } catch (error) {
        if (pause.ended) return;
        failures += 1;
        if (failures === 1) events.workFailed('hand a photograph to the cloud', error);
        await pause.rest(IDLE_MS + retryDelayMs(failures, random()));
      }
    }
  }

  return {
    step,
    start() {
      running ??= run();
    },
    async stop() {
      pause.end();
      aborter.abort();
      await running;
    },
  };
}
