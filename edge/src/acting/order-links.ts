import {
  type ContractorOrder,
  endOfOrderLink,
  type Incident,
  type Millis,
  type OrderLinkFault,
  orderLinkExpiry,
  orderOfLink,
  type OrderLinkSaid,
  parseOrderLink,
  printOrderLink,
} from '@keepsite/edge-contract';
import type { Clock, Store } from '../ports.ts';
import type { Sign } from './acting-key.ts';
import { createSeals, type LinkDoor } from './seals.ts';

export type OrderLinkRead =
  | { readonly ok: true; readonly incident: Incident; readonly order: ContractorOrder; readonly said: OrderLinkSaid }
  /** Incident and order are told to whoever held a true link. */
  | {
      readonly ok: false;
      readonly why: OrderLinkFault;
      readonly incident: Incident | null;
      readonly order: ContractorOrder | null;
    };

/**
 * Links by which a contractor answers one order without an account. Nothing of them is stored: what they say is
 * signed, and what ends them is the order (called off, turned down, received), its incident, and time.
 */
export interface OrderLinks {
  /** The token of a link. It is a secret: it is shown to that contractor and never logged. */
  issue(incident: Incident, order: ContractorOrder, door?: LinkDoor): string;
  /** As it stood when it was used; default: now. This edge's own door takes the cloud's links too. */
  read(token: string, at?: Millis): OrderLinkRead;
}

/** Links are true as long as the key behind `sign` is the same. */
export function createOrderLinks(parts: {
  readonly sign: Sign;
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Pick<Store, 'incident'>;
}): OrderLinks {
  const { sign, clock, store } = parts;
  const seals = createSeals(sign);

  return {
    issue({ id, edge }, order, door = 'edge') {
      const said = {
        incident: id,
        order: order.id,
        contractor: order.contractor,
        expiresAt: orderLinkExpiry(order, clock.now()),
        edge: door === 'cloud' ? edge : null,
      };
      return seals.token(printOrderLink(said), 'order-link', door);
    },
    read(token, at = clock.now()) {
      const text = seals.open(token, 'order-link');
      const said = text === null ? null : parseOrderLink(text);
      const incident = said && store.incident(said.incident);
      const order = incident && orderOfLink(said, incident);
      if (!order) return { ok: false, why: 'forged', incident: null, order: null };
      const why = endOfOrderLink(said, incident, at);
      if (why === null) return { ok: true, incident, order, said };
      return { ok: false, why, incident, order };
    },
  };
}
