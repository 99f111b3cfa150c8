import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { instantText } from '@keepsite/edge-contract';
import { parseChannelSettings, type Delivery } from '@keepsite/edge-notify';
import { createNotifier } from '../adapters/notifier.ts';
import { postgresStore } from '../adapters/postgres/store.ts';
import { Duty } from '../domain/alarm/duty.ts';
import { silentEvents } from '../events.ts';
import { acceptBatch } from '../ingest/accept-batch.ts';
import type { AlarmNotifier } from '../ports/alarms.ts';
import type { Jobs, Store } from '../ports.ts';
import { postgresMetrics } from '../adapters/postgres/metrics.ts';
import { localNotices } from '../testing/local-notices.ts';
import { useTestDatabase } from '../testing/postgres.ts';
import { batch, contract, FOLLOW_UP, registry, T0 } from '../testing/samples.ts';
import { sendAlarmPages } from './alarm-pager.ts';
import { acknowledgeAlarm } from './alarms.ts';
import { clientSla } from './client-sla.ts';
import { createWatch } from './schedule.ts';
import { siteClock } from './site-clock.ts';

const DUTY = Duty.parse({
  version: 1,
  people: [
    { id: 'wang', name: '王磊', addresses: [{ channel: 'log', to: '-' }] },
    { id: 'li', name: '李娜', addresses: [{ channel: 'log', to: '-' }] },
  ],
  steps: [
    { afterSeconds: 0, page: ['wang'] },
    { afterSeconds: 300, page: ['li'] },
  ],
});
const S = 1000;

const database = useTestDatabase();
let store: Store;

beforeEach(async () => {
  store = await postgresStore(database.db, database.tenant());
});

test('a site that nobody hears for 30 s pages once, though two replicas watch and send', async () => {
  await hear('edge-1', T0);
  const replicas = [await replica(), await replica()];
  await look(replicas, T0, T0 + 29 * S);
  expect(told(replicas)).toEqual([]);
  await look(replicas, T0 + 30 * S, T0 + 60 * S);

  expect(told(replicas)).toEqual(['wang blind 1']);
  expect(await store.alarms.list({ limit: 10 })).toMatchObject([{ id: `blind.edge-1.${T0}`, endedAt: null }]);
});

test('a cloud that starts again pages nobody anew, and goes on where the ladder stood', async () => {
  await hear('edge-1', T0);
  const before = await replica();
  await look([before], T0, T0 + 40 * S);
  const after = await replica();
  await look([after], T0 + 100 * S, T0 + 200 * S);
  expect(told([before, after])).toEqual(['wang blind 1']);

  await look([after], T0 + 205 * S, T0 + 345 * S);
  expect(told([after])).toEqual(['li blind 1']);
});

test('a cloud that was away listens first, and what is still silent then is one page', async () => {
  for (const edge of ['edge-1', 'edge-2', 'edge-3']) await hear(edge, T0);
  const woken = await replica();
  await look([woken], T0 + 3_600 * S, T0 + 3_625 * S);
  await hear('edge-1', T0 + 3_620 * S);
  expect(await store.alarms.list({ limit: 10 })).toEqual([]);

  await look([woken], T0 + 3_630 * S, T0 + 3_645 * S);
  const [alarm, ...others] = await store.alarms.list({ limit: 10 });
  expect([others, alarm?.spells.map(({ edge }) => edge)]).toEqual([[], ['edge-2', 'edge-3']]);
  expect(told([woken])).toEqual(['wang blind 1']);
});

test('after somebody took it nobody else is paged; when the site is heard again, who was paged is told', async () => {
  await hear('edge-1', T0);
  const one = await replica();
  await look([one], T0, T0 + 40 * S);
  const [alarm] = await store.alarms.list({ open: true, limit: 1 });
  const taken = await acknowledgeAlarm(store, alarm!.id, { by: 'wang', note: null }, T0 + 50 * S);
  await acknowledgeAlarm(store, alarm!.id, { by: 'li', note: null }, T0 + 51 * S);
  await look([one], T0 + 55 * S, T0 + 600 * S);
  expect(taken?.acknowledgedBy).toBe('wang');
  expect(told([one])).toEqual(['wang blind 1', 'wang acknowledged 1']);

  for (let s = 605; s <= 670; s += 5) {
    await hear('edge-1', T0 + s * S);
    await look([one], T0 + s * S, T0 + s * S);
  }
  expect(told([one]).slice(2)).toEqual(['wang back 1']);
  expect((await store.alarms.get(alarm!.id))?.alarm).toMatchObject({ acknowledgedBy: 'wang', endedAt: T0 + 665 * S });
});

