import { parentPort } from 'node:worker_threads';
import { CloudError, type CloudErrorCode } from '../errors.ts';

/** What came of an order. */
export type WorkAnswer =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      /** Null: an error that nobody expected. */
      readonly code: CloudErrorCode | null;
      readonly message: string;
      readonly details: unknown;
      readonly stack: string | undefined;
    };

/** The far end of a work thread: carries out each order, and answers what it came to or threw. */
export function serveWork(carryOut: (order: unknown) => Promise<unknown>): void {
  const line = parentPort;
  line?.on('message', (order: unknown) => {
    void carryOut(order)
      .then((value): WorkAnswer => ({ ok: true, value }), failure)
      .then((answer) => line.postMessage(answer, []));
  });
}

function failure(error: unknown): WorkAnswer {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const known = error instanceof CloudError ? error : null;
  return { ok: false, code: known?.code ?? null, message, details: known?.details, stack };
}
