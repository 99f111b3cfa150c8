import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { InboxMessage } from '../../ports.ts';
import {
  connectAs,
  credential,
  gateway,
  granted,
  onboarding,
  startCredentialed,
} from '../../testing/credentialed-broker.ts';

const WAIT = { timeout: 10_000, interval: 5 } as const;
const topicsOf = (heard: readonly InboxMessage[]) => heard.map(({ topic }) => topic);

describe('what a guest may do', () => {
  test('it is heard on its own topics; what it says elsewhere is acknowledged, counted and told to nobody', async () => {
    const { inbox, heard } = await startCredentialed([credential('meter-7'), gateway('panel')]);
    const [device, panel] = [await connectAs(inbox, 'meter-7'), await connectAs(inbox, 'panel')];
    const shown: string[] = [];
    panel.on('message', (topic) => shown.push(topic));
    await panel.subscribeAsync('#', { qos: 1 });
    for (const topic of ['plant/meter-8/x', 'plant/meter-77', 'plant', 'PLANT/meter-7/x', 'keepsite/s/incidents'])
      for (const qos of [0, 1, 2] as const) await device.publishAsync(topic, '1', { qos, retain: true });
    await device.publishAsync('plant/meter-7', '1', { qos: 1 });
    await vi.waitFor(() => expect(shown).toEqual(['plant/meter-7']), WAIT);
    expect(topicsOf(heard)).toEqual(['plant/meter-7']);
    expect([...inbox.refused]).toEqual([
      ['publish_not_granted', 12],
      ['publish_to_ours', 3],
    ]);
    const late = await connectAs(inbox, 'panel', { clientId: 'panel-2' });
    expect(await granted(late, 'plant/#')).toBe(1);
    await device.publishAsync('plant/meter-7', '2', { qos: 1 });
    await vi.waitFor(() => expect(shown).toHaveLength(2), WAIT);
  });

  test('through the wire too: a topic is heard iff it is under its own', async () => {
    const { inbox, heard } = await startCredentialed([credential('meter-7')]);
    const device = await connectAs(inbox, 'meter-7');
    const level = fc.constantFrom('plant', 'meter-7', 'meter-8', 'meter', '', 'x');
    await fc.assert(
      fc.asyncProperty(fc.array(level, { minLength: 1, maxLength: 4 }), async (levels) => {
        const topic = levels.join('/');
        fc.pre(topic !== '');
        heard.length = 0;
        await device.publishAsync(topic, '1', { qos: 1 });
        expect(heard).toHaveLength(levels[0] === 'plant' && levels[1] === 'meter-7' ? 1 : 0);
      }),
    );
  });

  test('its last will counts as its word: heard on its own topic, told to nobody elsewhere', async () => {
    const { inbox, heard } = await startCredentialed([gateway('bridge', { publish: ['plant/bridge/#'] })]);
    const will = (topic: string) => ({ topic, payload: Buffer.from('gone'), qos: 1, retain: true }) as const;
    const forger = await connectAs(inbox, 'bridge', { clientId: 'bridge-1', will: will('plant/meter-8/lwt') });
    const honest = await connectAs(inbox, 'bridge', { clientId: 'bridge-2', will: will('plant/bridge/lwt') });
    forger.stream.destroy();
    await vi.waitFor(() => expect(inbox.refused.get('publish_not_granted')).toBe(1), WAIT);
    honest.stream.destroy();
    await vi.waitFor(() => expect(topicsOf(heard)).toEqual(['plant/bridge/lwt']), WAIT);
  });

  test('it subscribes within what it was granted, and each filter of a SUBSCRIBE is judged alone', async () => {
    const { inbox } = await startCredentialed([credential('meter-7')]);
    const device = await connectAs(inbox, 'meter-7');
    for (const [filter, qos] of [
      ['plant/meter-7/#', 1],
      ['plant/meter-7/+/x', 1],
      ['plant/meter-7', 1],
      ['plant/+/x', 128],
      ['plant/#', 128],
      ['#', 128],
      ['+/meter-7/#', 128],
      ['plant/meter-8/x', 128],
      ['$SYS/#', 128],
      ['$share/all/plant/meter-7/x', 128],
    ] as const)
      expect(await granted(device, filter), filter).toBe(qos);
    expect(inbox.refused.get('subscribe_not_granted')).toBe(5);
  });

  test('a session that is taken up again hears no more than it may now', async () => {
    const { inbox, change } = await startCredentialed([gateway('panel'), gateway('source')]);
    const source = await connectAs(inbox, 'source');
    const first = await connectAs(inbox, 'panel', { clean: false });
    await first.subscribeAsync('#', { qos: 1 });
    await first.endAsync();
    await source.publishAsync('secret/1', '1', { qos: 1 });
    await source.publishAsync('plain/1', '1', { qos: 1 });
    await change((list) => list.map((it) => (it.name === 'panel' ? { ...it, subscribe: ['plain/#'] } : it)));
    const shown: string[] = [];
    const again = await connectAs(inbox, 'panel', { clean: false, onMessage: (topic) => shown.push(topic) });
    await again.subscribeAsync('plain/#', { qos: 1 });
    await source.publishAsync('secret/2', '2', { qos: 1 });
    await source.publishAsync('plain/2', '2', { qos: 1 });
    await vi.waitFor(() => expect(shown).toEqual(['plain/1', 'plain/2']), WAIT);
  });

  test('filters that are denied to everybody are denied to whoever may hear everything', async () => {
    const { inbox } = await startCredentialed([gateway('panel'), gateway('source')], {
      denySubscribe: ['test/nosubscribe', 'in/+/side/#'],
    });
    const [panel, source] = [await connectAs(inbox, 'panel'), await connectAs(inbox, 'source')];
    const shown: string[] = [];
    panel.on('message', (topic) => shown.push(topic));
    expect(
      await Promise.all(['test/nosubscribe', 'in/x/side/y', 'test/+', '#'].map((it) => granted(panel, it))),
    ).toEqual([128, 128, 1, 1]);
    for (const topic of ['test/nosubscribe', 'in/x/side', 'test/open'])
      await source.publishAsync(topic, '1', { qos: 1 });
    await vi.waitFor(() => expect(shown).toContain('test/open'), WAIT);
    expect(new Set(shown)).toEqual(new Set(['test/open']));
  });

  test('a retained flood is kept up to its own bound: told all the same, and others have their room', async () => {
    const devices = [credential('meter-7'), credential('meter-8'), gateway('panel')];
    const { inbox, heard } = await startCredentialed(devices, { limits: { retainedPerCredential: 3 } });
    const [flood, other] = [await connectAs(inbox, 'meter-7'), await connectAs(inbox, 'meter-8')];
    const keep = { qos: 1, retain: true } as const;
    for (let n = 1; n <= 6; n++) await flood.publishAsync(`plant/meter-7/${n}`, String(n), keep);
    await flood.publishAsync('plant/meter-7/1', '', keep);
    await flood.publishAsync('plant/meter-7/7', '7', keep);
    await other.publishAsync('plant/meter-8/1', '1', keep);
    const kept: string[] = [];
    const late = await connectAs(inbox, 'panel');
    late.on('message', (topic) => kept.push(topic));
    await late.subscribeAsync('plant/#');
    await vi.waitFor(() => expect(kept).toHaveLength(4), WAIT);
    expect(kept.toSorted()).toEqual(['plant/meter-7/2', 'plant/meter-7/3', 'plant/meter-7/7', 'plant/meter-8/1']);
    expect([heard.length, inbox.refused.get('retained_full')]).toEqual([9, 3]);
  });

  test('who may keep nothing is told all the same, and takes away nothing that others keep', async () => {
    const shared = { publish: ['hall/#'], subscribe: ['hall/#'] };
    const { inbox, heard } = await startCredentialed([
      gateway('may', shared),
      gateway('may-not', { ...shared, mayRetain: false }),
    ]);
    const [may, mayNot] = [await connectAs(inbox, 'may'), await connectAs(inbox, 'may-not')];
    await may.publishAsync('hall/a', 'kept', { qos: 1, retain: true });
    await mayNot.publishAsync('hall/a', '', { qos: 1, retain: true });
    await mayNot.publishAsync('hall/b', 'not kept', { qos: 1, retain: true });
    expect([heard.length, inbox.refused.get('retain_not_granted')]).toEqual([3, 2]);
    const kept: string[] = [];
    mayNot.on('message', (topic, payload) => kept.push(`${topic} ${payload.toString()}`));
    await mayNot.subscribeAsync('hall/#', { qos: 1 });
    await may.publishAsync('hall/c', 'live', { qos: 1 });
    await vi.waitFor(() => expect(kept).toEqual(['hall/a kept', 'hall/c live']), WAIT);
  });

  test('newcomers share a credential: no topic that was given is theirs, even once it is given later', async () => {
    const { inbox, heard, change } = await startCredentialed([onboarding('site'), credential('meter-7')]);
    const stranger = await connectAs(inbox, 'site', { clientId: 'shelly-x' });
    await stranger.publishAsync('plant/meter-7/x', 'borrowed', { qos: 1 });
    await stranger.publishAsync('plant/meter-9/x', 'new here', { qos: 1 });
    expect(topicsOf(heard)).toEqual(['plant/meter-9/x']);
    await change((list) => [...list, credential('meter-9')]);
    await stranger.publishAsync('plant/meter-9/x', 'no longer', { qos: 1 });
    expect(heard).toHaveLength(1);
    expect(await granted(stranger, 'plant/meter-9/x')).toBe(128);
  });

  test('a message says for whom its sender may speak', async () => {
    const { inbox, heard } = await startCredentialed([credential('meter-7'), gateway('bridge'), onboarding('site')]);
    await (await connectAs(inbox, 'meter-7')).publishAsync('plant/meter-7/x', '1', { qos: 1 });
    await (await connectAs(inbox, 'bridge')).publishAsync('z/x', '1', { qos: 2 });
    await (await connectAs(inbox, 'site')).publishAsync('new/x', '1', { qos: 2 });
    expect(heard.map(({ onlyDevice }) => onlyDevice)).toEqual(['meter-7', undefined, null]);
  });
});
