import { BlockList, isIP } from 'node:net';

/** Networks that nobody on the internet has an address in: RFC 1918, RFC 6598, RFC 4193, link-local, this machine. */
const PRIVATE = blockList([
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '127.0.0.0/8',
  'fc00::/7',
  'fe80::/10',
  '::1/128',
]);

/** What is wrong with a network of the configuration, as a sentence without its subject; null: nothing. */
export function networkFault(text: string): string | null {
  const [address = '', length = '', ...rest] = text.split('/');
  const family = isIP(address);
  const most = family === 6 ? 128 : 32;
  const least = family === 6 ? 7 : 8;
  if (family === 0 || rest.length > 0 || !/^\d{1,3}$/.test(length) || Number(length) > most) return 'is no network';
  if (!PRIVATE.check(address, family === 6 ? 'ipv6' : 'ipv4') || Number(length) < least)
    return 'is no private network: whoever is on the internet would be on site';
  return null;
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
      const family = isIP(plain);
      if (family === 0) return null;
      return lists.find(([, list]) => list.check(plain, family === 6 ? 'ipv6' : 'ipv4'))?.[0] ?? null;
    },
  };
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', length = ''] = network.split('/');
    list.addSubnet(address, Number(length), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
