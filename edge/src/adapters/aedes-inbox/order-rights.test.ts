import { expect, test, vi } from 'vitest';
import { createOpenDoor } from '../../access/doorkeeper.ts';
import { connectAs, credential, gateway, onboarding, startCredentialed } from '../../testing/credentialed-broker.ts';

const WAIT = { timeout: 10_000, interval: 5 } as const;
const TOPIC = 'keepsite/park/incidents/inc-1/commands';
const EVERYTHING = { publish: ['#'], subscribe: ['#'] };
const ORDERS = { publish: ['keepsite/park/incidents/+/commands'] };

test.each([
  ['a device that may speak on everything', credential('guest', EVERYTHING), false],
  ['a device that was given that very topic', credential('guest', ORDERS), false],
  ['what newcomers share', onboarding('guest'), false],
  ['a gateway that may speak on everything', gateway('guest'), false],
  ['a gateway that was given orders', gateway('guest', ORDERS), true],
  [
    'a gateway that was given those of another site',
    gateway('guest', { publish: ['keepsite/mall/incidents/+/commands'] }),
    false,
  ],
])('%s orders: %s', async (_, guest, isTaken) => {
  const { inbox, heard } = await startCredentialed([guest]);
  const client = await connectAs(inbox, 'guest', { clientId: 'guest' });
  await client.publishAsync(TOPIC, '{}', { qos: 1 });
  expect(heard.map(({ topic }) => topic)).toEqual(isTaken ? [TOPIC] : []);
  expect(inbox.refused.get('publish_not_granted') ?? 0).toBe(isTaken ? 0 : 1);
});

test.each([false, true])('whoever shows nothing orders where anybody may: %s', async (ordersFromAnybody) => {
  const { inbox, heard } = await startCredentialed([], { doorkeeper: createOpenDoor(), ordersFromAnybody });
  const client = await connectAs(inbox, 'nobody');
  await client.publishAsync(TOPIC, '{}', { qos: 1 });
  expect(heard).toHaveLength(ordersFromAnybody ? 1 : 0);
});

test('an order is for the edge alone: nobody else is told what is in it', async () => {
  const { inbox, heard } = await startCredentialed([gateway('panel', ORDERS), gateway('spy', EVERYTHING)]);
  const shown: string[] = [];
  const spy = await connectAs(inbox, 'spy', { onMessage: (topic) => shown.push(topic) });
  await spy.subscribeAsync('#', { qos: 1 });
  const panel = await connectAs(inbox, 'panel');
  await panel.publishAsync(TOPIC, '{"code":"0000-0000-0000"}', { qos: 1 });
  await inbox.publish('keepsite/park/incidents/inc-1/answers/order-0001', '{}');
  await vi.waitFor(() => expect(shown).toEqual(['keepsite/park/incidents/inc-1/answers/order-0001']), WAIT);
  expect(heard).toHaveLength(1);
});
