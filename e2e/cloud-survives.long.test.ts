import type { CommandAnswer } from '@keepsite/cloud-contract';
import { type Batch, type BatchResult, type Incident, type IncidentEvent, packReadings } from '@keepsite/edge-contract';
import { GENESIS, link, verifyChain } from '@keepsite/edge-evidence';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type House, startHouse } from './src/house.ts';
import { get, post } from './src/http.ts';
import { connect, type Wire } from './src/mqtt.ts';
import { clockOf, entrapment, free, incident, incidents, order, seeThrough, trap } from './src/stories.ts';
import { until } from './src/until.ts';

let house: House;
let wire: Wire;

beforeAll(async () => {
  house = await startHouse({ rooms: ['cloud', 'edge'] });
  wire = await connect(house.mqtt);
});

afterAll(async () => {
  await wire?.close();
  await house?.close();
});

test('an acknowledgement through the cloud is pending, reaches the edge, and comes back decided', async () => {
  await trap(wire, 'bj-lift-1');
  const { id } = await entrapment(house.cloud, 'bj-lift-1');
  const { status, body } = await order(house.cloud, id, 'acknowledge', 'li-na');
  expect(status).toBe(202);
  expect(body).toMatchObject({ state: 'pending', modified: false });

  const decided = await until(
    async () => {
      const now = await incident(house.edge, id);
      return now.response === 'acknowledged' && now;
    },
    { for: 'the acknowledgement at the edge' },
  );
  expect(decided).toMatchObject({ responder: 'li-na' });
  expect(clockOf(decided, 'acknowledge').verdict).toBe('met');
  expect(decided.timeline.find(({ kind }) => kind === 'acknowledged')?.by).toMatchObject({ id: 'li-na', via: 'cloud' });

  const shown = await until(
    async () => {
      const now = await get<Incident & { commands: CommandAnswer[] }>(`${house.cloud}/api/incidents/${id}`);
      return now.response === 'acknowledged' && now.commands.some(({ state }) => state === 'done') && now;
    },
    { for: 'the decision at the cloud' },
  );
  expect(shown.commands).toMatchObject([{ commandId: body.commandId, state: 'done', modified: true }]);
  expect(shown.acknowledgedAt).toBe(decided.acknowledgedAt);
  for (const verb of ['arrive', 'resolve'] as const) await order(house.edge, id, verb, 'li-na');
  await free(wire, 'bj-lift-1');
});

test('an incident that the cloud slept through arrives whole, once, and its evidence verifies', async () => {
  await house.stop('cloud');
  await trap(wire, 'bj-lift-2');
  const { id } = await entrapment(house.edge, 'bj-lift-2');
  await seeThrough(house.edge, id, 'ma-chao');
  await free(wire, 'bj-lift-2');
  await until(async () => (await incident(house.edge, id)).condition === 'cleared', { for: 'the cleared condition' });
  await house.start('cloud');

  const told = await arrived(id);
  const lived = await incident(house.edge, id);
  expect(told.timeline).toEqual(lived.timeline);
  expect(told).toMatchObject({ response: 'resolved', sla: 'met', pages: lived.pages, clocks: lived.clocks });
  const chain = await wholeChain();
  expect(chain.map(({ seq }) => seq)).toEqual(chain.map((_, index) => index + 1));
  expect(verifyChain(chain, { seq: 0, hash: GENESIS })).toMatchObject({ ok: true, checked: chain.length });
  expect(await chainHealth('edge-1')).toMatchObject({ last: chain.length, broken: 0, gaps: 0 });
});

test('a batch that comes twice changes nothing', async () => {
  const batch = await batchOfAnotherEdge();
  const send = () => post<BatchResult>(`${house.cloud}/api/edges/edge-2/batches`, batch);
  const verdicts = ({ body }: Awaited<ReturnType<typeof send>>) => [
    ...new Set(body.results.map((each) => each.verdict)),
  ];
  const first = await send();
  expect([first.status, ...verdicts(first)]).toEqual([200, 'accepted']);
  const before = await everything();
  const again = await send();
  expect([again.status, ...verdicts(again)]).toEqual([200, 'duplicate']);
  expect(await everything()).toEqual(before);
  expect(before.other.timeline).toHaveLength(batch.events?.length ?? 0);
  expect(before.readings.items).toHaveLength(3);
});

