import type { Command, Registry } from '@keepsite/edge-contract';
import type { CommandAnswer } from '@keepsite/cloud-contract';
import type { Clock, Pipeline, Store } from '../ports.ts';
import { createSign } from './acting-key.ts';
import { type Codes, type CodeVersions, createCodes } from './codes.ts';
import { createLinks, type Links } from './links.ts';
import { createOrderLinks, type OrderLinks } from './order-links.ts';
import { createPhotos, type PhotoFiles, type Photos } from './photos.ts';
import { createJudge, type Shown } from './presence.ts';
import { createSiteNetworks } from './site-networks.ts';

/** How people act on incidents, whichever door they come through. */
export interface Acting {
  /** Decides an order once the presence that it declares was judged; the same commandId again gets the first answer. */
  order(command: Command, shown: Shown): Promise<CommandAnswer>;
  readonly links: Links;
  readonly orderLinks: OrderLinks;
  readonly codes: Codes;
  readonly photos: Photos;
}

export interface ActingParts {
  /** The edge's own; see `adapters/sqlite-access/key.ts`. */
  readonly key: Uint8Array;
  readonly versions: CodeVersions;
  readonly files: PhotoFiles;
  /** Of the site, as CIDR. */
  readonly networks: readonly string[];
  readonly registry: () => Pick<Registry, 'assets'>;
  readonly pipeline: Pick<Pipeline, 'order'>;
  readonly store: Pick<Store, 'incident'>;
  readonly clock: Pick<Clock, 'now'>;
}

export function createActing(parts: ActingParts): Acting {
  const { key, versions, files, networks, registry, pipeline, store, clock } = parts;
  const sign = createSign(key);
  const codes = createCodes({ sign, versions, registry });
  const judge = createJudge({ codes, networks: createSiteNetworks(networks) });
  return {
    order(command, shown) {
      const incident = store.incident(command.incident);
      return pipeline.order(judge(command, incident ?? { asset: '' }, shown));
    },
    links: createLinks({ sign, clock, store }),
    orderLinks: createOrderLinks({ sign, clock, store }),
    codes,
    photos: createPhotos({ files, pipeline }),
  };
}