test('a replica that dies while it sends leaves a page that comes again and says so', async () => {
  await hear('edge-1', T0);
  const dying = await dyingReplica();
  void look([dying], T0, T0 + 40 * S);
  await expect.poll(() => store.alarms.get(`blind.edge-1.${T0}`)).toMatchObject({ pages: [{ state: 'sending' }] });
  const other = await replica();
  await send(other, T0 + 45 * S);
  expect(told([other])).toEqual([]);

  await send(other, T0 + 120 * S);
  expect(told([other])).toEqual(['wang blind 1 again?']);
});

test('a page that a dead replica held is not sent once somebody has the alarm', async () => {
  await hear('edge-1', T0);
  const dying = await dyingReplica();
  void look([dying], T0, T0 + 40 * S);
  const id = `blind.edge-1.${T0}`;
  await expect.poll(() => store.alarms.get(id)).toMatchObject({ pages: [{ state: 'sending' }] });
  await acknowledgeAlarm(store, id, { by: 'li', note: null }, T0 + 60 * S);
  const other = await replica();
  await send(other, T0 + 120 * S);

  expect(told([other])).toEqual(['wang acknowledged 1']);
  expect((await store.alarms.get(id))?.pages[0]).toMatchObject({ state: 'withdrawn', reason: 'somebody has it' });
});

test('a page that its channel would not take is tried again, and no more once somebody has it', async () => {
  await hear('edge-1', T0);
  const busy = await replica({ deliver: async () => ({ outcome: 'retry', reason: 'busy', afterMs: 20 * S }) });
  await look([busy], T0, T0 + 40 * S);
  const id = `blind.edge-1.${T0}`;
  expect((await store.alarms.get(id))?.pages).toMatchObject([{ state: 'queued', attempts: 1, reason: 'busy' }]);
  await send(busy, T0 + 55 * S);
  expect((await store.alarms.get(id))?.pages[0]?.attempts).toBe(2);

  await acknowledgeAlarm(store, id, { by: 'li', note: null }, T0 + 60 * S);
  expect((await store.alarms.get(id))?.pages).toMatchObject([{ state: 'withdrawn', at: instantText(T0 + 60 * S) }]);
  await send(busy, T0 + 100 * S);
  expect(told([busy])).toEqual(['wang blind 1', 'wang blind 2']);
  expect((await store.alarms.get(id))?.pages).toMatchObject([{ state: 'withdrawn' }]);
});

test('after a time-out nobody knows whether it came: the next one says so, and who may have it hears how it went on', async () => {
  await hear('edge-1', T0);
  const lost: Delivery = { outcome: 'retry', reason: 'no answer', afterMs: 20 * S, mayHaveArrived: true };
  const slow = await replica({ deliver: async () => lost });
  await look([slow], T0, T0 + 40 * S);
  await send(slow, T0 + 55 * S);
  expect(told([slow])).toEqual(['wang blind 1', 'wang blind 2 again?']);

  await acknowledgeAlarm(store, `blind.edge-1.${T0}`, { by: 'li', note: null }, T0 + 60 * S);
  await send(slow, T0 + 100 * S);
  expect(told([slow]).slice(2)).toEqual(['wang acknowledged 1']);
});

test('a page that only waited for its turn has used up no attempt', async () => {
  await hear('edge-1', T0);
  const waiting: Delivery = { outcome: 'retry', reason: 'its turn comes', afterMs: 20 * S, unsent: true };
  const one = await replica({ deliver: async () => waiting });
  await look([one], T0, T0 + 40 * S);
  await send(one, T0 + 55 * S);
  expect(told([one])).toEqual(['wang blind 1', 'wang blind 1']);
});

test('a page that still waits while the site is heard again is held: it goes if the silence comes back, else never', async () => {
  await hear('edge-1', T0);
  let busy = true;
  const later: Delivery = { outcome: 'retry', reason: 'busy', afterMs: 5 * S };
  const yes: Delivery = { outcome: 'accepted', reference: null };
  const one = await replica({ deliver: async () => (busy ? later : yes) });
  await look([one], T0, T0 + 35 * S);
  await hear('edge-1', T0 + 36 * S);
  busy = false;
  await look([one], T0 + 40 * S, T0 + 60 * S);
  expect(told([one]).filter((page) => page !== 'wang blind 1')).toEqual([]);
  expect((await store.alarms.get(`blind.edge-1.${T0}`))?.pages).toMatchObject([
    { state: 'queued', attempts: 1, reason: 'heard again; it goes if that does not last' },
  ]);
  await look([one], T0 + 65 * S, T0 + 75 * S);
  expect(told([one]).at(-1)).toBe('wang blind 2');
});

