import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { Aedes, type AedesPublishPacket } from 'aedes';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bridgeState } from '../devices/zigbee2mqtt/encode.ts';
import { jsonDoor } from '../http-json.ts';
import { fakeEdge, type FakeEdge } from '../testing/edge.ts';
import { buildWorld } from '../world/world.ts';
import { edgeClock } from './edge-clock.ts';
import { edgeIncidents } from './edge-incidents.ts';
import { publisherTo } from './publisher.ts';
import { simulatorOf, type Simulator } from './simulator.ts';

const world = buildWorld(1);

/** An edge that answers over HTTP and a broker beside it; the test plays the rest of the edge. */
describe('the live simulator', () => {
  let broker: Aedes;
  let server: Server;
  let http: FastifyInstance;
  let edge: FakeEdge;
  let simulator: Simulator;
  const heard: AedesPublishPacket[] = [];

  beforeEach(async () => {
    heard.length = 0;
    broker = await Aedes.createBroker();
    broker.on('publish', (packet) => void heard.push(packet));
    server = createServer(broker.handle);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    edge = fakeEdge(Date.parse('2026-11-23T02:00:00.000Z'));
    http = Fastify();
    http.get('/api/demo/clock', () => ({ now: new Date(edge.time).toISOString(), scale: edge.scale }));
    http.post<{ Body: { scale: number } }>('/api/demo/clock', (request) => ({
      scale: (edge.scale = request.body.scale),
    }));
    http.get('/api/incidents', async () => ({ items: await edge.open(), next: null }));
    http.get<{ Params: { id: string } }>('/api/incidents/:id', (request) => edge.one(request.params.id));
    http.post<{ Params: { id: string; verb: 'acknowledge' }; Body: { commandId: string; responder: string } }>(
      '/api/incidents/:id/:verb',
      (request) =>
        edge
          .order(request.params.id, request.params.verb, request.body.commandId, request.body.responder)
          .then(() => ({})),
    );
    const door = jsonDoor(await http.listen({ host: '127.0.0.1', port: 0 }));
    const wall = { at: 0 };
    const clock = edgeClock(door, () => wall.at);
    await clock.sync();
    const publisher = publisherTo(`mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`, bridgeState(false));
    simulator = simulatorOf({ world, clock, incidents: edgeIncidents(door), publisher });
    await subscribed();
  });
  afterEach(async () => {
    await simulator.stop();
    await http.close();
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    server.close();
  });

  const subscribed = () => new Promise<void>((resolve) => broker.once('subscribe', () => resolve()));
  const turn = async (seconds: number) => {
    edge.pass(seconds);
    await simulator.clock.sync();
    await simulator.turn();
  };
  /** Turns until it holds; a turn that changes nothing costs no time on a clock. */
  const until = async (holds: () => boolean) => {
    for (let i = 0; i < 2000 && !holds(); i++) await turn(5);
    expect(holds()).toBe(true);
  };

  test('devices say hello and speak in their own dialects', async () => {
    const starts = [
      'keepsite/binjiang-park/devices/',
      'shellypro3em-',
      'tele/',
      'zigbee2mqtt/',
      'application/',
      'scada/',
    ];
    await until(() => starts.every((start) => heard.some(({ topic }) => topic.startsWith(start))));
    expect(heard.find(({ topic }) => topic === 'zigbee2mqtt/bridge/state')).toMatchObject({ retain: true });
  });

  test('a trapped passenger is heard, paged, taken, freed: the whole round over MQTT and HTTP', async () => {
    await simulator.stories.start('trapped-passenger');
    const faults = () =>
      heard
        .filter(({ topic }) => topic === '/API/V1/Up/LiftFault')
        .map(({ payload }) => JSON.parse(payload.toString()).ErrorListBean[0]);
    await until(() => faults().length === 1);
    edge.raise('i-1', 'bj-lift-3', 'entrapment');
    const page = JSON.stringify({
      incident: 'i-1',
      page: 'p',
      person: 'chen-bo',
      text: 'x',
      dueAt: '2026-11-23T02:07:00.000Z',
    });
    broker.publish(
      {
        cmd: 'publish',
        qos: 1,
        dup: false,
        retain: false,
        topic: 'keepsite/binjiang-park/pages/chen-bo',
        payload: page,
      },
      () => undefined,
    );
    await until(() => faults().length === 2);
    expect(edge.orders.map(({ verb }) => verb)).toEqual(['acknowledge', 'arrive', 'resolve']);
    expect(faults()[1]).toMatchObject({
      faultBeginTime: faults()[0].faultBeginTime,
      faultEndTime: expect.stringMatching(/^2026/),
    });
  });

  test('devices stamp with the edge’s time', async () => {
    await until(() => heard.some(({ topic }) => topic.endsWith('/reading')));
    const reading = heard.findLast(({ topic }) => topic.endsWith('/reading'));
    const at = Date.parse(JSON.parse(reading?.payload.toString() ?? '').at);
    expect(Math.abs(edge.time - at)).toBeLessThan(12_000);
  });
});
