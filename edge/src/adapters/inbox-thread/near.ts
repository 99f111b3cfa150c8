import { EdgeError, EDGE_ERROR_CODES, type EdgeErrorCode } from '../../errors.ts';
import type { Clock, Inbox, InboxMessage } from '../../ports.ts';
import type { Line } from './far.ts';
import { type Asked, HeardReader, type Numbered, type Told } from './wire.ts';

/** A thread that serves an inbox, as Node's `Worker` is one. */
export interface InboxThread extends Line<Asked, Told> {
  on(event: 'message', hear: (told: Told) => void): unknown;
  on(event: 'error', hear: (error: Error) => void): unknown;
  on(event: 'exit', hear: () => void): unknown;
  terminate(): Promise<unknown>;
}

/** Null: nowhere, or not yet. */
export interface Doors {
  readonly port: number | null;
  readonly tlsPort: number | null;
}

export interface NearEndOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** A thread that has not been started, and where the one before it listened. */
  readonly open: (before: Doors) => InboxThread;
  /** The thread ended by itself; another one is opened. */
  readonly onLost: (reason: unknown) => void;
  /** It is (again) there. */
  readonly onConnected?: () => void;
  readonly onWord?: (word: unknown) => void;
}

export interface NearEnd extends Inbox {
  readonly refused: ReadonlyMap<string, number>;
  readonly tlsPort: number | null;
  expel(credential: string): Promise<void>;
  /** Says something to the far end that is none of the inbox's business; gone when no thread runs. */
  tell(word: unknown): void;
}

const AGAIN_AFTER_MS = 500;
const STOP_WITHIN_MS = 5_000;

type Order = Extract<Asked, { readonly id: number }>;
type OrderWithoutId = Order extends infer O ? (O extends Order ? Omit<O, 'id'> : never) : never;

const NOT_RUNNING = 'The embedded broker is not running.';

/**
 * An inbox that lives in a thread of its own: its parsing and its sockets cost this thread nothing, and what
 * breaks in it ends that thread alone, not the edge. A lost thread is replaced, on the same ports; its clients
 * come back and repeat what was not acknowledged.
 */
export function createThreadedInbox({ clock, open, onLost, onConnected, onWord }: NearEndOptions): NearEnd {
  const refused = new Map<string, number>();
  const orders = createOrders();
  let handler: (message: InboxMessage) => void = () => {};
  let thread: InboxThread | null = null;
  let doors: Doors = { port: null, tlsPort: null };
  let connected = false;
  let stopping = true;

  function launch(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const opened = open(doors);
    const reader = new HeardReader();
    const settle = settler(opened);
    function receive(message: Numbered): void {
      try {
        handler(new Received(message, clock.now(), settle));
      } catch {
        // Who waits for an answer hears nothing and says it again; who does not must not hold its connection up.
        if (message.qos === 0) settle(message.number);
        refused.set('handler_failed', (refused.get('handler_failed') ?? 0) + 1);
      }
    }
    // What earlier threads had refused counts on.
    const before = new Map(refused);
    let reason: unknown = 'its thread ended';
    thread = opened;

    const hear: { readonly [K in Told['kind']]: (told: Extract<Told, { kind: K }>) => void } = {
      heard: (told) => reader.read(told, receive),
      started({ port, tlsPort }) {
        doors = { port, tlsPort };
        connected = true;
        resolve();
        onConnected?.();
      },
      failed({ code, message }) {
        reject(new EdgeError(codeOf(code), message));
        gone(opened);
        void opened.terminate();
      },
      done: ({ id, error }) => orders.done(id, error),
      refused({ counts }) {
        for (const [why, count] of counts) refused.set(why, (before.get(why) ?? 0) + count);
      },
      word: ({ word }) => onWord?.(word),
      stopped: () => {},
    };
    opened.on('message', (told: Told) => {
      if (thread === opened) (hear[told.kind] as (told: Told) => void)(told);
    });
    opened.on('error', (error: Error) => (reason = error));
    opened.on('exit', () => {
      reject(new EdgeError('INBOX_UNREACHABLE', 'The thread of the embedded broker ended before it listened.'));
      if (thread !== opened) return;
      gone(opened);
      if (!stopping) relaunch(reason);
    });
    opened.postMessage({ kind: 'start' }, []);
    return promise;
  }

  function gone(old: InboxThread): void {
    if (thread !== old) return;
    thread = null;
    connected = false;
    orders.fail();
  }

  function relaunch(reason: unknown): void {
    onLost(reason);
    const again = () => {
      if (!stopping && !thread) launch().catch((error: unknown) => (thread || stopping ? undefined : relaunch(error)));
    };
    setTimeout(again, AGAIN_AFTER_MS).unref();
  }

  function carryOut(order: OrderWithoutId): Promise<void> {
    if (!thread || !connected) return Promise.reject(new EdgeError('INBOX_UNREACHABLE', NOT_RUNNING));
    const { id, promise } = orders.next();
    thread.postMessage({ ...order, id }, []);
    return promise;
  }

  return {
    refused,
    get connected() {
      return connected;
    },
    get port() {
      return doors.port;
    },
    get tlsPort() {
      return doors.tlsPort;
    },
    async start(hear) {
      if (thread) throw new EdgeError('INBOX_UNREACHABLE', 'The embedded broker is running already.');
      handler = hear;
      stopping = false;
      return launch();
    },
    publish: (topic, payload, { retain = false } = {}) => carryOut({ kind: 'publish', topic, payload, retain }),
    expel: (credential) => carryOut({ kind: 'expel', credential }),
    tell: (word) => thread?.postMessage({ kind: 'tell', word }, []),
    async stop() {
      stopping = true;
      const ending = thread;
      if (!ending) return;
      await farewell(ending);
      gone(ending);
      await ending.terminate();
    },
  };
}

