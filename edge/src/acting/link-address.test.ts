import type { ContractorOrder, Incident } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { createLinkAddress } from './link-address.ts';

const links = { issue: (_: Incident, person: string, door = 'edge') => `${person}-by-${door}` };
const orderLinks = { issue: (_: Incident, { id }: ContractorOrder, door = 'edge') => `${id}-by-${door}` };
const incident = {} as Incident;
const order = { id: 'pumps' } as ContractorOrder;
const EDGE = 'https://edge.example';
const CLOUD = 'https://cloud.example';

test.each([
  ['without a cloud', { named: true, cloud: null }, `${EDGE}/l/li-by-edge`],
  ['with a cloud that serves them', { named: true, cloud: true }, `${CLOUD}/l/li-by-cloud`],
  ['while that is away', { named: true, cloud: false }, `${EDGE}/l/li-by-edge`],
  [
    'while that is away and nobody said how phones reach the edge',
    { named: false, cloud: false },
    `${CLOUD}/l/li-by-cloud`,
  ],
])('%s a link leads to where its order is heard', (_, { named, cloud }, expected) => {
  const { person, contractor } = createLinkAddress({
    links,
    orderLinks,
    edge: { url: () => EDGE, isNamed: named },
    cloud: cloud === null ? null : { url: CLOUD, isThere: () => cloud },
  });
  expect(person(incident, 'li')).toBe(expected);
  expect(contractor(incident, order)).toBe(expected.replace('/l/li', '/o/pumps'));
});

test('an edge that has no address of its own writes none', () => {
  const { person, contractor } = createLinkAddress({
    links,
    orderLinks,
    edge: { url: () => null, isNamed: false },
    cloud: null,
  });
  expect([person(incident, 'li'), contractor(incident, order)]).toEqual([null, null]);
});
