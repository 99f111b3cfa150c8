import type { Reckoner } from '../ports/reckoner.ts';
import { fitted } from './fit.ts';
import { freeze } from './freeze.ts';

/** The work itself, done right here: it holds whatever else this thread does. */
export const reckonHere: Reckoner = {
  learn: async (...given) => fitted(...given),
  report: async (...given) => freeze(...given),
  pdf: async (...given) => {
    // Fonts and charts are loaded when somebody wants a PDF, not at the start.
    const { energyPdf } = await import('./pdf/pdf.ts');
    return await energyPdf(...given);
  },
};

type Work = keyof Reckoner;

/** A piece of work as it is told to another thread. */
interface Order {
  readonly work: Work;
  readonly given: readonly unknown[];
}

/** The same, ordered from whoever takes orders. */
export function reckonThere(ask: (order: Order) => Promise<unknown>): Reckoner {
  const ordered =
    (work: Work) =>
    (...given: readonly unknown[]) =>
      ask({ work, given });
  return { learn: ordered('learn'), report: ordered('report'), pdf: ordered('pdf') } as Reckoner;
}

/** Carries out what {@link reckonThere} ordered. */
export function carryOut(order: unknown): Promise<unknown> {
  const { work, given } = order as Order;
  return (reckonHere[work] as (...given: readonly unknown[]) => Promise<unknown>)(...given);
}
