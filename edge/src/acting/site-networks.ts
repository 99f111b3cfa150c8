import { BlockList, isIP } from 'node:net';

/** Networks that nobody on the internet has an address in: RFC 1918, RFC 6598, RFC 4193, link-local, this machine. */
const PRIVATE = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '127.0.0.0/8',
  'fc00::/7',
  'fe80::/10',
  '::1/128',
];

/** What is wrong with a network of the configuration, as a sentence without its subject; null: nothing. */
export function networkFault(text: string): string | null {
  const [address = '', length = '', ...rest] = text.split('/');
  const family = isIP(address);
  const most = family === 6 ? 128 : 32;
  if (family === 0 || rest.length > 0 || !/^\d{1,3}$/.test(length) || Number(length) > most) return 'is no network';
  if (!PRIVATE.some((network) => holds(network, address, Number(length))))
    return 'is no private network: whoever is on the internet would be on site';
  return null;
}

/** Whether one network lies within another, with all of its addresses. */
function holds(network: string, address: string, length: number): boolean {
  const [base = '', wide = ''] = network.split('/');
  const isSameFamily = isIP(base) === isIP(address);
  return isSameFamily && Number(wide) <= length && blockList([network]).check(address, familyOf(address));
}

/** The gateway's own networks on site: a request from within one of them was made there. */
export interface SiteNetworks {
  /** The network that an address is in; null: none. */
  of(address: string): string | null;
}

export function createSiteNetworks(networks: readonly string[]): SiteNetworks {
  const lists = networks.map((network) => [network, blockList([network])] as const);
  return {
    of(address) {
      const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address.replace(/%.*$/, '');
      if (isIP(plain) === 0) return null;
      return lists.find(([, list]) => list.check(plain, familyOf(plain)))?.[0] ?? null;
    },
  };
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', length = ''] = network.split('/');
    list.addSubnet(address, Number(length), familyOf(address));
  }
  return list;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
