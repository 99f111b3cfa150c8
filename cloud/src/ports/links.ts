import type { Photo } from '@keepsite/edge-contract';

/** A photograph as it is kept: without its metadata. */
export interface KeptPhoto {
  readonly type: Photo['type'];
  readonly bytes: Uint8Array;
}

/** What the cloud needs to open signed links: by what an edge's are checked, and the photographs that come and go through it. */
export interface LinkStore {
  /** The Ed25519 key that the edge told with its last heartbeat, base64url; null: its links lead to itself, or nobody knows it. */
  keyOf(edge: string): Promise<string | null>;
  /** Keeping the same photograph again changes nothing. */
  keepPhoto(edge: string, photo: Photo, bytes: Uint8Array): Promise<void>;
  /** Of an incident of that edge; null: it is not here, or not yet. */
  photo(edge: string, sha256: string): Promise<KeptPhoto | null>;
}
