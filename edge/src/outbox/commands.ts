import { instantMillis, instantText, type Millis } from '@keepsite/edge-contract';
import type { CommandAnswer, CommandItem } from '@keepsite/cloud-contract';
import type { EdgeEvents } from '../events.ts';
import type { Clock, Pipeline, PolledOrders, Store, Uplink } from '../ports.ts';
import type { LinksThroughCloud } from '../acting/links-through-cloud.ts';
import type { PhotosThroughCloud } from '../acting/photos-through-cloud.ts';
import type { EnergyWarnings } from '../jobs/energy-warnings.ts';
import type { ResponseDesk } from '../response/desk.ts';
import { createPause } from './pause.ts';
import { retryDelayMs } from './retry-schedule.ts';

const KEY = 'uplink.commands';
/** A server that answers a long poll at once and empty must not be asked in a hot loop. */
const EMPTY_REST_MS = 250;

type Item = PolledOrders['items'][number];

export interface CommandsParts {
  readonly uplink: Pick<Uplink, 'commands' | 'results'>;
  readonly pipeline: Pick<Pipeline, 'order' | 'report'>;
  readonly response: Pick<ResponseDesk, 'take'>;
  readonly energy: Pick<EnergyWarnings, 'take'>;
  readonly links: LinksThroughCloud;
  readonly photos: PhotosThroughCloud;
  /** Erases the names and numbers of those who reported an incident; answers how many there were. */
  readonly reporters: { readonly erase: (incident: string) => number };
  readonly store: Pick<Store, 'cursor' | 'noteCursor'>;
  readonly clock: Pick<Clock, 'now' | 'scale'>;
  readonly events: Pick<EdgeEvents, 'commandDecided' | 'commandsLost'>;
  readonly random?: () => number;
}

export interface Commands {
  /** One poll: how many commands it brought. Rejects when the cloud or the disk is away. */
  step(): Promise<number>;
  start(): void;
  stop(): Promise<void>;
}

/**
 * Fetches what people ordered through the cloud, has it decided, and tells the cloud what became of
 * it. The cursor moves only after the cloud knows: whatever comes again gets the first answer.
 */
export function createCommands(parts: CommandsParts): Commands {
  const { uplink, pipeline, response, energy, links, photos, reporters, store, clock, events } = parts;
  const pause = createPause();
  const aborter = new AbortController();
  let running: Promise<void> | null = null;

  async function step(): Promise<number> {
    const list = await uplink.commands(Number(store.cursor(KEY) ?? 0), aborter.signal);
    const cloudNow = instantMillis(list.now);
    const edgeNow = clock.now();
    const onEdge = (receivedAt: string) => edgeNow - Math.max(0, cloudNow - instantMillis(receivedAt)) * clock.scale;
    // A photograph is fetched over the line that the orders behind it come by.
    const [pictures, orders] = [list.items.filter(hasPhoto), list.items.filter((item) => !hasPhoto(item))];
    for (const part of [orders, pictures]) await settle(part, onEdge);
    if (String(list.next) !== (store.cursor(KEY) ?? '0')) store.noteCursor(KEY, String(list.next));
    return list.items.length;
  }

  async function settle(items: readonly Item[], onEdge: (instant: string) => Millis): Promise<void> {
    const results: CommandAnswer[] = [];
    for (const item of items) {
      if (item.kind !== 'unreadable') results.push(await decide(item, onEdge));
      else if (item.commandId === null) events.commandsLost(new Error(item.reason));
      else results.push(refused(item.commandId, item.reason));
    }
    for (const answer of results) events.commandDecided(answer);
    if (results.length > 0) await uplink.results({ results });
  }

  /** An order counts from when the cloud had it: its age is the cloud's to tell, its instant is the edge's. */
  async function decide(item: CommandItem, onEdge: (receivedAt: string) => Millis): Promise<CommandAnswer> {
    if (item.kind === 'response') {
      const taken = await response.take(item.configuration);
      return { commandId: item.commandId, ...taken };
    }
    if (item.kind === 'energy-changes') return { commandId: item.commandId, ...energy.take(item.changes) };
    if (item.kind === 'erase-reporters') {
      const erased = reporters.erase(item.incident);
      return { commandId: item.commandId, state: 'done', modified: erased > 0, reason: null };
    }
    if (item.kind === 'report') {
      const { incident: _, ...answer } = await pipeline.report(item.report, onEdge(item.receivedAt), 'cloud');
      return answer;
    }
    if (item.kind === 'link') {
      const { receivedAt, saidAt } = item.order;
      const heard = { receivedAt: onEdge(receivedAt), saidAt: saidAt === undefined ? undefined : onEdge(saidAt) };
      return links.take(item.order, heard, aborter.signal);
    }
    const receivedAt = instantText(onEdge(item.command.receivedAt));
    const { saidAt, ...command } = item.command;
    const said = saidAt === undefined ? {} : { saidAt: instantText(onEdge(saidAt)) };
    const order = { ...command, ...said, receivedAt, via: 'cloud' } as const;
    return order.photo ? photos.take(order, order.photo, aborter.signal) : pipeline.order(order);
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!pause.ended) {
      try {
        const brought = await step();
        failures = 0;
        if (brought === 0) await pause.rest(EMPTY_REST_MS);
      } catch (error) {
        if (pause.ended) return;
        failures += 1;
        events.commandsLost(error);
        await pause.rest(retryDelayMs(failures, (parts.random ?? Math.random)()));
      }
    }
  }

  return {
    step,
    start() {
      running ??= run();
    },
    async stop() {
      pause.end();
      aborter.abort();
      await running;
    },
  };
}

function refused(commandId: string, reason: string): CommandAnswer {
  return { commandId, state: 'refused', modified: false, reason };
}

function hasPhoto(item: Item): boolean {
  if (item.kind === 'command') return Boolean(item.command.photo);
  return item.kind === 'link' && item.order.photo !== undefined;
}
