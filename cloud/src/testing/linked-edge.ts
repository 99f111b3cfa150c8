import type { Account, Incident, Registry } from '@keepsite/edge-contract';
import { createSign } from '../../../edge/src/acting/acting-key.ts';
import { createActing } from '../../../edge/src/acting/acting.ts';
import { createLinksThroughCloud } from '../../../edge/src/acting/links-through-cloud.ts';
import { createPhotosThroughCloud } from '../../../edge/src/acting/photos-through-cloud.ts';
import { NOTHING_SHOWN } from '../../../edge/src/acting/presence.ts';
import { createHttpUplink } from '../../../edge/src/adapters/http-uplink.ts';
import { officePark } from '../../../edge/src/domain/testing/office-park.ts';
import { createHeartbeat } from '../../../edge/src/heartbeat.ts';
import { createCommands } from '../../../edge/src/outbox/commands.ts';
import { observed } from '../../../edge/src/outbox/observed-store.ts';
import { createPhotoUplink } from '../../../edge/src/outbox/photo-uplink.ts';
import { createRelay } from '../../../edge/src/outbox/relay.ts';
import { createRepairDesk } from '../../../edge/src/repair/repair-desk.ts';
import { createMemoryPhotos, createMemoryVersions } from '../../../edge/src/testing/memory-acting.ts';
import { createMemoryStore } from '../../../edge/src/testing/memory-store.ts';
import { createParkEdge } from '../../../edge/src/testing/park-edge.ts';
import { afterEach, beforeEach } from 'vitest';
import type { Database } from '../adapters/postgres/database.ts';
import { startTestCloud, type TestCloud } from './cloud.ts';
import { useTestDatabase } from './postgres.ts';

export const EDGE_TOKEN = 'edge-token-0123456789';
export const API_TOKEN = 'api-token-0123456789';
/** A cloud with logins, which answers an edge's poll at once. */
export const WITH_LOGINS = { demo: false, tokens: { api: API_TOKEN, edge: EDGE_TOKEN }, pollMs: 0 } as const;

type Person = Pick<Account, 'name' | 'responder' | 'role' | 'disabled'>;

const silent = () => undefined;

/**
 * The parts of a real edge that speak to a real cloud, without a disk and on one clock with it. It speaks only
 * when it is told to: until then it is away. `li` and `zhao` are the crew, `wang` is a supervisor with an account.
 */
export function createLinkedEdge(cloud: TestCloud, url: string, key = 9, park: Registry = officePark) {
  const disk = createMemoryStore();
  const store = observed(disk, (newest) => relay.committed(newest));
  const edge = createParkEdge({ store, registry: park });
  const { pipeline, clock } = edge;
  const uplink = createHttpUplink({ url, edge: 'edge-1', token: EDGE_TOKEN });
  const acting = createActing({
    key: new Uint8Array(32).fill(key),
    versions: createMemoryVersions(),
    files: createMemoryPhotos(),
    networks: ['127.0.0.0/8'],
    registry: () => park,
    pipeline,
    store,
    clock,
  });
  const heartbeat = createHeartbeat({
    config: { edge: 'edge-1', demo: false },
    startedAt: clock.now(),
    pipeline,
    store,
    clock,
    response: () => null,
    linkKey: () => acting.links.publicKey,
    wrong: () => ({}),
  });
  const relay = createRelay({
    edge: 'edge-1',
    registry: () => park,
    store: disk,
    uplink,
    clock,
    heartbeat,
    devices: () => [],
    events: {
      batchSent: silent,
      uplinkLost: silent,
      uplinkBack: silent,
      recordRefused: silent,
      recordsGone: silent,
      workFailed: silent,
    },
  });
  const accounts: Person[] = [{ name: 'wang', responder: 'wang', role: 'supervisor', disabled: false }];
  const sign = createSign(new Uint8Array(32).fill(key));
  const repairs = createRepairDesk({ sign, registry: () => park, pipeline, photos: acting.photos, store });
  const throughCloud = createLinksThroughCloud({ acting, store, accounts: () => accounts, uplink });
  const commands = createCommands({
    uplink,
    pipeline: {
      order: (order) => acting.order(order, NOTHING_SHOWN),
      report: (...asked) => pipeline.report(...asked),
    },
    response: { take: () => Promise.reject(new Error('this edge takes no configuration')) },
    energy: { take: () => ({ state: 'refused', modified: false, reason: 'this edge has no meters' }) },
    reporters: { erase: (incident) => repairs.eraseOf(incident, clock.now()) },
    links: throughCloud,
    photos: createPhotosThroughCloud({ photos: acting.photos, store, uplink }),
    store,
    clock,
    events: { commandDecided: silent, commandsLost: silent },
  });
  const photos = createPhotoUplink({
    store,
    photos: acting.photos,
    uplink,
    relay: () => relay.status(),
    events: { workFailed: silent },
  });
  const now = (id: string): Incident => {
    const incident = store.incident(id);
    if (!incident) throw new Error(`no incident ${id}`);
    return incident;
  };
  const advance = (ms: number): void => {
    clock.advance(ms);
    cloud.time.now = clock.now();
  };
  /** Everything that has happened here goes up. */
  const tell = async (): Promise<void> => {
    await pipeline.flush();
    for (let outcome = await relay.step(); outcome !== 'idle'; outcome = await relay.step())
      if (outcome === 'failed') throw new Error(relay.status().lastError ?? 'the cloud took nothing');
  };
  cloud.time.now = clock.now();

  return {
    ...edge,
    acting,
    repairs,
    throughCloud,
    accounts,
    store,
    now,
    advance,
    tell,
    /** The line is there: takes what the cloud holds, decides it, and tells what came of it. */
    async come(): Promise<void> {
      while ((await commands.step()) > 0);
      await tell();
    },
    async handInPhotos(): Promise<void> {
      while (await photos.step());
    },
    /** Somebody is trapped, and the cloud has heard of it. */
    async trapped(): Promise<Incident> {
      const { id } = await edge.trap();
      await tell();
      return now(id);
    },
    linkOf: (incident: Incident, person = 'zhao') => acting.links.issue(incident, person, 'cloud'),
    close: () => pipeline.stop(),
  };
}

/** Of the test that runs. */
export interface LinkedHouse {
  readonly db: Database;
  readonly tenant: string;
  readonly cloud: TestCloud;
  readonly edge: ReturnType<typeof createLinkedEdge>;
}

/** A cloud with logins for a tenant of its own, and an edge that speaks to it, for every test of the file. */
export function useLinkedHouse(park: Registry = officePark): () => LinkedHouse {
  const database = useTestDatabase();
  let house: LinkedHouse | undefined;
  beforeEach(async () => {
    const tenant = database.tenant();
    const cloud = await startTestCloud(database.db, tenant, WITH_LOGINS);
    house = { db: database.db, tenant, cloud, edge: createLinkedEdge(cloud, await cloud.listen(), undefined, park) };
  });
  afterEach(async () => {
    await house?.edge.close();
    await house?.cloud.close();
  });
  return () => {
    if (house === undefined) throw new Error('the house is there once a test begins');
    return house;
  };
}
