import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Agent, fetch as undiciFetch } from 'undici';
import { FORBIDDEN_ADDRESS } from '../http.ts';
import { isLoopback, isPublic, literalOf } from './addresses.ts';

/** The way out for everything that a channel sends. */
export interface Egress {
  /** Throws for a URL that must not be reached. */
  readonly assertAllowedUrl: (url: URL) => void;
  /** Connects only to an address that was looked at: a name cannot change its mind in between. */
  readonly fetch: typeof fetch;
  /** Reads the library that it sends with, so that no page waits for that. Rejects when it cannot be read, or once it is closed. */
  ready(): Promise<void>;
  /** Ends what is still on its way; nothing goes out any more. */
  close(): Promise<void>;
}

type LookupAll = (name: string, done: (error: Error | null, addresses: readonly LookupAddress[]) => void) => void;

export interface EgressOptions {
  /**
   * Origins (`http://192.168.1.9:8080`) that somebody wrote down for this edge, and that therefore
   * may be plain http, on any port and inside the building.
   */
  readonly allow: readonly string[];
  /** The demo talks to stand-ins on this machine: loopback and http are allowed. */
  readonly demo: boolean;
  /** Replaces the system's resolver in a test. */
  readonly lookup?: LookupAll;
}

/** Without being named, a URL may only lead to these ports. */
const PORTS = ['', '443', '8443'];

/**
 * Keeps webhook addresses, which people may type, from reaching inside: https on the usual ports
 * only, no user names, no address that is not on the public internet, neither written down in any
 * spelling nor found by a lookup. Redirects are the caller's business: it follows none.
 */
export function createEgress({ allow, demo, lookup = lookupAll }: EgressOptions): Egress {
  const named = new Set(allow.map((origin) => new URL(origin).origin));
  const namedHosts = new Set([...named].map((origin) => new URL(origin).hostname));
  const mayReach = (address: string) => isPublic(address) || (demo && isLoopback(address));

  function assertAllowedUrl(url: URL): void {
    if (url.username !== '' || url.password !== '') throw forbidden('a URL may not hold a user name or password');
    if (named.has(url.origin)) return;
    const address = literalOf(url);
    if (address !== null && !mayReach(address)) throw forbidden(`${url.host} is not on the internet`);
    if (demo && (url.protocol === 'http:' || url.protocol === 'https:')) return;
    if (url.protocol !== 'https:') throw forbidden(`${url.protocol} is not allowed to ${url.host}; use https:`);
    if (!PORTS.includes(url.port)) throw forbidden(`port ${url.port} is not allowed to ${url.hostname}`);
  }

  const checked: LookupFunction = (name, _, done) => {
    lookup(name, (error, addresses) => {
      if (error) return done(error, []);
      const bad = namedHosts.has(name) ? undefined : addresses.find(({ address }) => !mayReach(address));
      if (bad) return done(forbidden(`${name} leads to ${bad.address}, which is not on the internet`), []);
      done(null, [...addresses]);
    });
  };

  let agent: Agent | null = null;
  let isClosed = false;
  /** The library is not read with the edge: one that pages over MQTT alone sends nothing out. */
  async function open(): Promise<{ readonly send: typeof undiciFetch; readonly dispatcher: Agent }> {
    const undici = await import('undici');
    if (isClosed) throw new Error('the way out is closed');
    agent ??= new undici.Agent({ connect: { lookup: checked }, connections: 8 });
    return { send: undici.fetch, dispatcher: agent };
  }

  return {
    assertAllowedUrl,
    fetch: (async (url: URL, init: object) => {
      const { send, dispatcher } = await open();
      return send(url, { ...init, dispatcher });
    }) as unknown as typeof fetch,
    ready: async () => void (await open()),
    async close() {
      isClosed = true;
      await agent?.destroy();
    },
  };
}

function lookupAll(name: string, done: Parameters<LookupAll>[1]): void {
  systemLookup(name, { all: true }, done);
}

/** What to add to `allow` stands in the sentence, because somebody has to. */
function forbidden(sentence: string): Error {
  return Object.assign(new Error(`${sentence}; name its origin under "allow" if it is meant`), {
    code: FORBIDDEN_ADDRESS,
  });
}
