import type { Incident } from '@keepsite/edge-contract';
import type { Links } from './links.ts';

/** The address of a new link of one person; null: no phone reaches anything here. */
export type LinkAddress = (incident: Incident, person: string) => string | null;

/**
 * Writes links. They lead to the cloud where that serves them, unless it is away while this edge has an
 * address of its own: then whoever is in the building can at least act from there.
 */
export function createLinkAddress(parts: {
  readonly links: Pick<Links, 'issue'>;
  /** `isNamed`: somebody said how phones reach it; else it is only where it listens. */
  readonly edge: { readonly url: () => string | null; readonly isNamed: boolean };
  readonly cloud: { readonly url: string; readonly isThere: () => boolean } | null;
}): LinkAddress {
  const { links, edge, cloud } = parts;
  return (incident, person) => {
    if (cloud && (cloud.isThere() || !edge.isNamed)) return `${cloud.url}/l/${links.issue(incident, person, 'cloud')}`;
    const root = edge.url();
    return root === null ? null : `${root}/l/${links.issue(incident, person)}`;
  };
}
