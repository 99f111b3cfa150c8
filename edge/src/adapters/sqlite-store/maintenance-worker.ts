// Entry of the thread that maintains the store's file. Its connection is open during a pass only, so
// that an idle edge holds nothing; the file may be closed as soon as no pass is running.
import { parentPort, workerData } from 'node:worker_threads';
import { DatabaseSync } from 'node:sqlite';
import { isEdgeError, sentenceOf, STORE_ERROR_CODES } from '../../errors.ts';
import { keepCompiled } from '../../keep-compiled.ts';
import { guarded, limitBytes } from './connection.ts';
import { type Order, PASS, type PassAnswer, type WorkerOrders } from './housekeeper.ts';
import { shortenLog } from './log-length.ts';
import { maintain } from './maintenance.ts';

const { path, ceilingBytes, maxBytes, budgetMs, shared } = workerData as WorkerOrders;
const pass = new Int32Array(shared);
/** Between two steps, ms: whoever waits for the file's one write lock gets it. */
const PAUSE_MS = 1;

parentPort?.on('message', (order: Order) => parentPort?.postMessage(answer(order), []));
keepCompiled(0);

function answer(order: Order): PassAnswer {
  if (Atomics.compareExchange(pass, PASS.state, PASS.idle, PASS.running) !== PASS.idle) return { ok: true };
  try {
    guarded(() => work(order));
    return { ok: true };
  } catch (error) {
    const code = STORE_ERROR_CODES.find((known) => isEdgeError(error, known)) ?? 'STORE_FAILED';
    return { ok: false, code, message: sentenceOf(error) };
  } finally {
    Atomics.store(pass, PASS.state, PASS.idle);
    Atomics.notify(pass, PASS.state);
  }
}

function work(order: Order): void {
  const db = new DatabaseSync(path, { timeout: 5_000 });
  try {
    // A pass that is lost to a power cut is done again: what it rewrote is still there as it was.
    db.exec('PRAGMA synchronous = NORMAL');
    limitBytes(db, ceilingBytes);
    if (order !== 'shorten the log')
      maintain(db, order.now, { budgetMs, pause, ...(maxBytes !== undefined && { maxBytes }) });
    shortenLog(db);
  } finally {
    db.close();
  }
}

/** True when the store is being closed. */
function pause(): boolean {
  return Atomics.wait(pass, PASS.closing, 0, PAUSE_MS) !== 'timed-out';
}
