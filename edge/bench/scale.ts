import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manyDevices } from './devices.ts';
import { figure, type Figures } from './figures.ts';
import { type EdgeDoors, type Running, startEdge } from './processes.ts';
import { CONNECTIONS, speak } from './crowd.ts';

const SIZES = [100, 1_000, 10_000] as const;
const RUNS = 3;
/** Enough for every device to have spoken, and for the compiler to have seen all of the code. */
const WARM_UP = 20_000;
const MESSAGES = 20_000;
/** Slower than it could be: then every size is worked off in batches of the same length. */
const RATE = 1_500;
const RULES = 500;
/** The kernel's clock ticks in a second, as all Linux machines have it. */
const TICKS = 100;

type Tell = (line: string) => void;

/**
 * What an edge with many devices takes: processor time for a message beside a hundred, a thousand and
 * ten thousand devices and beside rules that do not apply. Reads `/proc`, so on Linux only.
 */
export async function scale(tell: Tell): Promise<Figures> {
  const costs = new Map<string, number[]>();
  const sizes = SIZES.map((devices) => ({ name: `cpu_us_per_message_${devices}`, devices, rules: 0 }));
  const cases = [...sizes, { name: `cpu_us_per_message_1000_and_${RULES}_rules`, devices: 1_000, rules: RULES }];
  // In turns, so that what else the machine does meets all alike.
  for (let round = 0; round < RUNS; round++) {
    for (const { name, devices, rules } of cases) {
      const cost = await withEdge(devices, rules, (edge) => costOf(edge, devices));
      costs.set(name, [...(costs.get(name) ?? []), cost]);
      tell(`${devices} devices, ${rules} rules that do not apply: ${cost.toFixed(1)} µs of processor a message`);
    }
  }
  const beside = `QoS 1, ${CONNECTIONS} connections, ${RATE}/s, 4.9 readings a message; all threads`;
  const figures = [...costs].map(([name, runs]) => [name, figure(runs, 'µs', beside)] as const);
  return Object.fromEntries(figures);
}

async function costOf(edge: Running<EdgeDoors>, devices: number): Promise<number> {
  await speak(edge, { devices, messages: WARM_UP, rate: RATE });
  const before = cpuSeconds(edge);
  await speak(edge, { devices, messages: MESSAGES, rate: RATE });
  return ((cpuSeconds(edge) - before) * 1e6) / MESSAGES;
}

async function withEdge<T>(devices: number, rules: number, work: (edge: Running<EdgeDoors>) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'keepsite-scale-'));
  try {
    const own = rules === 0 ? {} : { KEEPSITE_EDGE_RULES: writeRules(dir, rules) };
    const edge = await startEdge(dir, manyDevices(devices), own);
    try {
      return await work(edge);
    } finally {
      await edge.stop();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Rules about metrics that no device of the load speaks of. */
function writeRules(dir: string, count: number): string {
  const rules = join(dir, 'rules');
  mkdirSync(rules);
  const text = Array.from(
    { length: count },
    (_, n) => `
  - id: far.${n}
    fault: overconsumption
    severity: minor
    when: { kind: threshold, metric: far_${n}_ppm, above: ${n} }
    forSeconds: 30
    summary: { en: 'Far ${n}', zh: '远 ${n}' }`,
  );
  writeFileSync(join(rules, 'far.yaml'), `rules:${text.join('')}\n`);
  return rules;
}

/** Processor time of all threads so far: fields 14 and 15 of proc(5) `stat`, counted after the name's bracket. */
function cpuSeconds({ process: { pid } }: Running<EdgeDoors>): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) / TICKS;
}
