import { createDecoder, createMemory, type Decoder } from '../src/devices/index.ts';
import type { Message } from '../src/domain/decoded.ts';
import { figure, middle, type Figure, type Figures } from './figures.ts';
import { vectorMessages } from './vectors.ts';

const LONGEST = 1024;
const ROUNDS = 9;
const REPEATS = 200;
const WARM_UP = 3;

/**
 * What decoding a message costs, for each dialect: recognising it among all dialects, decoding and
 * checking. Each vector of up to 1 kB is measured by itself; a run is the median over the dialect's
 * messages, beside it the same of parsing their JSON alone.
 */
export function decodeCosts(): Figures {
  const decoder = createDecoder({ zoneOf: () => 'Asia/Shanghai' });
  const costs = [...vectorMessages()].flatMap(([family, messages]): [string, Figure][] => {
    const short = messages.filter(({ payload }) => payload.length <= LONGEST);
    return short.length === 0 ? [] : [[`decode ${family}`, costOf(decoder, short)]];
  });
  return Object.fromEntries(costs.toSorted(([a], [b]) => a.localeCompare(b)));
}

function costOf(decoder: Decoder, messages: readonly Message[]): Figure {
  const runs: number[] = [];
  const parses: number[] = [];
  for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
    const memory = createMemory();
    // What devices announce comes first, as it does in the building.
    for (const message of messages) decoder.decode(message, memory);
    const batches = messages.map(copies);
    const decoded = batches.map((batch) => microseconds(batch, (message) => decoder.decode(message, memory)));
    const parsed = batches.map((batch) => microseconds(batch, parse));
    if (round >= WARM_UP) {
      runs.push(middle(decoded.toSorted((a, b) => a - b)));
      parses.push(middle(parsed.toSorted((a, b) => a - b)));
    }
  }
  return figure(runs, 'µs a message', `JSON.parse ${figure(parses, 'µs').median} µs`);
}

/** Bytes of their own, so that nothing that was parsed before is found again. */
function copies(message: Message): Message[] {
  return Array.from({ length: REPEATS }, () => ({ ...message, payload: message.payload.slice() }));
}

function microseconds(batch: readonly Message[], work: (message: Message) => unknown): number {
  const start = performance.now();
  for (const message of batch) work(message);
  return ((performance.now() - start) * 1000) / batch.length;
}

const utf8 = new TextDecoder();

function parse({ payload }: Message): unknown {
  try {
    return JSON.parse(utf8.decode(payload));
  } catch {
    return null;
  }
}
