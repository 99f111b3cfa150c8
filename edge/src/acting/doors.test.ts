import type { Incident, Verb } from '@keepsite/edge-contract';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createActingBench } from '../testing/acting-bench.ts';

let bench: Awaited<ReturnType<typeof createActingBench>>;
beforeAll(async () => {
  bench = await createActingBench();
});
afterAll(() => bench.close());
/** An asset has one open incident: what a test leaves behind is no incident of the next. */
afterEach(async () => {
  for (const { id } of bench.store.incidents({ state: 'open', limit: 9 })) await bench.order('cancel', id, 'wang');
  bench.published.length = 0;
});

/** What must have happened before, what the order says, and what it then reads in the evidence. */
const VERBS: Readonly<
  Partial<
    Record<
      Verb,
      { readonly after: readonly Verb[]; readonly words?: Readonly<Record<string, unknown>>; readonly event: string }
    >
  >
> = {
  acknowledge: { after: [], event: 'acknowledged' },
  arrive: { after: ['acknowledge'], event: 'on_site' },
  resolve: { after: ['acknowledge', 'arrive'], words: { note: 'door freed' }, event: 'resolved' },
  close: { after: ['resolve'], event: 'closed' },
  release: { after: ['acknowledge'], event: 'released' },
  handover: { after: ['acknowledge'], words: { to: 'zhao' }, event: 'handed_over' },
  escalate: { after: [], event: 'step' },
  cancel: { after: [], words: { note: 'a drill' }, event: 'cancelled' },
  note: { after: [], words: { note: 'doctor called' }, event: 'noted' },
};
const DOORS = ['page', 'api', 'link', 'mqtt', 'cloud'] as const;
const CASES = Object.keys(VERBS).flatMap((verb) => DOORS.map((door) => [verb as Verb, door] as const));

const told = ({ timeline }: Incident, kind: string) => timeline.filter((entry) => entry.kind === kind);

describe('every verb through every door', () => {
  test.each(CASES)('%s by the %s: done once, in that person’s name, however often it is sent', async (verb, door) => {
    const { after, words = {}, event } = VERBS[verb]!;
    const { via, order } = bench.doors[door];
    const { id } = await bench.trap();
    for (const before of after) await bench.order(before, id, 'wang');
    const already = told(bench.now(id), event).length;

    const commandId = `${verb}-by-${door}`;
    expect(await order(verb, id, commandId, words)).toMatchObject({ state: 'done', modified: true });
    const { version } = bench.now(id);
    const [entry] = told(bench.now(id), event).slice(already);
    if (verb !== 'escalate') expect(entry?.by).toEqual({ kind: 'person', id: 'wang', via });

    expect(await order(verb, id, commandId, words)).toMatchObject({ state: 'done', modified: true });
    expect(bench.now(id).version, 'nothing happened a second time').toBe(version);
  });

  test.each(DOORS)('a late acknowledgement by the %s after the repair changes nothing', async (door) => {
    const { id } = await bench.trap();
    await bench.order('resolve', id, 'li');
    const before = bench.now(id);
    const answer = await bench.doors[door].order('acknowledge', id, `too-late-${door}`);
    expect(answer).toMatchObject({ state: 'refused', modified: false });
    expect(bench.now(id)).toEqual(before);
  });
});

test('fifty at once, by links and by the page: one has it, the others are told who', async () => {
  await bench.api.listen({ host: '127.0.0.1', port: 0 });
  const { port } = bench.api.server.address() as AddressInfo;
  const incident = await bench.trap();
  const link = bench.acting.links.issue(incident, 'zhao');
  const ways = [
    { path: `links/${link}`, headers: {} },
    { path: `incidents/${incident.id}`, headers: { cookie: bench.cookies.li } },
  ];
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      const { path, headers } = ways[n % 2]!;
      const response = await fetch(`http://127.0.0.1:${port}/api/${path}/acknowledge`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ commandId: `at-once-${String(n).padStart(4, '0')}` }),
      });
      return { status: response.status, text: await response.text() };
    }),
  );
  const winners = answers.filter(({ status }) => status === 200);
  const losers = answers.filter(({ status }) => status === 409);
  expect([winners.length, losers.length]).toEqual([1, 49]);
  const { responder, timeline } = bench.now(incident.id);
  expect(timeline.filter(({ kind }) => kind === 'acknowledged')).toHaveLength(1);
  for (const { text } of losers) expect(text).toContain(`${responder} has it already`);
});

