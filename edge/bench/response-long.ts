import { type Figure, figure, type Figures } from './figures.ts';
import { createHandClock } from './hand-clock.ts';
import { createCrowd, turnsDuring } from './response-crowd.ts';
import { inDirectory } from './response-directory.ts';

const T0 = Date.UTC(2026, 2, 2, 8);
const ROUNDS = 5;
const EACH = 20;
const LENGTHS = [10, 1_000, 10_000] as const;
/** Orders that go into one transaction. */
const TOGETHER = 250;

/** What one more word costs an incident about which much has been said already: the turn of the loop that decides and commits it. */
export async function longTimeline(tell: (line: string) => void): Promise<Figures> {
  const figures: Record<string, Figure> = {};
  for (const length of LENGTHS) {
    const rounds = await inDirectory((path) => oneMore(path, length));
    figures[`response_word_after_${length}`] = figure(
      rounds,
      'ms',
      `a timeline of ${length} entries, one of them added`,
    );
    tell(`one more word after ${length}: ${rounds.map((ms) => ms.toFixed(1)).join(', ')} ms`);
  }
  return figures;
}

/** The longest turn of each round's orders, on the average. */
async function oneMore(path: string, length: number): Promise<number[]> {
  const clock = createHandClock(T0);
  const crowd = createCrowd(path, { count: 1, clock });
  await crowd.raise('entrapment', crowd.elevators);
  const [id] = crowd.open();
  const note = () => crowd.order('note', id ?? 'none');
  for (let told = 0; told < length; told += TOGETHER)
    await Promise.all(Array.from({ length: Math.min(TOGETHER, length - told) }, note));
  const rounds: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    let sum = 0;
    for (let n = 0; n < EACH; n += 1) sum += (await turnsDuring(note)).lasted.at(-1) as number;
    rounds.push(sum / EACH);
  }
  await crowd.close();
  return rounds.slice(1);
}
