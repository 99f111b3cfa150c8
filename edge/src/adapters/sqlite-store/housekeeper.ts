import { Worker } from 'node:worker_threads';
import { type StoreErrorCode, storeError } from '../../errors.ts';

/** What the thread is started with. */
export interface WorkerOrders {
  readonly path: string;
  readonly ceilingBytes?: number;
  readonly maxBytes?: number;
  readonly budgetMs: number;
  /** Two cells of 32 bits, see {@link PASS}. */
  readonly shared: SharedArrayBuffer;
}

/** The cells that both threads look at, and what stands in `state`. */
export const PASS = { state: 0, closing: 1, idle: 0, running: 1, over: 2 } as const;

/** A pass at an instant, or only what belongs into the file. */
export type Order = { readonly now: number } | 'shorten the log';

/** How a pass went. */
export type PassAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: StoreErrorCode; readonly message: string };

/** Steps take milliseconds; a disk that stalls takes longer. */
const LONGEST_STEP_MS = 10_000;
/** What the thread forgets soon; left to itself it takes 60 MB more and is no faster. */
const YOUNG_MB = 8;

export interface Housekeeper {
  /** One pass; a call during a pass gets that pass. Rejects with a store error. */
  maintain(now: number): Promise<void>;
  /** Moves the log into the file soon. What hinders that, the next pass tells. */
  shorten(): void;
  /** Ends a pass after the step that it is at, and waits for that. */
  close(): void;
}

/**
 * Maintains the file in a thread of its own, with a connection of its own, so that no message waits
 * for it longer than for one short transaction. The thread is started with the first pass.
 */
export function createHousekeeper(options: Omit<WorkerOrders, 'shared'>): Housekeeper {
  const shared = new SharedArrayBuffer(8);
  const pass = new Int32Array(shared);
  let worker: Worker | null = null;
  let passing: Promise<void> | null = null;
  let shortening: Promise<void> | null = null;
  let last: Promise<void> = Promise.resolve();

  function start(): Worker {
    const orders: WorkerOrders = { ...options, shared };
    const started = new Worker(new URL('maintenance-worker.ts', import.meta.url), {
      workerData: orders,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    started.once('exit', () => {
      worker = null;
      Atomics.compareExchange(pass, PASS.state, PASS.running, PASS.idle);
    });
    return started;
  }

  /** One after the other: the thread's answers do not say what they answer. */
  function inTurn(order: Order): Promise<void> {
    const turn = last.then(() => (isClosing() ? undefined : ask(order)));
    last = turn.catch(() => undefined);
    return turn;
  }

  function isClosing(): boolean {
    return Atomics.load(pass, PASS.closing) === 1;
  }

  function ask(order: Order): Promise<void> {
    const asked = (worker ??= start());
    asked.ref();
    return new Promise<void>((resolve, reject) => {
      const settle = (answer: PassAnswer) => {
        asked.off('error', failed).off('exit', gone);
        if (answer.ok) resolve();
        else reject(storeError(answer.code, answer.message));
      };
      const failed = (error: unknown) =>
        reject(storeError('STORE_FAILED', 'The thread that maintains the store has broken down.', error));
      const gone = () => resolve();
      asked.once('message', settle).once('error', failed).once('exit', gone);
      asked.postMessage(order, []);
      // A thread that works is waited for; one with nothing to do keeps no process alive.
    }).finally(() => asked.unref());
  }

  return {
    maintain(now) {
      passing ??= inTurn({ now }).finally(() => (passing = null));
      return passing;
    },
    shorten() {
      shortening ??= inTurn('shorten the log')
        .catch(() => undefined)
        .finally(() => (shortening = null));
    },
    close() {
      Atomics.store(pass, PASS.closing, 1);
      Atomics.notify(pass, PASS.closing);
      // A thread that broke down can no longer tell.
      if (Atomics.compareExchange(pass, PASS.state, PASS.idle, PASS.over) === PASS.running)
        Atomics.wait(pass, PASS.state, PASS.running, LONGEST_STEP_MS);
      void worker?.terminate();
    },
  };
}
