import type { CloudOrderLinkView } from '@keepsite/cloud-contract';
import type { ContractorVerb, OrderLinkBody, OrderLinkView } from '@keepsite/edge-contract';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { getJson } from './http.ts';
import { LINK } from './links.ts';
import { serverTime } from './live.ts';
import { type Outcome, noteAnswer, sayByOrderLink } from './outbox.ts';

const ASK_EVERY_MS = 5_000;

/** The edge decides at once; what it was told through the cloud it may not have decided yet. */
export type OrderLinkShown = OrderLinkView & Partial<Pick<CloudOrderLinkView, 'orders'>>;

/** Under this name a contractor's words wait in the outbox: it is told no incident. */
export const orderLinkName = (token: string): string => `order-link ${token}`;

/** What a contractor's link shows, asked for again and again; kept on this device like any link's, for as long as it works. */
export function useOrderLink(token: string): UseQueryResult<OrderLinkShown> {
  return useQuery({
    queryKey: [LINK, `order ${token}`],
    queryFn: async () => {
      const view = await getJson<OrderLinkShown>(`/api/order-links/${token}`);
      serverTime.set({ now: Date.parse(view.now), scale: view.scale, heardAt: performance.now() });
      for (const one of view.orders ?? []) noteAnswer(one);
      return view;
    },
    refetchInterval: ASK_EVERY_MS,
    refetchIntervalInBackground: true,
    retry: false,
  });
}

/** The contractor's word; without a line it is kept on this device and sent later. */
export function sayOfOrder(
  token: string,
  verb: ContractorVerb,
  words: Omit<OrderLinkBody, 'commandId'> = {},
): Promise<Outcome> {
  return sayByOrderLink(`/api/order-links/${token}/${verb}`, orderLinkName(token), verb, words);
}
