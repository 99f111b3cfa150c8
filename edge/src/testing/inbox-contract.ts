import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Inbox, InboxMessage } from '../ports.ts';
import type { FakeClock } from './fake-clock.ts';
import type { TestDevice } from './mqtt-device.ts';

export interface InboxUnderTest {
  readonly inbox: Inbox;
  readonly clock: FakeClock;
  /** A device on the inbox's broker. */
  readonly device: () => Promise<TestDevice>;
  readonly remove: () => Promise<void>;
  /**
   * `edge`: a device hears of the acknowledgement itself. `broker`: the broker acknowledges the
   * device, keeps what the edge has not acknowledged, and keeps retained messages of its own.
   */
  readonly acknowledgedBy: 'edge' | 'broker';
}

/** The promises of the inbox, held against every implementation. */
export function inboxContract(name: string, make: () => Promise<InboxUnderTest>): void {
  describe(`inbox contract: ${name}`, () => {
    let under: InboxUnderTest;
    let inbox: Inbox;
    let heard: InboxMessage[];
    const devices: TestDevice[] = [];

    beforeEach(async () => {
      under = await make();
      inbox = under.inbox;
      heard = [];
    });
    afterEach(async () => {
      for (const device of devices.splice(0)) await device.close();
      await inbox.stop();
      await under.remove();
    });

    async function device(): Promise<TestDevice> {
      const one = await under.device();
      devices.push(one);
      return one;
    }
    const keep = (message: InboxMessage) => void heard.push(message);
    const acknowledge = (message: InboxMessage) => {
      heard.push(message);
      message.acknowledge();
    };
    const texts = () => heard.map(({ payload }) => Buffer.from(payload).toString());
    const hearing = (count: number) => vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(count), WAIT);

    test('every quality of service arrives once, as it was said, with the edge’s time', async () => {
      await inbox.start(acknowledge);
      const sensor = await device();
      for (const qos of [0, 1, 2] as const) {
        await sensor.publish(`hall/${qos}`, `水 ${qos}`, { qos });
        await hearing(qos + 1);
      }
      await sensor.publish('hall/last', 'last');
      await hearing(4);
      expect(texts()).toEqual(['水 0', '水 1', '水 2', 'last']);
      expect(heard.map(({ topic }) => topic)).toEqual(['hall/0', 'hall/1', 'hall/2', 'hall/last']);
      expect(heard.every(({ receivedAt }) => receivedAt === under.clock.now())).toBe(true);
      expect(heard.map(({ qos }) => qos)).toEqual([0, 1, 2, 1]);
    });

    test('what comes live is never marked as kept, whatever its sender asks for', async () => {
      await inbox.start(acknowledge);
      const sensor = await device();
      await sensor.publish('hall/state', 'wet', { retain: true });
      await hearing(1);
      expect(heard[0]?.retain).toBe(false);
    });

    test('messages are handed over while earlier ones wait for their commit', async () => {
      await inbox.start(keep);
      const sensors = await Promise.all([1, 2, 3, 4, 5, 6].map(device));
      const sent = sensors.map((sensor, n) => sensor.publish('hall', String(n + 1), { qos: n === 5 ? 0 : 1 }));
      await hearing(6);
      expect(texts().toSorted()).toEqual(['1', '2', '3', '4', '5', '6']);
      for (const message of heard) message.acknowledge();
      await Promise.all(sent);
    });

    test('nothing is acknowledged before the edge says so', async () => {
      await inbox.start(keep);
      const sensor = await device();
      if (under.acknowledgedBy === 'edge') {
        const acknowledged: string[] = [];
        const first = sensor.publish('hall', 'first').then(() => acknowledged.push('first'));
        const second = sensor.publish('hall', 'second', { qos: 2 }).then(() => acknowledged.push('second'));
        await hearing(2);
        const other = await device();
        await other.publish('hall', 'unasked', { qos: 0 });
        await hearing(3);
        expect(acknowledged).toEqual([]);
        for (const message of heard) message.acknowledge();
        await Promise.all([first, second]);
        expect(acknowledged.toSorted()).toEqual(['first', 'second']);
        return;
      }
      await sensor.publish('hall', 'first');
      await sensor.publish('hall', 'second', { qos: 2 });
      await hearing(2);
      heard.find(({ payload }) => Buffer.from(payload).toString() === 'first')?.acknowledge();
      // The way back of this one shows that the acknowledgement before it has arrived.
      await inbox.publish('echo', 'x');
      await inbox.stop();
      heard = [];
      await inbox.start(acknowledge);
      await sensor.publish('hall', 'third');
      await vi.waitFor(() => expect(texts()).toContain('third'), WAIT);
      expect(texts().filter((text) => text !== 'x')).toEqual(['second', 'third']);
    });

    test('what the edge publishes reaches those who listen, and later ones if it is kept', async () => {
      await inbox.start(acknowledge);
      const panel = await device();
      const shown: [string, string, boolean][] = [];
      await panel.subscribe('keepsite/#', (...said) => shown.push(said));
      await inbox.publish('keepsite/tower/incidents/1', 'event');
      await inbox.publish('keepsite/tower/bridge/state', 'online', { retain: true });
      await vi.waitFor(() => expect(shown).toHaveLength(2), WAIT);
      expect(shown).toEqual([
        ['keepsite/tower/incidents/1', 'event', false],
        ['keepsite/tower/bridge/state', 'online', false],
      ]);
      const late = await device();
      const later: [string, string, boolean][] = [];
      await late.subscribe('keepsite/#', (...said) => later.push(said));
      await vi.waitFor(() => expect(later).toEqual([['keepsite/tower/bridge/state', 'online', true]]), WAIT);
      expect(heard).toEqual([]);
    });

    test('nobody else’s word counts on the edge’s own topics', async () => {
      await inbox.start(acknowledge);
      const sensor = await device();
      for (const topic of ['incidents', 'incidents/9', 'bridge/state', 'pages/1/seen'])
        await sensor.publish(`keepsite/tower/${topic}`, 'forged');
      await sensor.publish('keepsite/tower/devices/leak-1/fault', 'true');
      await hearing(1);
      expect(texts()).toEqual(['true']);
    });

    test('a handler that throws stops nobody else', async () => {
      await inbox.start((message) => {
        if (message.topic === 'boom') throw new Error('broken on purpose');
        acknowledge(message);
      });
      const [bad, good] = [await device(), await device()];
      await bad.publish('boom', 'x', { qos: 0 }).catch(() => undefined);
      await good.publish('hall', 'still here');
      await hearing(1);
      expect(texts()).toEqual(['still here']);
    });

    test('it stops and starts again; late acknowledgements hurt nobody', async () => {
      await inbox.start(keep);
      expect(inbox.connected).toBe(true);
      await expect(inbox.start(keep)).rejects.toMatchObject({ code: 'INBOX_UNREACHABLE' });
      const first = await device();
      const [sent] = await Promise.allSettled([
        first.publish('hall', 'before', { qos: 0 }),
        hearing(1).then(() => inbox.stop()),
      ]);
      expect(sent.status).toBe('fulfilled');
      expect(inbox.connected).toBe(false);
      for (const message of heard) message.acknowledge();
      await expect(inbox.publish('hall', 'x')).rejects.toMatchObject({ code: 'INBOX_UNREACHABLE' });
      heard = [];
      await inbox.start(acknowledge);
      const second = await device();
      await second.publish('hall', 'after');
      await hearing(1);
      expect(texts()).toEqual(['after']);
    });
  });
}

const WAIT = { timeout: 10_000, interval: 5 } as const;
