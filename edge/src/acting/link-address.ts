import type { ContractorOrder, Incident } from '@keepsite/edge-contract';
import type { Links } from './links.ts';
import type { OrderLinks } from './order-links.ts';
import type { LinkDoor } from './seals.ts';

/** Addresses of new links; null: no phone reaches anything here. */
export interface LinkAddress {
  /** Of one person. */
  person(incident: Incident, person: string): string | null;
  /** Of the contractor of an order. */
  contractor(incident: Incident, order: ContractorOrder): string | null;
}

/**
 * Writes links. They lead to the cloud where that serves them, unless it is away while this edge has an
 * address of its own: then whoever is in the building can at least act from there.
 */
export function createLinkAddress(parts: {
  readonly links: Pick<Links, 'issue'>;
  readonly orderLinks: Pick<OrderLinks, 'issue'>;
  /** `isNamed`: somebody said how phones reach it; else it is only where it listens. */
  readonly edge: { readonly url: () => string | null; readonly isNamed: boolean };
  readonly cloud: { readonly url: string; readonly isThere: () => boolean } | null;
}): LinkAddress {
  const { links, orderLinks, edge, cloud } = parts;

  function through(path: string, tokenFor: (door: LinkDoor) => string): string | null {
    if (cloud && (cloud.isThere() || !edge.isNamed)) return cloud.url + path + tokenFor('cloud');
    const root = edge.url();
    return root === null ? null : root + path + tokenFor('edge');
  }

  return {
    person: (incident, person) => through('/l/', (door) => links.issue(incident, person, door)),
    contractor: (incident, order) => through('/o/', (door) => orderLinks.issue(incident, order, door)),
  };
}
