/** The primary host application, as far as its STATE tells of it. */
export interface PrimaryHost {
  readonly topic: string;
  readonly isOnline: boolean;
  /** What counts of a STATE message; null: unreadable, or older than what is known. */
  heard(payload: Uint8Array): 'online' | 'offline' | null;
  /** Another connection: its STATE has to be heard anew. */
  forget(): void;
}

const TEXT = new TextDecoder();

/**
 * Follows `spBv1.0/STATE/<host>`: JSON `{online, timestamp}`. The death of an earlier connection of the
 * host may come after the birth of the next one, so a word older than the last `online` does not count.
 */
export function primaryHost(id: string): PrimaryHost {
  let isOnline = false;
  let onlineSince = -Infinity;
  return {
    topic: `spBv1.0/STATE/${id}`,
    get isOnline() {
      return isOnline;
    },
    heard(payload) {
      const state = readState(payload);
      if (!state || state.timestamp < onlineSince) return null;
      isOnline = state.online;
      if (isOnline) onlineSince = state.timestamp;
      return isOnline ? 'online' : 'offline';
    },
    forget() {
      isOnline = false;
    },
  };
}

function readState(payload: Uint8Array): { readonly online: boolean; readonly timestamp: number } | null {
  try {
    const { online, timestamp } = JSON.parse(TEXT.decode(payload)) as Record<string, unknown>;
    return typeof online === 'boolean' && typeof timestamp === 'number' ? { online, timestamp } : null;
  } catch {
    return null;
  }
}
