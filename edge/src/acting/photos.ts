import { type Command, type Incident, type Photo, photosOf } from '@keepsite/edge-contract';
import type { CommandAnswer } from '@keepsite/cloud-contract';
import { cleanPhoto, PHOTOS_EACH } from '@keepsite/edge-evidence';
import { createHash } from 'node:crypto';
import { EdgeError } from '../errors.ts';
import type { Pipeline } from '../ports.ts';

/** Where photographs are kept, by the SHA-256 of their bytes in hex. Durable when `put` returns. */
export interface PhotoFiles {
  /** Throws STORE_FULL and STORE_FAILED; keeping the same bytes again changes nothing. */
  put(sha256: string, bytes: Uint8Array): void;
  /** Null: it is not there. */
  get(sha256: string): Uint8Array | null;
}

/** Whose photograph it is, and what it shows. */
export type PhotoOrder = Pick<Command, 'commandId' | 'responder' | 'receivedAt' | 'via' | 'note' | 'saidAt'>;

export interface Photos {
  /**
   * Keeps a photograph of an incident without its metadata and writes it into the evidence; the same
   * commandId again gets the first answer. Rejects with PHOTO_REFUSED and the store's errors.
   */
  add(incident: Incident, order: PhotoOrder, bytes: Uint8Array): Promise<CommandAnswer>;
  /** A photograph of this very incident; null: it has none of that hash, or the file is gone. */
  read(incident: Incident, sha256: string): { readonly photo: Photo; readonly bytes: Uint8Array } | null;
}

export function createPhotos(parts: {
  readonly files: PhotoFiles;
  readonly pipeline: Pick<Pipeline, 'order'>;
}): Photos {
  const { files, pipeline } = parts;
  return {
    async add(incident, order, bytes) {
      const cleaned = cleanPhoto(bytes);
      if (!cleaned.ok) throw new EdgeError('PHOTO_REFUSED', cleaned.reason);
      if (photosOf(incident).length >= PHOTOS_EACH)
        throw new EdgeError('PHOTO_REFUSED', `an incident keeps ${PHOTOS_EACH} photographs, and this one has them`);
      const sha256 = createHash('sha256').update(cleaned.bytes).digest('hex');
      files.put(sha256, cleaned.bytes);
      const photo: Photo = { sha256, type: cleaned.type, bytes: cleaned.bytes.length };
      return pipeline.order({ ...order, incident: incident.id, verb: 'note', proof: 'declared', to: null, photo });
    },
    read(incident, sha256) {
      const photo = photosOf(incident).find((one) => one.sha256 === sha256);
      const bytes = photo ? files.get(sha256) : null;
      return photo && bytes ? { photo, bytes } : null;
    },
  };
}
