import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manyDevices } from './devices.ts';
import { figure, middle, type Figures } from './figures.ts';
import type { LoadOrders } from './load.ts';
import { type EdgeDoors, memoryMb, run, type Running, startAgain, startEdge } from './processes.ts';

const SIZES = [100, 1_000, 10_000] as const;
const RUNS = 3;
const CONNECTIONS = 50;
/** Enough for every device to have spoken, and for the compiler to have seen all of the code. */
const WARM_UP = 20_000;
const MESSAGES = 20_000;
/** Slower than it could be: then every size is worked off in batches of the same length. */
const RATE = 1_500;
/** Long enough that a checkpoint of the rules' state falls into it. */
const MEMORY_MESSAGES = 75_000;
const MEMORY_RATE = 1_000;
const RULES = 500;
/** The kernel's clock ticks in a second, as all Linux machines have it. */
const TICKS = 100;

type Tell = (line: string) => void;

/**
 * What an edge with many devices takes: processor time for a message beside a hundred, a thousand and
 * ten thousand devices and beside rules that do not apply, and memory. Reads `/proc`, so on Linux only.
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
  return { ...Object.fromEntries(figures), ...(await memory(tell)) };
}

async function costOf(edge: Running<EdgeDoors>, devices: number): Promise<number> {
  await speak(edge, { devices, messages: WARM_UP, rate: RATE });
  const before = cpuSeconds(edge);
  await speak(edge, { devices, messages: MESSAGES, rate: RATE });
  return ((cpuSeconds(edge) - before) * 1e6) / MESSAGES;
}

/** With ten thousand devices that speak; and how soon it is back when it is killed then. */
async function memory(tell: Tell): Promise<Figures> {
  const [peaks, settled, back, again]: [number[], number[], number[], number[]] = [[], [], [], []];
  const metrics = manyDevices(10_000).reduce((sum, { readings }) => sum + readings, 0);
  for (let round = 0; round < RUNS; round++) {
    await withDirectory(async (dir) => {
      const edge = await startEdge(dir, manyDevices(10_000));
      await speak(edge, { devices: 10_000, messages: MEMORY_MESSAGES, rate: MEMORY_RATE });
      peaks.push(memoryMb(edge, 'VmHWM'));
      settled.push(memoryMb(edge, 'VmRSS'));
      await edge.kill9();
      const from = performance.now();
      const restarted = await startAgain(dir);
      back.push(performance.now() - from);
      again.push(memoryMb(restarted, 'VmRSS'));
      await restarted.stop();
    });
    const [peak, now] = [peaks.at(-1) ?? 0, settled.at(-1) ?? 0];
    tell(`10000 devices, ${metrics} metrics: ${now.toFixed(0)} MB, at most ${peak.toFixed(0)} MB`);
    tell(`killed, and ready again after ${back.at(-1)?.toFixed(0)} ms with ${again.at(-1)?.toFixed(0)} MB`);
  }
  const most = Math.round(middle(peaks.toSorted((a, b) => a - b)));
  const beside = `${metrics} metrics, ${CONNECTIONS} connections, ${MEMORY_RATE} messages/s; at most ${most} MB`;
  return {
    rss_10000_devices_mb: figure(settled, 'MB', beside),
    ready_again_10000_devices_ms: figure(back, 'ms', 'killed after all of them had spoken'),
    rss_ready_again_10000_devices_mb: figure(again, 'MB', 'the same'),
  };
}

async function withDirectory<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'keepsite-scale-'));
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function withEdge<T>(devices: number, rules: number, work: (edge: Running<EdgeDoors>) => Promise<T>): Promise<T> {
  return withDirectory(async (dir) => {
    const own = rules === 0 ? {} : { KEEPSITE_EDGE_RULES: writeRules(dir, rules) };
    const edge = await startEdge(dir, manyDevices(devices), own);
    try {
      return await work(edge);
    } finally {
      await edge.stop();
    }
  });
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

async function speak(
  edge: Running<EdgeDoors>,
  { devices, messages, rate }: Pick<LoadOrders, 'devices' | 'messages'> & { readonly rate: number },
): Promise<void> {
  const startAt = Date.now() - Math.ceil(messages / devices) * 1000;
  const orders: LoadOrders = {
    port: edge.said.mqttPort,
    connections: CONNECTIONS,
    inFlight: 100,
    messages,
    devices,
    crowd: 'many',
    rate,
    startAt,
  };
  const load = await run<string>('load.ts', [], { first: JSON.stringify(orders) });
  load.tell('go');
  await load.line();
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
