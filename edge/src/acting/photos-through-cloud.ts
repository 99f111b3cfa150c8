import { CommandAnswer } from '@keepsite/cloud-contract';
import type { Command, Incident, Photo } from '@keepsite/edge-contract';
import { type EdgeErrorCode, isEdgeError } from '../errors.ts';
import type { Store, Uplink } from '../ports.ts';
import type { Photos } from './photos.ts';

/** Photographs that people who are signed in at the cloud send there. */
export interface PhotosThroughCloud {
  /**
   * Fetches one and keeps it as if it had come to this edge: once per commandId, without metadata, within
   * the same limits. Rejects where the cloud or the store is away; `signal` gives up fetching.
   */
  take(command: Command, photo: Photo, signal?: AbortSignal): Promise<CommandAnswer>;
}

interface Parts {
  readonly photos: Pick<Photos, 'add'>;
  readonly uplink: Pick<Uplink, 'photo'>;
}

/** What no other attempt would mend. */
const FINAL: readonly EdgeErrorCode[] = ['PHOTO_REFUSED', 'STORE_FULL'];

/** What was decided before is answered from the store; a photograph that the cloud no longer has is refused. */
export function createPhotosThroughCloud(
  parts: Parts & { readonly store: Pick<Store, 'incident' | 'answerOf'> },
): PhotosThroughCloud {
  const { store } = parts;
  return {
    async take(command, photo, signal) {
      const before = store.answerOf(command.commandId);
      if (before !== undefined) return CommandAnswer.parse(JSON.parse(before));
      const incident = store.incident(command.incident);
      if (!incident) return refusal(command, `no incident ${command.incident} is known here`);
      return addFetched(parts, incident, { command, photo, signal }).catch((error: unknown) =>
        refusedForGood(command, error),
      );
    },
  };
}

/** Keeps a photograph that lies in the cloud under its hash. */
export async function addFetched(
  { photos, uplink }: Parts,
  incident: Incident,
  { command, photo, signal }: { command: Command; photo: Photo; signal: AbortSignal | undefined },
): Promise<CommandAnswer> {
  const bytes = await uplink.photo(photo.sha256, signal);
  return bytes
    ? photos.add(incident, command, bytes)
    : refusal(command, 'the cloud does not have the photograph any more');
}

/** The answer to what failed and would fail again; throws what another attempt may mend. */
export function refusedForGood(order: Pick<Command, 'commandId'>, error: unknown): CommandAnswer {
  if (isEdgeError(error) && FINAL.includes(error.code)) return refusal(order, error.message);
  throw error;
}

/** The answer to an order that has changed nothing; `reason` is told to whoever gave it. */
export function refusal({ commandId }: Pick<Command, 'commandId'>, reason: string): CommandAnswer {
  return { commandId, state: 'refused', modified: false, reason };
}
