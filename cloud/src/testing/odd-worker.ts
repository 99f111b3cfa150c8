// A thread that does what a test tells it to: well, badly, or not at all.
import { serveWork } from '../adapters/work-thread-far.ts';
import { CloudError } from '../errors.ts';

export type OddOrder =
  | { readonly kind: 'say'; readonly word: string }
  /** Holds the whole thread until somebody writes into the cell. */
  | { readonly kind: 'hold'; readonly cell: Int32Array }
  | { readonly kind: 'refuse' | 'throw' | 'throw later' | 'die' | 'eat' };

serveWork(async (told) => {
  const order = told as OddOrder;
  switch (order.kind) {
    case 'say':
      return order.word;
    case 'hold':
      Atomics.wait(order.cell, 0, 0);
      return 'let go';
    case 'refuse':
      throw new CloudError('CLOUD_CONFLICT', 'not this one', { details: ['why'] });
    case 'throw':
      throw new TypeError('a fault of ours');
    case 'throw later':
      setImmediate(() => {
        throw new TypeError('nobody caught it');
      });
      return await new Promise(() => undefined);
    case 'die':
      return process.exit(3);
    case 'eat': {
      let eaten = [0.5];
      for (;;) eaten = [...eaten, ...eaten];
    }
  }
});