describe('who may', () => {
  test('hand over: whoever has it, and who may act for others', async () => {
    const { id } = await bench.trap();
    await bench.order('acknowledge', id, 'zhao');
    const url = `/api/incidents/${id}/handover`;
    const by = (cookie: string, n: number) => bench.post(url, { commandId: `handover-${n}`, to: 'li' }, { cookie });
    expect((await by(bench.cookies.li, 1)).statusCode).toBe(403);
    expect((await by(bench.cookies.wang, 2)).statusCode).toBe(200);
    expect(
      (await bench.post(url, { commandId: 'handover-3', to: 'zhao' }, { cookie: bench.cookies.li })).statusCode,
    ).toBe(200);
  });

  test('attest: a supervisor; a crew’s own word stays its word', async () => {
    const { id } = await bench.trap();
    const arrive = (cookie: string, n: number) =>
      bench.post(`/api/incidents/${id}/arrive`, { commandId: `attest-000${n}`, proof: 'verified' }, { cookie });
    await arrive(bench.cookies.li, 1);
    expect(told(bench.now(id), 'on_site')[0]?.detail).toMatchObject({
      proof: 'declared',
      proofNote: 'said to be verified',
    });
    await arrive(bench.cookies.wang, 2);
    expect(told(bench.now(id), 'on_site')[1]?.detail).toMatchObject({
      proof: 'verified',
      proofBy: 'attested',
      proofNote: 'wang',
    });
  });

  test.each(['mqtt', 'cloud', 'api'] as const)('claim a proof by the %s: nobody but the code itself', async (door) => {
    const { id, asset } = await bench.trap();
    const { order } = bench.doors[door];
    const lie = { proof: 'verified', ...(door === 'cloud' && { proofBy: 'code' }) };
    if (door !== 'api') {
      await order('arrive', id, `lie-by-${door}`, lie);
      expect(told(bench.now(id), 'on_site')[0]?.detail).toMatchObject({ proof: 'declared' });
    }
    await order('arrive', id, `true-by-${door}`, { code: bench.acting.codes.of(asset).code });
    expect(told(bench.now(id), 'on_site').at(-1)?.detail).toMatchObject({ proof: 'verified', proofBy: 'code' });
  });
});

describe('an order over MQTT', () => {
  test.each([
    ['no JSON', 'acknowledge!'],
    ['no verb', { commandId: 'order-0001', responder: 'li' }],
    ['an id that is no topic', { commandId: 'a/b/c/d/e/#', responder: 'li', verb: 'acknowledge' }],
    ['somebody else’s words', { commandId: 'order-0001', responder: 'li', verb: 'acknowledge', admin: true }],
    ['money', { commandId: 'order-0001', responder: 'li', verb: 'approve', order: 'x' }],
  ])('%s is refused and answered', async (_, body) => {
    const { id, version } = await bench.trap();
    const { acknowledged } = await bench.sayOrder(`keepsite/park/incidents/${id}/commands`, body);
    expect(acknowledged).toBe(1);
    expect(JSON.parse(bench.published[0]!.payload)).toMatchObject({ state: 'refused' });
    expect(bench.now(id).version).toBe(version);
  });

  test('of another site, or one that the broker has kept, does nothing', async () => {
    const { id, version } = await bench.trap();
    const body = { commandId: 'mqtt-order-1', responder: 'li', verb: 'acknowledge' };
    await bench.sayOrder(`keepsite/other/incidents/${id}/commands`, body);
    await bench.sayOrder(`keepsite/park/incidents/${id}/commands`, body, { retain: true });
    expect(bench.published.map(({ payload }) => (JSON.parse(payload) as { state: string }).state)).toEqual([
      'refused',
      'refused',
    ]);
    expect(bench.now(id).version).toBe(version);
  });
});
