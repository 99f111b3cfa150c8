import { BlockList, isIP } from 'node:net';

/**
 * Addresses that a page must not be carried to: this machine, the networks behind it, metadata
 * services, and ranges that lead to them by another spelling. IANA special-purpose registries
 * (RFC 6890), of which everything that is not globally reachable is here.
 */
const INSIDE_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;

/** Of IPv6 only 2000::/3 is the internet, without the parts that carry an IPv4 address or lead nowhere. */
const OUTSIDE_V6 = ['2000::', 3] as const;
const INSIDE_V6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const inside = new BlockList();
for (const [network, prefix] of INSIDE_V4) inside.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of INSIDE_V6) inside.addSubnet(network, prefix, 'ipv6');
const internet6 = new BlockList();
internet6.addSubnet(...OUTSIDE_V6, 'ipv6');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** True for an address on the public internet. */
export function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !inside.check(address, 'ipv4');
  return isIP(address) === 6 && internet6.check(address, 'ipv6') && !inside.check(address, 'ipv6');
}

/** True for this machine's own addresses. */
export function isLoopback(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** The host of a URL as an address; null for a name. A URL's parser has already read `0x7f.1` and `2130706433`. */
export function literalOf(url: URL): string | null {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? null : host;
}
