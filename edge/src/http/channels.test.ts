import type { ChannelState, TestVerdict } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import type { ChannelDesk } from '../channel-desk.ts';
import { createHttpBench } from '../testing/http-bench.ts';

const OFFICE: ChannelState = { name: 'office', type: 'wecom', people: [{ id: 'li', name: 'Li Na' }] };

async function bench() {
  const sent: string[] = [];
  const channels: ChannelDesk = {
    list: () => [OFFICE],
    test(channel, person) {
      sent.push(`${channel} ${person}`);
      return Promise.resolve({ outcome: 'retry', reason: '429' });
    },
  };
  const { api, clock } = await createHttpBench({ parts: { channels } });
  const press = () =>
    api.inject({
      method: 'POST',
      url: '/api/channels/office/test',
      headers: { host: 'localhost:7080' },
      payload: { person: 'li' },
    });
  return { api, clock, sent, press };
}

test('the ways in which people are reached are listed, and one press tests one of them', async () => {
  const { api, sent, press } = await bench();
  const list = await api.inject({ url: '/api/channels', headers: { host: 'localhost:7080' } });

  expect(list.json<{ items: ChannelState[] }>().items).toEqual([OFFICE]);
  expect((await press()).json<TestVerdict>()).toEqual({ outcome: 'retry', reason: '429' });
  expect(sent).toEqual(['office li']);
});

test('who keeps pressing waits', async () => {
  const { sent, press } = await bench();
  for (let i = 0; i < 5; i += 1) expect((await press()).statusCode).toBe(200);

  const refused = await press();

  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '5']);
  expect(sent).toHaveLength(5);
});
