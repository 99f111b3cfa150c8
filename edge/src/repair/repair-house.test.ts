import { Command, type Incident, type RepairProgress } from '@keepsite/edge-contract';
import { verifyChain } from '@keepsite/edge-evidence';
import { afterEach, expect, test } from 'vitest';
import { createSign } from '../acting/acting-key.ts';
import { createActing } from '../acting/acting.ts';
import { officePark } from '../domain/testing/office-park.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createHttpBench } from '../testing/http-bench.ts';
import { createLonePipeline } from '../testing/lone-pipeline.ts';
import { createMemoryPhotos, createMemoryVersions } from '../testing/memory-acting.ts';
import { createMemoryDisk, createMemoryStore } from '../testing/memory-store.ts';
import { PNG } from '../testing/photo-samples.ts';
import { createRepairDesk } from './repair-desk.ts';

const KEY = new Uint8Array(32).fill(9);
let commands = 0;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** The gateway from the form to the store, on a disk that outlives it. */
async function house(disk = createMemoryDisk()) {
  const store = createMemoryStore({ disk });
  const clock = createFakeClock(Date.UTC(2026, 2, 2, 8));
  const pipeline = createLonePipeline({ store, clock });
  const registry = () => officePark;
  const acting = createActing({
    key: KEY,
    versions: createMemoryVersions(),
    files: createMemoryPhotos(),
    networks: [],
    registry,
    pipeline,
    store,
    clock,
  });
  const repairs = createRepairDesk({ sign: createSign(KEY), registry, pipeline, photos: acting.photos, store });
  const { api } = await createHttpBench({ parts: { pipeline, acting, repairs, store, registry, clock } });
  closing.push(() => api.close());
  const ask = async (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object | Buffer) => {
    const type = Buffer.isBuffer(payload) ? { 'content-type': 'image/png' } : {};
    const response = await api.inject({
      method,
      url,
      headers: { host: 'localhost', ...type },
      ...(payload && { payload }),
    });
    return { status: response.statusCode, body: response.json() };
  };
  return {
    disk,
    store,
    ask,
    one: (): Incident => store.incidents({ limit: 9 })[0]!,
    say(verb: string, words: object = {}) {
      const commandId = `command-${(commands += 1)}`;
      const [incident] = store.incidents({ limit: 1 });
      const receivedAt = new Date(clock.now()).toISOString();
      return pipeline.order(
        Command.parse({ commandId, incident: incident?.id, verb, responder: 'li', receivedAt, via: 'edge', ...words }),
      );
    },
  };
}

const stagesOf = ({ stages }: RepairProgress) => stages.filter(({ at }) => at !== null).map(({ stage }) => stage);

test('from the code at the place to the mended tap: whoever scanned it follows it, and a restart changes nothing', async () => {
  const first = await house();
  const { body: link } = await first.ask('GET', '/api/repairs/places/pump-room/link');
  const form = link.path.replace('/repair/', '/api/repairs/places/');
  const report = { commandId: 'report-0001', category: 'plumbing', urgency: 'urgent', text: '水管漏水' };
  const { body: answer } = await first.ask('POST', form, { ...report, reporter: { name: '吴女士', contact: '138' } });
  const mine = `/api/repairs/progress/${answer.progress}`;
  expect(stagesOf((await first.ask('GET', mine)).body)).toEqual(['received']);
  expect(first.one().pages.map(({ to }) => to.person)).toEqual(['li']);
  await first.say('acknowledge');
  expect(stagesOf((await first.ask('GET', mine)).body)).toEqual(['received', 'owner']);
  const again = await house(first.disk);
  await again.say('arrive');
  await again.say('resolve', { fixed: true });
  const { body: seen } = await again.ask('GET', mine);
  expect([stagesOf(seen), seen.fixed]).toEqual([['received', 'owner', 'on_site', 'fixed'], true]);
  expect((await again.ask('POST', form, report)).body.progress).toBe(answer.progress);
  expect(again.one().reports).toEqual(['report-0001']);
  expect((await again.ask('GET', `/api/repairs/${again.one().id}/reporters`)).body.items).toMatchObject([
    { contact: '138' },
  ]);
});

test('a reporter adds three photographs to his own report, and no fourth', async () => {
  const { ask, one } = await house();
  const report = { commandId: 'report-0001', asset: 'pump-room', category: 'plumbing', text: '水管漏水' };
  const { body: answer } = await ask('POST', '/api/repairs', report);
  const add = (n: number) =>
    ask('POST', `/api/repairs/progress/${answer.progress}/photos?commandId=photo-000${n}`, PNG);
  for (const n of [1, 2, 3]) expect((await add(n)).status).toBe(200);
  expect((await add(4)).status).toBe(409);
  const photos = one().timeline.filter(({ kind }) => kind === 'photo');
  expect(photos.map(({ by }) => by.id)).toEqual(Array(3).fill('report-report-0001'));
  expect((await ask('POST', `/api/repairs/progress/${answer.progress}x/photos?commandId=photo-0009`, PNG)).status).toBe(
    404,
  );
});

test('an erased reporter leaves the evidence as it was, and the link of the report goes on', async () => {
  const { ask, one, store } = await house();
  const reporter = { name: '吴女士', contact: '13800000000' };
  const report = { commandId: 'report-0001', asset: 'pump-room', category: 'plumbing', text: '水管漏水', reporter };
  const { body: answer } = await ask('POST', '/api/repairs', report);
  const before = store.events({ after: 0, limit: 1_000 });
  expect(JSON.stringify(before)).not.toMatch(/吴女士|13800000000/);
  const reporters = `/api/repairs/${one().id}/reporters`;
  expect((await ask('DELETE', reporters)).body).toEqual({ incident: one().id, erased: 1 });
  expect((await ask('DELETE', reporters)).body.erased).toBe(0);
  expect((await ask('GET', reporters)).body.items).toEqual([]);
  await ask('POST', '/api/repairs', report);
  expect((await ask('GET', reporters)).body.items).toEqual([]);
  expect(store.events({ after: 0, limit: 1_000 })).toEqual(before);
  expect(verifyChain(before)).toMatchObject({ ok: true });
  expect((await ask('GET', `/api/repairs/progress/${answer.progress}`)).status).toBe(200);
  expect((await ask('DELETE', '/api/repairs/i-99/reporters')).status).toBe(404);
});
