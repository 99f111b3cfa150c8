import type { Incident, MaintenanceWindow } from '@keepsite/edge-contract';
import { afterEach, describe, expect, test } from 'vitest';
import { createMaintenanceDesk } from '../maintenance/maintenance-desk.ts';
import { createHttpBench, incidentOf } from '../testing/http-bench.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function bench() {
  const house = await createHttpBench();
  closing.push(() => house.api.close());
  const heard: string[] = [];
  house.feed.listen({ write: (text) => heard.push(String(text)), writableLength: 0, destroy() {} });
  const post = (url: string, payload: object) =>
    house.api.inject({ method: 'POST', url, payload, headers: { host: 'localhost' } });
  const after = (ms: number) => new Date(house.clock.now() + ms).toISOString();
  const notices = () =>
    heard.filter((text) => text.startsWith('event: maintenance')).map((text) => /"change":"(\w+)"/.exec(text)?.[1]);
  const list = async () => {
    const answer = await house.api.inject({ url: '/api/maintenance', headers: { host: 'localhost' } });
    return answer.json<{ items: MaintenanceWindow[] }>().items;
  };
  return { ...house, post, after, notices, list };
}

const HOUR = 3_600_000;

describe('maintenance windows', () => {
  test('one is planned, begins, is extended and ended, and everybody who listens hears of each', async () => {
    const { post, after, notices, list, clock, parts } = await bench();
    const made = await post('/api/maintenance', {
      site: 'park',
      from: after(HOUR),
      to: after(2 * HOUR),
      reason: 'rope change',
      by: 'wang',
    });
    expect(made.statusCode).toBe(200);
    const { id } = made.json<MaintenanceWindow>();
    expect(notices()).toEqual(['planned']);
    clock.advance(HOUR);
    parts.maintenance.look();
    parts.maintenance.look();
    expect(notices()).toEqual(['planned', 'started']);
    await post(`/api/maintenance/${id}/extend`, { to: after(3 * HOUR), by: 'wang' });
    await post(`/api/maintenance/${id}/end`, { by: 'li' });
    parts.maintenance.look();
    expect(notices()).toEqual(['planned', 'started', 'extended', 'ended']);
    expect(await list()).toMatchObject([{ id, reason: 'rope change', endedBy: 'li' }]);
    expect((await post(`/api/maintenance/${id}/end`, { by: 'li' })).statusCode).toBe(422);
  });

  test('a restart finds them on disk, and tells what has begun meanwhile', async () => {
    const { post, after, clock, store } = await bench();
    await post('/api/maintenance', {
      asset: 'lift-3',
      from: after(HOUR),
      to: after(2 * HOUR),
      reason: 'works',
      by: 'wang',
    });
    clock.advance(HOUR);
    const told: string[] = [];
    const desk = createMaintenanceDesk({
      store,
      clock,
      registry: () => ({ sites: [], zones: [], assets: [] }) as never,
      newId: () => 'other',
      changed: () => Promise.resolve(),
      tell: ({ change }) => void told.push(change),
      publish: (_, items) => void told.push(`${items.length} not over`),
    });
    expect(desk.windows()).toMatchObject([{ asset: 'lift-3' }]);
    desk.look();
    expect(told).toEqual(['started', '1 not over']);
  });

  test('what cannot be is refused with the reason', async () => {
    const { post, after } = await bench();
    const refused = async (body: object) => {
      const answer = await post('/api/maintenance', { reason: 'works', by: 'wang', ...body });
      return [answer.statusCode, answer.json<{ error: { message: string } }>().error.message];
    };
    expect(await refused({ site: 'park', from: after(HOUR), to: after(0) })).toEqual([
      422,
      expect.stringMatching(/ends before it begins.*over already/),
    ]);
    expect(await refused({ site: 'nowhere', to: after(HOUR) })).toEqual([
      422,
      expect.stringMatching(/nothing here is called nowhere/),
    ]);
    expect(await refused({ site: 'park', to: after(40 * 24 * HOUR) })).toEqual([
      422,
      expect.stringMatching(/longer than 31 days/),
    ]);
    expect(await refused({ site: 'park', zone: 'tower', to: after(HOUR) })).toEqual([
      400,
      expect.stringMatching(/exactly one/),
    ]);
    expect((await post('/api/maintenance/none/end', {})).statusCode).toBe(400);
    expect((await post('/api/maintenance/none/end', { by: 'li' })).statusCode).toBe(404);
  });
});

describe('drills', () => {
  test('one on a site is held where such a fault may happen', async () => {
    const { post, disk } = await bench();
    disk.incidents.set('inc-9', { ...incidentOf('inc-9', 5), drill: true });
    const answer = await post('/api/drills', {
      commandId: 'drill-0001',
      site: 'park',
      fault: 'entrapment',
      by: 'wang',
    });
    expect(answer.json<{ incident: Incident }>().incident).toMatchObject({ id: 'inc-9', drill: true });
    const nowhere = await post('/api/drills', { commandId: 'drill-0002', site: 'nowhere', fault: 'leak', by: 'wang' });
    expect(nowhere.statusCode).toBe(404);
  });
});
