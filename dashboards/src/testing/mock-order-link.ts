import type { ContractorVerb, Millis, OrderLinkBody, OrderLinkView } from '@keepsite/edge-contract';
import { instantText } from '@keepsite/edge-contract';
import type { MockRoute } from './mock-route.ts';

const MINUTE = 60_000;

/** One contractor's page, which answers as the edge would; any token is good. */
export function orderLinkRoutes(now: () => Millis) {
  const placedAt = now() - 4 * MINUTE;
  let order: OrderLinkView['order'] = {
    what: { en: 'Pumps with hoses', zh: '抽水泵（含水带）' },
    quantity: 3,
    cost: '12000',
    currency: 'CNY',
    state: 'placed',
    placedAt: instantText(placedAt),
    dueAt: instantText(placedAt + 30 * MINUTE),
    confirmedAt: null,
    arrivesAt: null,
  };
  const gets: MockRoute<URLSearchParams>[] = [[/^\/api\/order-links\/[^/]+$/, () => view(order, now())]];
  const posts: MockRoute<OrderLinkBody>[] = [
    [
      /^\/api\/order-links\/[^/]+\/(confirm_order|decline|receive_order)$/,
      ([verb], { commandId, arrivesAt = null }) => {
        order = { ...order, ...AFTER[verb as ContractorVerb](arrivesAt, instantText(now())) };
        return { commandId, state: 'done', modified: true, reason: null };
      },
    ],
  ];
  return { gets, posts };
}

const AFTER: Record<ContractorVerb, (arrivesAt: string | null, at: string) => Partial<OrderLinkView['order']>> = {
  confirm_order: (arrivesAt, confirmedAt) => ({ state: 'confirmed', confirmedAt, arrivesAt }),
  decline: () => ({ state: 'turned_down' }),
  receive_order: () => ({ state: 'arrived' }),
};

function view(order: OrderLinkView['order'], now: Millis): OrderLinkView {
  return {
    order,
    contractor: { en: 'Jiangnan Pumps', zh: '江南泵业' },
    place: { en: 'Nangang · Basement 2 · Pump room', zh: '南港园区 · 地下二层 · 泵房' },
    contact: { name: '李师傅', phone: '+86 138 0000 0000' },
    simulated: false,
    timeZone: 'Asia/Shanghai',
    now: instantText(now),
    scale: 1,
    expiresAt: instantText(now + 25 * 60 * MINUTE),
  };
}
