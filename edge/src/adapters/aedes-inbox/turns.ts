import type { Client } from 'aedes';
import { Bucket, createRecent, networkOf, type Rate } from './rates.ts';
import { type RoomLimits, WorkRoom } from './work-room.ts';

export interface TurnLimits extends RoomLimits {
  /** Messages of one connection, of a device's connection, and from one address. */
  readonly messageRate: Rate;
  readonly deviceMessageRate: Rate;
  readonly addressMessageRate: Rate;
  /** Messages of one connection that wait for their turn. */
  readonly waitingPerClient: number;
  /** QoS 0 messages that wait although their connections are gone. */
  readonly waitingOfGone: number;
  readonly rememberedPeers: number;
}

/** What became of a message: it has its turn now or later, is dropped (QoS 0), or its sender is to be ended. */
export type Turn = 'taken' | 'dropped' | 'too_many';

/** Who may hand a message to the edge next. */
export interface Turns {
  /** `work` is called once it is the message's turn, perhaps at once, perhaps never when its sender leaves. */
  take(client: Client, qos: 0 | 1 | 2, work: () => void): Turn;
  /** The work on one message of this client is over. */
  over(client: Client): void;
  /** True while so much of a client's waits that no more of its connection is to be read. */
  holds(connection: object): boolean;
}

interface Waiting {
  readonly qos: 0 | 1 | 2;
  readonly work: () => void;
  /** Its share of the rates was taken when it came. */
  readonly paid: boolean;
  /** Nobody would repeat it: said by somebody who had left, as a last will is. */
  readonly last: boolean;
}

interface Line {
  readonly client: Client;
  readonly rates: readonly [Bucket, Bucket];
  waiting: Waiting[];
  inWork: number;
  asleep: boolean;
  gone: boolean;
}

/**
 * Lets connections take turns, so that one that says very much delays only itself: each has a few
 * messages in work, and those that wait go round one message a connection. What exceeds its rates is
 * dropped when nobody waits for an answer (QoS 0) and held back otherwise: the missing acknowledgement
 * slows the sender, and beyond what may wait its bytes stay unread. The messages of one connection keep their order.
 */
export function createTurns(limits: TurnLimits, isDevice: (client: Client) => boolean): Turns {
  const lines = new WeakMap<Client, Line>();
  const byConnection = new WeakMap<object, Line>();
  const addresses = createRecent(limits.rememberedPeers, (now) => new Bucket(limits.addressMessageRate, now));
  /** Lines whose next message could have its turn, in the order of their turns. */
  const ready = new Set<Line>();
  const room = new WorkRoom(limits);
  const someoneWaits = () => ready.size > 0;
  let [waitingOfGone, serving] = [0, false];

  function lineOf(client: Client, now: number): Line {
    const known = lines.get(client);
    if (known) return known;
    const own = new Bucket(isDevice(client) ? limits.deviceMessageRate : limits.messageRate, now);
    const { remoteAddress } = client.conn as { remoteAddress?: string };
    const shared = addresses(networkOf(remoteAddress ?? ''), now);
    const line: Line = { client, rates: [own, shared], waiting: [], inWork: 0, asleep: false, gone: client.closed };
    lines.set(client, line);
    byConnection.set(client.conn, line);
    client.conn.once('close', () => leave(line));
    return line;
  }

  /** Who leaves repeats what was not acknowledged; the rest is still told, unless too much of it waits. */
  function leave(line: Line): void {
    if (line.gone) return;
    line.gone = true;
    const left = line.waiting.filter(({ qos, last }) => qos === 0 || last);
    line.waiting = left.slice(0, Math.max(0, limits.waitingOfGone - waitingOfGone));
    waitingOfGone += line.waiting.length;
  }

  function serve(): void {
    if (serving) return;
    serving = true;
    for (const line of ready) {
      if (room.isFull) break;
      ready.delete(line);
      if (mayGoOn(line)) next(line);
      if (mayGoOn(line)) ready.add(line);
    }
    serving = false;
    room.watch(someoneWaits, serve);
  }

  function mayGoOn({ waiting, inWork: own, asleep }: Line): boolean {
    return waiting.length > 0 && own < room.share && !asleep;
  }

  function next(line: Line): void {
    const [head] = line.waiting;
    if (!head) return;
    if (!head.paid) {
      const wait = waitOf(line, performance.now());
      if (wait > 0) return sleep(line, wait);
      pay(line);
    }
    line.waiting.shift();
    if (line.gone) waitingOfGone -= 1;
    else keepAlive(line.client);
    begin(line, head.work);
  }

  function begin(line: Line, work: () => void): void {
    room.begin(line.inWork);
    line.inWork += 1;
    work();
  }

  function sleep(line: Line, ms: number): void {
    line.asleep = true;
    setTimeout(() => {
      line.asleep = false;
      ready.add(line);
      serve();
    }, Math.ceil(ms)).unref();
  }

  return {
    take(client, qos, work) {
      const now = performance.now();
      const line = lineOf(client, now);
      const paid = line.waiting.at(-1)?.paid !== false && waitOf(line, now) === 0;
      if (!paid && qos === 0) return 'dropped';
      if (paid) pay(line);
      const free = line.waiting.length === 0 && line.inWork < room.share && !room.isFull;
      if (paid && free) {
        begin(line, work);
        return 'taken';
      }
      if (line.waiting.length >= limits.waitingPerClient) return qos === 0 ? 'dropped' : 'too_many';
      line.waiting.push({ qos, work, paid, last: client.closed });
      if (line.gone) waitingOfGone += 1;
      if (mayGoOn(line)) ready.add(line);
      serve();
      return 'taken';
    },
    over(client) {
      const line = lines.get(client);
      if (!line) return;
      line.inWork -= 1;
      room.end(line.inWork);
      if (mayGoOn(line)) ready.add(line);
      if (ready.size > 0) serve();
    },
    // aedes counts what it has read and not done with too low when bytes come in between (lib/client.js,
    // 1.2): under a load that lasts it would read further and further ahead.
    holds: (connection) => (byConnection.get(connection)?.waiting.length ?? 0) > limits.waitingPerClient / 5,
  };
}

function waitOf({ rates: [own, shared] }: Line, now: number): number {
  return Math.max(own.wait(now), shared.wait(now));
}

function pay({ rates }: Line): void {
  for (const bucket of rates) bucket.take();
}

/** Whose packets are not read because it is not its turn has not fallen silent; aedes cannot know. */
function keepAlive(client: Client): void {
  const { _keepaliveTimer: timer } = client as unknown as { _keepaliveTimer: NodeJS.Timeout | null };
  timer?.refresh();
}