test('a cloud that is killed leaves no database behind, and the next one has everything', async () => {
  for (const { id } of await incidents(house.edge)) await arrived(id);
  const before = await everything();
  const had = house.databaseProcesses();
  expect(had.length).toBeGreaterThan(0);
  await house.kill9('cloud');
  await until(() => house.databaseProcesses().length === 0, { for: 'the end of the database of a killed cloud' });
  await house.start('cloud');
  expect(house.databaseProcesses().filter((pid) => had.includes(pid))).toEqual([]);
  expect(await everything()).toEqual(before);
  await trap(wire, 'bj-lift-6');
  const { id } = await entrapment(house.cloud, 'bj-lift-6');
  expect(await arrived(id)).toMatchObject({ asset: 'bj-lift-6', sla: 'running' });
});

/** The incident at the cloud, once it has come as far as the edge has. */
function arrived(id: string): Promise<Incident> {
  return until(
    async () => {
      const [there, here] = await Promise.all([incident(house.cloud, id), incident(house.edge, id)]);
      return there.version === here.version && there;
    },
    { for: `${id} as the edge knows it` },
  );
}

/** Every event that the cloud has of the edge, in the order of the chain. */
async function wholeChain(): Promise<IncidentEvent[]> {
  const all = await incidents(house.cloud);
  const events = await Promise.all(
    all.map(({ id }) => get<{ items: { event: IncidentEvent }[] }>(`${house.cloud}/api/incidents/${id}/events`)),
  );
  return events
    .flatMap(({ items }) => items.map(({ event }) => event))
    .filter(({ edge }) => edge === 'edge-1')
    .toSorted((a, b) => a.seq - b.seq);
}

async function chainHealth(edge: string): Promise<object | undefined> {
  const { items } = await get<{ items: { id: string; chain: object }[] }>(`${house.cloud}/api/edges`);
  return items.find(({ id }) => id === edge)?.chain;
}

const OTHER = 'edge-2-e1';
const READ_AT = Date.UTC(2026, 10, 2, 3);

/** What a second edge might say: an incident's whole story, chained as its own, three readings and a day's energy. */
async function batchOfAnotherEdge(): Promise<Partial<Batch>> {
  const model = (await incidents(house.edge)).find(({ asset }) => asset === 'bj-lift-2');
  const { items } = await get<{ items: IncidentEvent[] }>(`${house.edge}/api/incidents/${model?.id}/events`);
  const events: IncidentEvent[] = [];
  for (const { at, by, change, recordedAt } of items) {
    const place = { edge: 'edge-2', seq: events.length + 1, prev: events.at(-1)?.hash ?? GENESIS, recordedAt };
    events.push(link({ incident: OTHER, at, by, change }, place));
  }
  return { edge: 'edge-2', sentAt: new Date().toISOString(), events, blocks: [block()], daily: [] };
}

function block(): Batch['blocks'][number] {
  const reading = { device: 'meter-of-edge-2', metric: 'voltage_v', part: null, quality: 'good' } as const;
  const readings = [0, 1, 2].map((second) => {
    const at = READ_AT + second * 1_000;
    return { ...reading, value: 230 + second, at, receivedAt: at + 20, historical: false };
  });
  return packReadings(1, readings);
}

/** What the cloud knows and a second telling could have changed. */
async function everything() {
  const readings = `device=meter-of-edge-2&metric=voltage_v&from=2026-11-02T00:00:00.000Z&to=2026-11-03T00:00:00.000Z`;
  return {
    other: await incident(house.cloud, OTHER),
    incidents: await incidents(house.cloud),
    chain: [await chainHealth('edge-1'), await chainHealth('edge-2')],
    readings: await get<{ items: object[] }>(`${house.cloud}/api/readings?${readings}`),
  };
}
