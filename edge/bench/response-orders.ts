import { figure, type Figures } from './figures.ts';
import { createHandClock } from './hand-clock.ts';
import { createCrowd, OPEN, percentile } from './response-crowd.ts';
import { inDirectory } from './response-directory.ts';

const T0 = Date.UTC(2026, 2, 2, 8);
const ROUNDS = 5;
const ORDERS = 200;
const FEW = 10;

/** From an order to its answer, which comes once it is on disk: beside ten thousand open incidents, and beside ten. */
export async function orders(tell: (line: string) => void): Promise<Figures> {
  const many = await answered(OPEN, tell);
  const few = await answered(FEW, tell);
  const beside = `${OPEN} open, on disk; with ${FEW} open`;
  return {
    response_order_p50: figure(many.p50, 'ms', `${beside} ${figure(few.p50, 'ms').median}`),
    response_order_p99: figure(many.p99, 'ms', `${beside} ${figure(few.p99, 'ms').median}`),
  };
}

function answered(count: number, tell: (line: string) => void): Promise<{ p50: number[]; p99: number[] }> {
  return inDirectory(async (path) => {
    const clock = createHandClock(T0);
    const crowd = createCrowd(path, { count, clock });
    await crowd.raise('entrapment', crowd.elevators);
    await crowd.deliverAll();
    const ids = crowd.open();
    const rounds: number[][] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const took: number[] = [];
      for (let n = 0; n < ORDERS; n += 1) {
        clock.moveTo(clock.now() + 1);
        const from = performance.now();
        await crowd.order('note', ids[(round * ORDERS + n) % ids.length] as string);
        took.push(performance.now() - from);
      }
      rounds.push(took.toSorted((a, b) => a - b));
    }
    await crowd.close();
    const of = (share: number) => rounds.slice(1).map((sorted) => percentile(sorted, share));
    tell(`${count} open: an order is answered in ${of(0.5)[0]?.toFixed(2)} ms`);
    return { p50: of(0.5), p99: of(0.99) };
  });
}