test('a page to one person alone carries that person’s own link, one that others read does not', async () => {
  await hear('edge-1', T0, true);
  const { url, bodies } = await receiver();
  const own = (alarm: string, person: string) => `https://cloud.example/w/${alarm}.${person}`;
  const { duty, notifier } = realNotifier(`{ type: webhook, url: '${url}' }`, own);
  await look([await replica(notifier, duty)], T0, T0 + 40 * S);
  const group = realNotifier(`{ type: alertmanager, url: '${url}' }`, own);
  const [page] = (await store.alarms.get(`blind.edge-1.${T0}`))!.pages;
  const { alarm } = (await store.alarms.get(`blind.edge-1.${T0}`))!;
  await group.notifier.deliver(page!, alarm, [page!]);
  expect(bodies[0]).toMatchObject({ link: `https://cloud.example/w/blind.edge-1.${T0}.wang` });
  expect(JSON.stringify(bodies[1])).toContain('https://cloud.example/alarms');
  expect(JSON.stringify(bodies[1])).not.toContain('/w/');
});

test('a short message carries it too, for there is no other way to answer', async () => {
  await hear('edge-1', T0, true);
  const { url, bodies } = await receiver();
  const own = (alarm: string, person: string) => `https://cloud.example/w/${alarm}.${person}`;
  const sms = `{ type: gateway, url: '${url}', method: POST, headers: { content-type: application/json }, body: '{"text":"{text}"}' }`;
  const { duty, notifier } = realNotifier(sms, own);
  await look([await replica(notifier, duty)], T0, T0 + 40 * S);
  expect(bodies[0]?.['text']).toMatch(/^\[重要\] 站点失联.*塔楼.*\nhttps:\/\/cloud\.example\/w\/blind\..*\.wang$/);
});

test('gateways that fall silent together are one page, though one of them was heard eight seconds longer', async () => {
  await hear('edge-1', T0);
  await hear('edge-2', T0 + 8 * S);
  const one = await replica();
  await look([one], T0, T0 + 200 * S);
  expect(told([one])).toEqual(['wang blind 1']);
  expect(await store.alarms.list({ limit: 10 })).toMatchObject([{ pagedEdges: 2 }]);
});

test('an edge whose sites all went to another is waited for by nobody', async () => {
  await hear('edge-1', T0, true);
  const one = await replica();
  await look([one], T0, T0 + 40 * S);
  await hear('edge-2', T0 + 41 * S, true);
  for (let s = 45; s <= 120; s += 5) {
    await hear('edge-2', T0 + s * S);
    await look([one], T0 + s * S, T0 + s * S);
  }
  expect((await store.alarms.list({ open: true, limit: 5 })).length).toBe(0);
});

test('the page names the site in both languages, and reaches a real receiver', async () => {
  await hear('edge-1', T0, true);
  const { url, bodies } = await receiver();
  const { duty, notifier } = realNotifier(`{ type: webhook, url: '${url}' }`);
  await look([await replica(notifier, duty)], T0, T0 + 40 * S);

  expect(bodies).toHaveLength(1);
  expect(bodies[0]).toMatchObject({ page: `blind.edge-1.${T0}.0.0.wang.hook`, link: 'https://cloud.example/alarms' });
  expect(bodies[0]?.['text']).toContain('站点失联：网关没有音讯，现场情况未知 · 塔楼 (edge-1)');
  expect(bodies[0]?.['text']).toContain('Where: Tower (edge-1)');
  expect((await store.alarms.get(`blind.edge-1.${T0}`))?.pages).toMatchObject([{ state: 'accepted' }]);
});

test('a provider that keeps incidents of its own is told that somebody has it and that it is over, and opens no second', async () => {
  await hear('edge-1', T0);
  const { url, bodies } = await receiver('{"status":"success"}', 202);
  const key = '0123456789abcdef0123456789abcdef';
  const { duty, notifier } = realNotifier(`{ type: pagerduty, routingKey: ${key}, server: '${url}' }`);
  const one = await replica(notifier, duty);
  await look([one], T0, T0 + 40 * S);
  await acknowledgeAlarm(store, `blind.edge-1.${T0}`, { by: 'wang', note: null }, T0 + 45 * S);
  for (let s = 50; s <= 120; s += 5) {
    await hear('edge-1', T0 + s * S);
    await look([one], T0 + s * S, T0 + s * S);
  }
  expect(bodies.map((body) => [body['event_action'], body['dedup_key']])).toEqual(
    ['trigger', 'acknowledge', 'resolve'].map((action) => [action, `blind.edge-1.${T0}`]),
  );
});

