import type { Photo } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { createPhotos } from '../acting/photos.ts';
import { EdgeError } from '../errors.ts';
import { createMemoryPhotos } from '../testing/memory-acting.ts';
import { createMemoryStore } from '../testing/memory-store.ts';
import { createParkEdge } from '../testing/park-edge.ts';
import { JPEG, PNG } from '../testing/photo-samples.ts';
import { createPhotoUplink } from './photo-uplink.ts';

/** An edge with two photographs in its evidence, and a cloud that answers as the test says. */
async function createBench() {
  const store = createMemoryStore();
  const edge = createParkEdge({ store });
  const photos = createPhotos({ files: createMemoryPhotos(), pipeline: edge.pipeline });
  const incident = await edge.trap();
  for (const [n, bytes] of [JPEG, PNG].entries()) {
    const order = { commandId: `photo-000${n}`, responder: 'li', via: 'link', note: null } as const;
    await photos.add(incident, { ...order, receivedAt: new Date(edge.clock.now()).toISOString() }, bytes);
  }
  const taken: { readonly type: string; readonly bytes: Buffer }[] = [];
  const cloud: { fails: EdgeError | null } = { fails: null };
  const faults: string[] = [];
  const parts = {
    store,
    photos,
    uplink: {
      keepPhoto({ type }: Photo, bytes: Uint8Array) {
        if (cloud.fails) return Promise.reject(cloud.fails);
        taken.push({ type, bytes: Buffer.from(bytes) });
        return Promise.resolve();
      },
    },
    relay: () => ({ connected: true, waiting: { events: 0, blocks: 0 } }),
    events: { workFailed: (work: string) => void faults.push(work) },
  };
  const all = async (uplink = createPhotoUplink(parts)) => {
    while (await uplink.step());
  };
  return { ...edge, parts, taken, cloud, faults, all };
}

const types = (taken: readonly { readonly type: string }[]) => taken.map(({ type }) => type);

test('photographs reach the cloud, the oldest first, once, a restart between or not', async () => {
  const { all, taken } = await createBench();
  await all();
  await all();
  expect(types(taken)).toEqual(['image/jpeg', 'image/png']);
  expect(taken[0]?.bytes.equals(JPEG)).toBe(true);
});

test('a cloud that is away gets them when it is back', async () => {
  const { all, taken, cloud } = await createBench();
  cloud.fails = new EdgeError('UPLINK_UNREACHABLE', 'no line');
  await expect(all()).rejects.toThrow('no line');
  cloud.fails = null;
  await all();
  expect(types(taken)).toEqual(['image/jpeg', 'image/png']);
});

test('one that the cloud will not have keeps no other back, and is told', async () => {
  const { all, taken, cloud, faults, parts } = await createBench();
  cloud.fails = new EdgeError('UPLINK_BATCH_REFUSED', 'no picture');
  const uplink = createPhotoUplink(parts);
  while (faults.length === 0) await uplink.step();
  cloud.fails = null;
  await all(uplink);
  expect([types(taken), faults]).toEqual([['image/png'], ['hand a photograph to the cloud']]);
});
