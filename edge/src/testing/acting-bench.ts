import type { Command, Incident, Registry, Verb } from '@keepsite/edge-contract';
import type { CommandAnswer } from '@keepsite/cloud-contract';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createActing } from '../acting/acting.ts';
import { createMqttOrders } from '../acting/mqtt-orders.ts';
import { NOTHING_SHOWN } from '../acting/presence.ts';
import { createSqliteStore } from '../adapters/sqlite-store.ts';
import { officePark } from '../domain/testing/office-park.ts';
import { createCommands } from '../outbox/commands.ts';
import type { HttpSettings } from '../http/api.ts';
import { cookieOf, createAccessBench, MASTER_TOKEN } from './access-bench.ts';
import { createHttpBench } from './http-bench.ts';
import { createMemoryPhotos, createMemoryVersions } from './memory-acting.ts';
import { createParkEdge } from './park-edge.ts';
import { messageOf } from './lone-pipeline.ts';

/** How an answer of HTTP is told here, whichever way it came. */
export type Told = Pick<CommandAnswer, 'state' | 'modified' | 'reason'>;
type Words = Readonly<Record<string, unknown>>;
type Headers = Readonly<Record<string, string>>;
/** What the API answered. */
type Answer = Awaited<ReturnType<Awaited<ReturnType<typeof createHttpBench>>['api']['inject']>>;
/** Orders one verb through one door, in the name of `wang`, who is a supervisor. */
export type Door = (verb: Verb, incident: string, commandId: string, words?: Words) => Promise<Told>;

/**
 * A whole edge over the real store, with every door that people act through. It must be closed.
 * `li` and `zhao` are the crew, and `li` has an account; `wang` is a supervisor.
 */