/** Lets the thread close what it has opened, if it does so in time. */
async function farewell(thread: InboxThread): Promise<void> {
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  thread.on('message', (told: Told) => (told.kind === 'stopped' ? resolve() : undefined));
  thread.on('exit', () => resolve());
  const timer = setTimeout(resolve, STOP_WITHIN_MS);
  thread.postMessage({ kind: 'stop' }, []);
  await stopped;
  clearTimeout(timer);
}

/** What the thread was asked to do, until it says that it has. */
function createOrders() {
  const open = new Map<number, PromiseWithResolvers<void>>();
  let last = 0;
  return {
    next(): { readonly id: number; readonly promise: Promise<void> } {
      const order = Promise.withResolvers<void>();
      last += 1;
      open.set(last, order);
      return { id: last, promise: order.promise };
    },
    done(id: number, error: string | null): void {
      const order = open.get(id);
      open.delete(id);
      if (error === null) order?.resolve();
      else order?.reject(new EdgeError('INBOX_UNREACHABLE', error));
    },
    fail(): void {
      for (const { reject } of open.values()) reject(new EdgeError('INBOX_UNREACHABLE', NOT_RUNNING));
      open.clear();
    },
  };
}

/** What is settled in one turn of this thread goes over at once. */
function settler(thread: InboxThread): (number: number) => void {
  let numbers: number[] = [];
  const handOver = () => {
    const settled = Int32Array.from(numbers);
    numbers = [];
    thread.postMessage({ kind: 'settled', numbers: settled }, [settled.buffer]);
  };
  return (number) => {
    if (numbers.push(number) === 1) queueMicrotask(handOver);
  };
}

class Received implements InboxMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
  readonly qos: 0 | 1 | 2;
  readonly client: string | null;
  readonly receivedAt: number;
  readonly onlyDevice?: string | null;
  readonly delivery?: NonNullable<InboxMessage['delivery']>;
  readonly #number: number;
  readonly #settle: (number: number) => void;

  constructor(message: Numbered, receivedAt: number, settle: (number: number) => void) {
    this.topic = message.topic;
    this.payload = message.payload;
    this.retain = message.retain;
    this.qos = message.qos;
    this.client = message.client;
    this.receivedAt = receivedAt;
    if (message.onlyDevice !== undefined) this.onlyDevice = message.onlyDevice;
    if (message.delivery !== undefined) this.delivery = message.delivery;
    this.#number = message.number;
    this.#settle = settle;
  }

  acknowledge(): void {
    this.#settle(this.#number);
  }
}

function codeOf(code: string): EdgeErrorCode {
  return EDGE_ERROR_CODES.find((known) => known === code) ?? 'INBOX_UNREACHABLE';
}
