import type { ChannelState } from '@keepsite/edge-contract';
import { list, type MockRoute } from './mock-route.ts';

const CHANNELS: readonly ChannelState[] = [
  { name: 'log', type: 'log', people: [] },
  { name: 'dingtalk', type: 'dingtalk', people: [{ id: 'li-na', name: '李娜 Li Na' }] },
  {
    name: 'sms',
    type: 'http-gateway',
    people: [
      { id: 'li-na', name: '李娜 Li Na' },
      { id: 'ma-chao', name: '马超 Ma Chao' },
    ],
  },
  { name: 'siren', type: null, people: [{ id: 'ma-chao', name: '马超 Ma Chao' }] },
];

/** The ways in which people are reached: one that works, one that does not, one that is missing. */
export function channelRoutes(): { readonly gets: readonly MockRoute[]; readonly posts: readonly MockRoute[] } {
  return {
    gets: [[/^\/api\/channels$/, () => list(CHANNELS)]],
    posts: [
      [/^\/api\/channels\/sms\/test$/, () => ({ outcome: 'failed', reason: 'isv.AMOUNT_NOT_ENOUGH' })],
      [/^\/api\/channels\/[^/]+\/test$/, () => ({ outcome: 'accepted', reason: null })],
    ],
  };
}
