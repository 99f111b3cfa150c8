import { isIPv6 } from 'node:net';

/** So many at once, and so many a second in the long run. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A token bucket. Instants are milliseconds of any clock that never steps back. */
export class Bucket {
  readonly #rate: Rate;
  #tokens: number;
  #at: number;

  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#at = now;
  }

  take(): void {
    this.#tokens -= 1;
  }

  /** Milliseconds until there is something to take; 0 when there is. */
  wait(now: number): number {
    const { perSecond, burst } = this.#rate;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) * perSecond) / 1000);
    this.#at = now;
    return this.#tokens >= 1 ? 0 : ((1 - this.#tokens) * 1000) / perSecond;
  }
}

/** One thing for each key, made when it is first asked for; beyond `most` the one that was not asked for longest goes. */
export function createRecent<T>(most: number, make: (now: number) => T): (key: string, now: number) => T {
  const known = new Map<string, T>();
  return (key, now) => {
    const found = known.get(key) ?? make(now);
    known.delete(key);
    known.set(key, found);
    if (known.size > most) for (const oldest of known.keys().take(1)) known.delete(oldest);
    return found;
  };
}

/**
 * Whom an address belongs to: an IPv6 host has a whole /64 to itself (RFC 4291 §2.5.4), except on the
 * link-local one, which all neighbours share. IPv4 written as IPv6 is IPv4.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(?<ipv4>\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.groups?.['ipv4'];
  if (mapped !== undefined) return mapped;
  if (/^fe[89ab]/i.test(address)) return address;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, zeros)).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

export interface ConnectLimits {
  /** Connections from one address. */
  readonly connectRate: Rate;
  /** Connections under one client id from one address; who exceeds it is refused for `connectBanMs`. */
  readonly clientConnectRate: Rate;
  readonly connectBanMs: number;
  /** Addresses, and clients, that are remembered. */
  readonly rememberedPeers: number;
}

/** How often one may connect. */
export interface ConnectRates {
  admitsAddress(address: string, now: number): boolean;
  /**
   * The client id counts together with the address, so that nobody can shut out a device by using its
   * name. A refused attempt does not prolong the ban: a sensor on a bad network is heard again after it.
   */
  admitsClient(id: string, address: string, now: number): boolean;
}

export function createConnectRates(limits: ConnectLimits): ConnectRates {
  const { connectRate, clientConnectRate, connectBanMs, rememberedPeers } = limits;
  const addresses = createRecent(rememberedPeers, (now) => new Bucket(connectRate, now));
  const clients = createRecent(rememberedPeers, (now) => ({
    bucket: new Bucket(clientConnectRate, now),
    bannedUntil: -Infinity,
  }));
  return {
    admitsAddress(address, now) {
      const bucket = addresses(networkOf(address), now);
      if (bucket.wait(now) > 0) return false;
      bucket.take();
      return true;
    },
    admitsClient(id, address, now) {
      const client = clients(`${networkOf(address)} ${id}`, now);
      if (now < client.bannedUntil) return false;
      if (client.bucket.wait(now) > 0) {
        client.bannedUntil = now + connectBanMs;
        return false;
      }
      client.bucket.take();
      return true;
    },
  };
}
