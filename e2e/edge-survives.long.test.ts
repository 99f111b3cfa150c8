import type { Incident } from '@keepsite/edge-contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type House, startHouse } from './src/house.ts';
import { get, post } from './src/http.ts';
import { connect, sayOnce, type Wire } from './src/mqtt.ts';
import { type Phones, type RungPage, startPhones } from './src/phones.ts';
import { clockOf, entrapment, free, incident, seeThrough, trap } from './src/stories.ts';
import { until } from './src/until.ts';

let phones: Phones;
let house: House;
let wire: Wire;

beforeAll(async () => {
  phones = await startPhones();
  house = await startHouse({ rooms: ['edge'], webhook: phones.url });
  wire = await connect(house.mqtt, ['keepsite/+/pages/+']);
});

afterAll(async () => {
  await wire?.close();
  await house?.close();
  await phones?.close();
});

test('an edge killed while it pages keeps the clock and pages nobody twice without saying so', async () => {
  // The phone rings and never answers: whether the page arrived is exactly what the edge cannot know.
  const ringing = new Promise<RungPage>((resolve) => {
    phones.beforeAnswer = (page) => {
      resolve(page);
      return new Promise(() => undefined);
    };
  });
  await trap(wire, 'bj-lift-3');
  const caught = await ringing;
  const before = await entrapment(house.edge, 'bj-lift-3');
  await house.kill9('edge');
  phones.beforeAnswer = () => Promise.resolve();
  await house.start('edge');

  const after = await incident(house.edge, before.id);
  expect(after).toMatchObject({ openedAt: before.openedAt, episode: 1, response: 'open' });
  expect(after.clocks.map(({ term, startedAt, dueAt }) => ({ term, startedAt, dueAt }))).toEqual(
    before.clocks.map(({ term, startedAt, dueAt }) => ({ term, startedAt, dueAt })),
  );

  // Hurried on, past the lease of the page that was under way and past the next step of the ladder.
  await post(`${house.edge}/api/demo/clock`, { scale: 20 });
  const paged = await until(() => everyPageSettled(before.id), { for: 'a settled second step' });
  await post(`${house.edge}/api/demo/clock`, { scale: 1 });
  await until(() => soundsOf(caught.page, phones.rung).length > 1, { for: 'the page that was caught, once more' });
  await until(() => paged.pages.every((page) => page.channel === 'log' || rang(page.id)), {
    for: 'every page to ring',
  });

  const all = [...phones.rung, ...wire.heard.map(({ payload }) => JSON.parse(payload.toString()) as RungPage)];
  for (const page of new Set(all.map((each) => each.page)))
    for (const again of soundsOf(page, all).slice(1)) expect(again, page).toMatchObject({ possibleDuplicate: true });
  expect(paged.pages.find(({ id }) => id === caught.page)).toMatchObject({ possibleDuplicate: true });
  const second = paged.timeline.find(({ kind, detail }) => kind === 'step' && detail['step'] === 2);
  expect(Date.parse(second?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(before.openedAt) + 60_000);
  expect(clockOf(paged, 'on_site')).toMatchObject({ verdict: 'running', dueAt: clockOf(before, 'on_site').dueAt });

  function rang(page: string): boolean {
    return wire.heard.some(({ payload }) => payload.includes(page)) || soundsOf(page, phones.rung).length > 0;
  }
});

test('bad input leaves the edge alive, is counted and can be read, and good input beside it is heard', async () => {
  const before = await quarantine();
  const garbage = [
    ['keepsite/binjiang-park/devices/bj-lift-4-controller/reading', 'not { json'],
    ['keepsite/binjiang-park/devices/bj-lift-4-controller/fault', new Uint8Array([0xff, 0xfe, 0x00, 0xc3, 0x28])],
    ['/API/V1/Up/LiftFault', '{"type":"LiftFault","ErrorListBean":"everything"}'],
    ['nobody/knows/this', '{"hello":1}'],
    ['keepsite/binjiang-park/devices/bj-lift-6-controller/reading', 'x'.repeat(200_000)],
  ] as const;
  // From connections of their own: the broker ends those that misbehave.
  for (const [topic, payload] of garbage) expect(await sayOnce(house.mqtt, topic, payload), topic).toBe('taken');
  expect(await sayOnce(house.mqtt, 'much/too/long', 'x'.repeat(1_000_000))).toBe('shown out');
  await trap(wire, 'bj-lift-5');

  const opened = await entrapment(house.edge, 'bj-lift-5');
  const after = await until(
    async () => {
      const now = await quarantine();
      return now.total >= before.total + garbage.length && now.refused['packet_too_large'] !== undefined && now;
    },
    { for: 'every bad message in quarantine, and the refusal counted' },
  );
  expect(after.total).toBe(before.total + garbage.length);
  expect(after.refused['packet_too_large']).toBe(1);
  for (const [topic, payload] of garbage) {
    const kept = after.items.find((item) => item.topic === topic);
    expect(kept, topic).toMatchObject({ reason: expect.stringMatching(/\w/), size: Buffer.byteLength(payload) });
    const bytes = Buffer.from(kept?.payload.base64 ?? '', 'base64');
    expect(Buffer.from(payload).subarray(0, bytes.length).equals(bytes) && bytes.length > 0, topic).toBe(true);
  }
  expect(await get(`${house.edge}/readyz`)).toBeTruthy();
  await seeThrough(house.edge, opened.id, 'li-na');
  await free(wire, 'bj-lift-5');
});

interface Quarantine {
  readonly total: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly items: readonly { topic: string; reason: string; size: number; payload: { base64: string } }[];
}

function quarantine(): Promise<Quarantine> {
  return get(`${house.edge}/api/quarantine`);
}

async function everyPageSettled(id: string): Promise<Incident | null> {
  const now = await incident(house.edge, id);
  const settled = now.pages.every(({ state }) => state !== 'queued' && state !== 'sending');
  return settled && now.pages.some(({ step }) => step === 2) ? now : null;
}

function soundsOf(page: string, all: readonly RungPage[]): RungPage[] {
  return all.filter((each) => each.page === page);
}