export async function createActingBench(
  over: {
    readonly networks?: readonly string[];
    readonly settings?: Partial<HttpSettings>;
    readonly photoBytes?: number;
    /** Default: the office park. */
    readonly registry?: Registry;
  } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'keepsite-acting-'));
  const store = createSqliteStore({ path: join(folder, 'store.sqlite') });
  const park = over.registry ?? officePark;
  const edge = createParkEdge({ store, registry: park });
  const { pipeline, clock } = edge;
  const registry = () => park;
  const acting = createActing({
    key: new Uint8Array(32).fill(9),
    versions: createMemoryVersions(),
    files: createMemoryPhotos(over.photoBytes),
    networks: over.networks ?? [],
    registry,
    pipeline,
    store,
    clock,
  });
  const door = createAccessBench({ clock, people: ['li', 'zhao', 'wang'] });
  const settings = { demo: false, ...over.settings };
  const house = await createHttpBench({
    parts: { pipeline, store, acting, registry, clock, access: door.access },
    settings,
  });
  const cookies = {
    wang: cookieOf(door.access, await door.addAccount('wang', 'supervisor', { responder: 'wang' })),
    li: cookieOf(door.access, await door.addAccount('li', 'crew', { responder: 'li' })),
  };
  const HOST = { host: 'edge.example' };

  function post(url: string, payload: object, headers: Headers = {}, remoteAddress = '203.0.113.7'): Promise<Answer> {
    return house.api.inject({ method: 'POST', url, payload, headers: { ...HOST, ...headers }, remoteAddress });
  }

  async function told(asked: Promise<Answer>): Promise<Told> {
    const answer = await asked;
    const { statusCode } = answer;
    const body = answer.json<Told & { error?: { message: string } }>();
    if (statusCode === 200) return { state: body.state, modified: body.modified, reason: body.reason };
    return { state: 'refused', modified: false, reason: body.error?.message ?? `HTTP ${statusCode}` };
  }

  const published: { topic: string; payload: string }[] = [];
  const mqttOrders = createMqttOrders({
    acting,
    store,
    clock,
    publish: async (topic, payload) => void published.push({ topic, payload: String(payload) }),
    log: { info: () => undefined, warn: () => undefined },
  });
  /** Says something on the topic of orders; resolves once the edge has answered or given up. */
  async function sayOrder(
    topic: string,
    body: object | string,
    more: { retain?: boolean } = {},
  ): Promise<{ acknowledged: number }> {
    const heard = { acknowledged: 0 };
    const acknowledge = () => void (heard.acknowledged += 1);
    await mqttOrders(messageOf(topic, body, clock.now(), { client: 'panel', acknowledge, ...more }));
    return heard;
  }

  async function throughTheCloud(command: Command): Promise<Told> {
    const now = new Date(clock.now()).toISOString();
    let answer: CommandAnswer | undefined;
    const commands = createCommands({
      uplink: {
        commands: () => Promise.resolve({ items: [{ kind: 'command', seq: 1, command }], next: 1, now }),
        results: ({ results }) => Promise.resolve(void (answer = results[0])),
      },
      pipeline: { order: (order) => acting.order(order, NOTHING_SHOWN), report: pipeline.report.bind(pipeline) },
      response: { take: () => Promise.reject(new Error('this bench takes no configuration')) },
      energy: { take: () => ({ state: 'refused', modified: false, reason: 'this bench has no meters' }) },
      reporters: { erase: () => 0 },
      links: { take: () => Promise.reject(new Error('the cloud of this bench serves no links')) },
      photos: { take: () => Promise.reject(new Error('the cloud of this bench has no photographs')) },
      store,
      clock,
      events: { commandDecided: () => undefined, commandsLost: () => undefined },
    });
    await commands.step();
    if (!answer) throw new Error('the cloud was told nothing');
    return answer;
  }

  const now = (id: string): Incident => {
    const incident = store.incident(id);
    if (!incident) throw new Error(`no incident ${id}`);
    return incident;
  };
  /** The one that the first page brought; a phone keeps it. */
  const linkOf = (id: string): string => {
    const token = links.get(id) ?? acting.links.issue(now(id), 'wang');
    links.set(id, token);
    return token;
  };
  const links = new Map<string, string>();
  const page: Door = (verb, id, commandId, words) =>
    told(post(`/api/incidents/${id}/${verb}`, { commandId, ...words }, { cookie: cookies.wang }));
  const doors: Readonly<
    Record<'page' | 'api' | 'link' | 'mqtt' | 'cloud', { readonly via: string; readonly order: Door }>
  > = {
    page: { via: 'edge', order: page },
    api: {
      via: 'edge',
      order: (verb, id, commandId, words) =>
        told(
          post(
            `/api/incidents/${id}/${verb}`,
            { commandId, responder: 'wang', ...words },
            { authorization: `Bearer ${MASTER_TOKEN}` },
          ),
        ),
    },
    link: {
      via: 'link',
      order: (verb, id, commandId, words) => told(post(`/api/links/${linkOf(id)}/${verb}`, { commandId, ...words })),
    },
    mqtt: {
      via: 'mqtt',
      async order(verb, id, commandId, words) {
        await sayOrder(`keepsite/park/incidents/${id}/commands`, { commandId, verb, responder: 'wang', ...words });
        const answer = published.findLast(
          ({ topic }) => topic === `keepsite/park/incidents/${id}/answers/${commandId}`,
        );
        return JSON.parse(answer?.payload ?? 'null') as Told;
      },
    },
    cloud: {
      via: 'cloud',
      order: (verb, id, commandId, words) =>
        throughTheCloud({
          commandId,
          incident: id,
          verb,
          responder: 'wang',
          receivedAt: new Date(clock.now()).toISOString(),
          via: 'cloud',
          note: null,
          proof: 'declared',
          to: null,
          ...words,
        }),
    },
  };

  return {
    ...edge,
    ...door,
    api: house.api,
    store,
    acting,
    doors,
    cookies,
    post,
    told,
    now,
    published,
    sayOrder,
    clock,
    get: (url: string, headers: Headers = {}): Promise<Answer> =>
      house.api.inject({ url, headers: { ...HOST, ...headers } }),
    async close() {
      await house.api.close();
      await pipeline.stop();
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