test('blind time stands beside the promises of whom the site serves, and of nobody else', async () => {
  const client = { name: { en: 'A', zh: '甲' }, kind: 'commercial' as const, since: null, officer: null };
  for (const id of ['acme', 'globex']) {
    await store.clients.save({ id, ...client });
    await store.clients.saveContract(contract(id));
  }
  await hear('edge-1', T0, true);
  await look([await replica()], T0, T0 + 60 * S);
  await hear('edge-1', T0 + 100 * S);

  const blind = async (id: string) => (await clientSla(store, id, '2026-03', T0 + 200 * S, 'UTC')).blind;
  expect(await blind('acme')).toMatchObject({ seconds: 100, spells: [{ edge: 'edge-1' }] });
  expect(await blind('globex')).toEqual({ seconds: 0, spells: [] });
});

/** The notifier as the cloud has it, with one channel and one person on duty. */
function realNotifier(
  channel: string,
  ownLink: ((alarm: string, person: string) => string) | null = null,
): { duty: Duty; notifier: AlarmNotifier } {
  const settings = parseChannelSettings(`version: 1\nchannels:\n  hook: ${channel}\n`, 'channels.yaml', {});
  if (!settings.ok) throw new Error(settings.faults.join());
  const duty = Duty.parse({
    version: 1,
    people: [{ id: 'wang', name: 'Wang', addresses: [{ channel: 'hook', to: '-' }] }],
    steps: [{ afterSeconds: 0, page: ['wang'] }],
  });
  const notifier = createNotifier({
    settings: settings.settings,
    duty,
    sites: async () => (await store.clients.registry()).sites,
    clock: { now: () => T0 + 40 * S },
    timeZone: 'Asia/Shanghai',
    log: () => undefined,
    demo: true,
    publicUrl: () => 'https://cloud.example',
    ownLink,
  });
  onTestFinished(() => notifier.close());
  return { duty, notifier };
}

interface Replica {
  look(now: number, ticks: number): Promise<void>;
  readonly notifier: Pick<AlarmNotifier, 'deliver'>;
  readonly told: string[];
  readonly alarms: Store['alarms'];
}

async function replica(over: Partial<Pick<AlarmNotifier, 'deliver'>> = {}, duty = DUTY): Promise<Replica> {
  const sent: string[] = [];
  const ports = { store, notices: localNotices(), events: silentEvents(), clock: siteClock({ now: () => T0 }, false) };
  const jobs: Jobs = { start: async () => undefined, wish: async () => undefined, stop: async () => undefined };
  const yes: AlarmNotifier['deliver'] = async (): Promise<Delivery> => ({ outcome: 'accepted', reference: null });
  return {
    look: createWatch({ ...ports, timeZone: 'UTC' }, jobs, { duty, onOwed: () => undefined }),
    notifier: {
      deliver(page, alarm, pages) {
        sent.push(`${page.to.person} ${page.kind} ${page.attempts + 1}${page.possibleDuplicate ? ' again?' : ''}`);
        return (over.deliver ?? yes)(page, alarm, pages);
      },
    },
    told: sent,
    alarms: store.alarms,
  };
}

/** It dies while its first page is on the way: no channel answers it, and it writes nothing down any more. */
async function dyingReplica(): Promise<Replica> {
  const never = () => new Promise<never>(() => undefined);
  return { ...(await replica({ deliver: never })), alarms: { ...store.alarms, settle: never } };
}

/** Looks every five seconds from one instant to another, and sends what is owed after each look. */
async function look(replicas: readonly Replica[], from: number, to: number): Promise<void> {
  for (let now = from; now <= to; now += 5 * S) {
    await Promise.all(replicas.map((one) => one.look(now, now)));
    await Promise.all(replicas.map((one) => send(one, now)));
  }
}

async function send({ alarms, notifier }: Replica, now: number): Promise<void> {
  await sendAlarmPages({ alarms, notifier, clock: { now: () => now }, events: silentEvents() });
}

function told(replicas: readonly Replica[]): string[] {
  return replicas.flatMap((one) => one.told);
}

async function hear(edge: string, at: number, withRegistry = false): Promise<void> {
  const metrics = postgresMetrics(database.db, store.tenant);
  const ports = {
    store,
    metrics,
    notices: localNotices(),
    events: silentEvents(),
    touch: () => undefined,
    followUp: FOLLOW_UP,
  };
  await acceptBatch(ports, edge, batch(withRegistry ? { registry: registry() } : {}, edge), at);
}

async function receiver(answer = '{}', status = 200): Promise<{ url: string; bodies: Record<string, unknown>[] }> {
  const bodies: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    void read(request).then((text) => {
      bodies.push(JSON.parse(text) as Record<string, unknown>);
      response.writeHead(status).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
