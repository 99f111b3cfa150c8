import { Worker } from 'node:worker_threads';
import { CloudError } from '../errors.ts';
import type { WorkAnswer } from './work-thread-far.ts';

/** Where orders are carried out beside the loop, one after another in the order they came. */
export interface WorkThread {
  /**
   * Resolves to what came of an order. Rejects with what the work threw; with CLOUD_BUSY when too many
   * wait; with CLOUD_WORK_FAILED when the thread broke down over it, the next order gets a new one; with
   * CLOUD_STOPPING once it is closed.
   */
  ask(order: unknown): Promise<unknown>;
  /** Gives up what is under way and what waits. */
  close(): Promise<void>;
}

interface WorkThreadOptions {
  /** The thread's own file, which calls `serveWork`. */
  readonly entry: URL;
  /** Orders that may wait for the one under way. */
  readonly waiting?: number;
  /** An order that takes longer is given up, ms. */
  readonly longestMs?: number;
  /** A thread with nothing to do for so long ends, ms: fonts and charts take a hundred megabytes. */
  readonly idleMs?: number;
  /** What its heap may grow to, MB; beyond that it breaks down, and nothing else does. */
  readonly heapMb?: number;
}

const DEFAULTS = { waiting: 20, longestMs: 300_000, idleMs: 300_000, heapMb: 512 };

/** A thread that is started with the first order; waiting for work it keeps no process alive. */
export function createWorkThread(options: WorkThreadOptions): WorkThread {
  return new Workplace({ ...DEFAULTS, ...options });
}

interface Job {
  readonly order: unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
}

class Workplace implements WorkThread {
  readonly #options: Required<WorkThreadOptions>;
  readonly #waiting: Job[] = [];
  #worker: Worker | null = null;
  #job: Job | null = null;
  #alarm: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: Required<WorkThreadOptions>) {
    this.#options = options;
  }

  ask(order: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(stopping());
      if (this.#job && this.#waiting.length >= this.#options.waiting) return reject(busy());
      this.#waiting.push({ order, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const job of this.#waiting.splice(0)) job.reject(stopping());
    await this.#end(stopping());
  }

  #next(): void {
    if (this.#job) return;
    const job = this.#waiting.shift();
    if (!job) return this.#rest();
    this.#job = job;
    const worker = (this.#worker ??= this.#start());
    worker.ref();
    this.#wakeIn(
      this.#options.longestMs,
      () => void this.#end(broken(`it took more than ${this.#options.longestMs} ms`)),
    );
    try {
      worker.postMessage(job.order, []);
    } catch (cause) {
      // What cannot be handed over.
      this.#done((failed) => failed.reject(broken('the order cannot be told', cause)));
    }
  }

  #rest(): void {
    if (!this.#worker) return;
    this.#worker.unref();
    this.#wakeIn(this.#options.idleMs, () => void this.#end(broken('it had nothing to do')));
    this.#alarm?.unref();
  }

  #start(): Worker {
    const { entry, heapMb } = this.#options;
    const worker = new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: heapMb } });
    const lost = (reason: string, cause?: unknown): void => {
      if (this.#worker === worker) void this.#end(broken(reason, cause));
    };
    worker.on('message', (answer: WorkAnswer) => {
      if (this.#worker === worker) this.#done((job) => settle(job, answer));
    });
    worker.once('messageerror', (cause) => lost('its answer cannot be read', cause));
    worker.once('error', (cause) => lost('it threw', cause));
    worker.once('exit', (code) => lost(`it ended with ${code}`));
    return worker;
  }

  /** Lets go of the thread; whoever waited for it learns why, and the next one gets another. */
  async #end(reason: CloudError): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    this.#done((job) => job.reject(reason));
    await worker?.terminate();
  }

  #done(tell: (job: Job) => void): void {
    clearTimeout(this.#alarm);
    const job = this.#job;
    this.#job = null;
    if (job) tell(job);
    this.#next();
  }

  #wakeIn(ms: number, wake: () => void): void {
    clearTimeout(this.#alarm);
    this.#alarm = setTimeout(wake, ms);
  }
}

function settle({ resolve, reject }: Job, answer: WorkAnswer): void {
  if (answer.ok) return resolve(answer.value);
  const { code, message, details, stack } = answer;
  const error = code === null ? new Error(message) : new CloudError(code, message, { details });
  if (stack !== undefined) error.stack = stack;
  reject(error);
}

function busy(): CloudError {
  return new CloudError('CLOUD_BUSY', 'too many reports are being made: ask again in a minute');
}

function stopping(): CloudError {
  return new CloudError('CLOUD_STOPPING', 'the cloud is stopping');
}

function broken(reason: string, cause?: unknown): CloudError {
  return new CloudError('CLOUD_WORK_FAILED', `the thread that works beside the loop broke down: ${reason}`, { cause });
}
