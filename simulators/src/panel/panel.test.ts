import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { simulatorOf, type Simulator } from '../live/simulator.ts';
import type { Publisher } from '../live/publisher.ts';
import { fakeEdge, type FakeEdge } from '../testing/edge.ts';
import { buildWorld } from '../world/world.ts';
import { panelOf } from './panel.ts';

const EDGE = 'http://127.0.0.1:7070';
const world = buildWorld(1);

function nowhere(): Publisher {
  return {
    publish: () => undefined,
    onPage: () => undefined,
    onConnect: () => undefined,
    connected: false,
    sent: 41,
    lost: 0,
    close: async () => undefined,
  };
}

describe('the panel', () => {
  let edge: FakeEdge;
  let simulator: Simulator;
  let app: FastifyInstance;
  beforeEach(() => {
    edge = fakeEdge(Date.parse('2026-11-23T02:00:00.000Z'));
    simulator = simulatorOf({ world, clock: edge, incidents: edge, publisher: nowhere() });
    app = panelOf(simulator, [EDGE]);
  });
  afterEach(() => app.close());

  const ask = (
    method: 'GET' | 'POST' | 'OPTIONS',
    path: string,
    payload?: object,
    headers: Record<string, string> = {},
  ) =>
    app.inject({
      method,
      url: `/api/simulator${path}`,
      headers: { host: '127.0.0.1:7080', ...headers },
      ...(payload ? { payload } : {}),
    });

  test('shows the stories, the crews, the clock and how much is said', async () => {
    const picture = (await ask('GET', '')).json();
    expect(picture).toMatchObject({
      crews: { mode: 'answer' },
      clock: { now: '2026-11-23T02:00:00.000Z', scale: 1 },
      messages: 41,
      runs: [],
    });
    expect(picture.scenarios).toHaveLength(4);
    expect(picture.scenarios[0]).toMatchObject({
      id: 'trapped-passenger',
      running: false,
      assets: expect.arrayContaining([
        { id: 'bj-lift-3', name: { en: 'Lift 3, Building B', zh: 'B座3号梯' }, site: 'binjiang-park' },
      ]),
    });
    expect(picture.devices).toBeGreaterThan(60);
  });

  test('starts a story and tells what happens to what', async () => {
    const answer = await ask('POST', '/scenarios/trapped-passenger', { expire: true });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      asset: 'bj-lift-3',
      fault: 'entrapment',
      run: expect.stringContaining('trapped-passenger-'),
    });
    const picture = (await ask('GET', '')).json();
    expect(picture.scenarios[0].running).toBe(true);
    expect(picture).toMatchObject({ clock: { scale: 20 }, runs: [{ scenario: 'trapped-passenger', expire: true }] });
  });

  test('a story needs no body', async () => {
    expect((await ask('POST', '/scenarios/sensor-goes-silent')).json()).toMatchObject({
      asset: 'dc-floor-1',
      fault: 'no_data',
    });
  });

  test('what cannot start is a conflict, with the reason', async () => {
    expect((await ask('POST', '/scenarios/earthquake', {})).statusCode).toBe(409);
    const taken = await ask('POST', '/scenarios/trapped-passenger', { asset: 'bj-sump-1' });
    expect(taken.json().error).toMatchObject({
      code: 'SIM_CANNOT_START',
      message: expect.stringContaining('bj-sump-1'),
    });
  });

  test('changes how crews behave, and refuses words it does not know', async () => {
    expect((await ask('POST', '/crews', { mode: 'silent' })).json()).toEqual({ mode: 'silent' });
    expect(simulator.crews.mode).toBe('silent');
    const answer = await ask('POST', '/crews', { mode: 'lazy' });
    expect([answer.statusCode, answer.json().error.code]).toEqual([400, 'BAD_REQUEST']);
    expect((await ask('POST', '/scenarios/night-waste', { asset: 3 })).statusCode).toBe(400);
  });

  test('reset ends every story', async () => {
    await ask('POST', '/scenarios/trapped-passenger', { expire: true });
    expect((await ask('POST', '/reset')).json()).toMatchObject({ runs: [], clock: { scale: 1 } });
  });

  test('pages of the edge may use it, preflight included', async () => {
    const preflight = await ask('OPTIONS', '/reset', undefined, {
      origin: EDGE,
      'access-control-request-method': 'POST',
    });
    expect([preflight.statusCode, preflight.headers['access-control-allow-origin']]).toEqual([204, EDGE]);
    expect((await ask('GET', '', undefined, { origin: EDGE })).headers['access-control-allow-origin']).toBe(EDGE);
  });

  test.each([{ origin: 'https://elsewhere.example' }, { origin: 'null' }, { host: 'elsewhere.example' }])(
    '%o is refused before anything happens',
    async (headers) => {
      const answer = await ask('POST', '/scenarios/trapped-passenger', {}, headers);
      expect(answer.statusCode).toBe(403);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      expect(simulator.stories.running).toEqual([]);
    },
  );
});
