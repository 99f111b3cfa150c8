import { TLSSocket } from 'node:tls';
import type { Client, ConnectPacket } from 'aedes';
import type { Doorkeeper, Identity } from '../../access/identity.ts';
import type { Clock } from '../../ports.ts';
import type { Refusal } from './limits.ts';
import { type HouseRules, Verdicts } from './verdicts.ts';

/** A connection that was let in. */
export interface Guest {
  readonly identity: Identity;
  readonly verdicts: Verdicts;
  /** True once its credential was revoked: nothing of it counts any more, not even its last will. */
  isExpelled: boolean;
}

type NoEntry = Extract<Refusal, 'not_authorized' | 'client_id' | 'certificate_expired'>;

/** `isHeir`: the session that would be taken up was somebody else's, who had that client id before. */
export type Entry = { readonly ok: true; readonly isHeir: boolean } | { readonly ok: false; readonly reason: NoEntry };

export interface Guests {
  /** The connection is a guest now, unless the answer says why not. */
  admit(client: Client, packet: ConnectPacket): Entry;
  /** From now on the session with this client id is the guest's. */
  keepsSession(client: Client, packet: ConnectPacket): void;
  of(client: Client | null): Guest | undefined;
  /** It was not allowed to publish on the topic, or to subscribe to the filter. */
  denied(guest: Guest, topic: string): void;
  /** A session that outlives its connection is over. */
  forgotten(clientId: string): void;
  /** Ends every connection of a credential without its last will; answers with the ids of its sessions. */
  expel(name: string): Promise<string[]>;
}

export interface GuestParts extends HouseRules {
  readonly doorkeeper: Doorkeeper;
  readonly clock: Pick<Clock, 'now'>;
  /** Sessions that are remembered by their owner. */
  readonly sessions: number;
}

/** Who is connected, and as whom. */
export function createGuests(parts: GuestParts): Guests {
  const { doorkeeper, clock } = parts;
  const guests = new WeakMap<Client, Guest>();
  const verdicts = new WeakMap<Identity, Verdicts>();
  const connected = new Map<string, Client>();
  const byName = new Map<string, Set<Client>>();
  const sessions = new Map<string, string | null>();

  /** Its verdicts are the identity's, not the connection's: who connects often teaches them once. */
  function verdictsOf(identity: Identity): Verdicts {
    const known = verdicts.get(identity) ?? new Verdicts(identity, parts);
    verdicts.set(identity, known);
    return known;
  }

  /** Whose id it is by right may always come. */
  function isHeldByAnother(clientId: string, { name }: Identity): boolean {
    const holder = connected.get(clientId);
    const held = holder && guests.get(holder);
    if (!held || held.identity.name === name) return false;
    return name === null || doorkeeper.ownerOf(clientId) !== name;
  }

  function welcome(client: Client, { clientId }: ConnectPacket, identity: Identity): void {
    guests.set(client, { identity, verdicts: verdictsOf(identity), isExpelled: false });
    const { name } = identity;
    if (clientId) connected.set(clientId, client);
    if (name !== null) byName.set(name, (byName.get(name) ?? new Set()).add(client));
    client.conn.once('close', () => leave(client, clientId, name));
  }

  function leave(client: Client, clientId: string, name: string | null): void {
    if (connected.get(clientId) === client) connected.delete(clientId);
    if (name === null) return;
    const others = byName.get(name);
    others?.delete(client);
    if (others?.size === 0) byName.delete(name);
  }

  return {
    admit(client, packet) {
      const shown = certificateOf(client, clock.now());
      if (shown === 'expired') return { ok: false, reason: 'certificate_expired' };
      const { clientId, clean, username, password } = packet;
      const admission = doorkeeper.admit({
        clientId,
        username: username ?? null,
        password: password === undefined ? null : password.toString(),
        fingerprint: shown,
      });
      if (!admission.ok) return admission;
      // The broker lets a second connection with an id evict the first: only the same somebody may.
      const { identity } = admission;
      if (isHeldByAnother(clientId, identity)) return { ok: false, reason: 'client_id' };
      const isHeir = !clean && sessions.has(clientId) && sessions.get(clientId) !== identity.name;
      welcome(client, packet, identity);
      return { ok: true, isHeir };
    },
    keepsSession(client, { clientId, clean }) {
      const guest = guests.get(client);
      if (clean || !guest) return;
      sessions.delete(clientId);
      sessions.set(clientId, guest.identity.name);
      const [oldest] = sessions.keys();
      if (sessions.size > parts.sessions && oldest !== undefined) sessions.delete(oldest);
    },
    of: (client) => (client === null ? undefined : guests.get(client)),
    denied({ identity: { name } }, topic) {
      if (name !== null) doorkeeper.denied(name, topic);
    },
    forgotten: (clientId) => void sessions.delete(clientId),
    async expel(name) {
      const leaving = [...(byName.get(name) ?? [])];
      for (const client of leaving) {
        const guest = guests.get(client);
        if (guest) guest.isExpelled = true;
      }
      await Promise.all(leaving.map((client) => new Promise<void>((resolve) => client.close(resolve))));
      const ids = [...sessions].filter(([, owner]) => owner === name).map(([clientId]) => clientId);
      for (const clientId of ids) sessions.delete(clientId);
      return ids;
    },
  };
}

/** The SHA-256 of the certificate that the handshake proved; null: none was shown. */
function certificateOf({ conn }: Client, now: number): string | null {
  if (!(conn instanceof TLSSocket)) return null;
  const certificate = conn.getPeerX509Certificate();
  if (!certificate) return null;
  return certificate.validToDate.getTime() < now ? 'expired' : certificate.fingerprint256;
}
