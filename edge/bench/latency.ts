import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { entrapment, loadDevices, type LoadDevice } from './devices.ts';
import { figure, middle, type Figure, type Figures } from './figures.ts';
import type { LoadOrders } from './load.ts';
import { run, startEdge } from './processes.ts';

const DEVICES = 1_000;
const RUNS = 5;
const RATES = [5_000, 15_000] as const;
/** Every elevator of the load traps somebody once, this often. */
const FAULT_EVERY_MS = 40;
const LEAD_MS = 1_000;
const PATIENCE_MS = 30_000;

/**
 * From a sensor's fault message to the page that leaves the gateway over MQTT, while it takes a load of
 * ordinary messages. A page counts when it arrives at a subscriber of its own.
 */
export async function latency(tell: (line: string) => void): Promise<Figures> {
  const figures: Record<string, Figure> = {};
  for (const rate of RATES) {
    const [p50, p99, worst]: [number[], number[], number[]] = [[], [], []];
    for (let i = 0; i < RUNS; i += 1) {
      const sorted = await pagesUnder(rate);
      p50.push(middle(sorted));
      p99.push(sorted[Math.ceil(sorted.length * 0.99) - 1] as number);
      worst.push(sorted.at(-1) as number);
      tell(`page at ${rate}/s: p50 ${p50.at(-1)?.toFixed(1)} ms, p99 ${p99.at(-1)?.toFixed(1)} ms of ${sorted.length}`);
    }
    figures[`message to page at ${rate}/s, p50`] = figure(p50, 'ms');
    figures[`message to page at ${rate}/s, p99`] = figure(p99, 'ms', `slowest ${Math.max(...worst).toFixed(1)} ms`);
  }
  return figures;
}

async function pagesUnder(rate: number): Promise<number[]> {
  const dir = mkdtempSync(join(tmpdir(), 'keepsite-bench-'));
  const edge = await startEdge(dir, loadDevices(DEVICES));
  try {
    const elevators = loadDevices(DEVICES).filter(({ kind }) => kind === 'elevator');
    const seconds = (elevators.length * FAULT_EVERY_MS + 2 * LEAD_MS) / 1000;
    const messages = Math.ceil(rate * seconds);
    const startAt = Math.floor(Date.now() / 1000) * 1000 - Math.ceil(messages / DEVICES) * 1000;
    const port = edge.said.mqttPort;
    const orders: LoadOrders = { port, connections: 4, inFlight: 1_000, messages, devices: DEVICES, rate, startAt };
    const load = await run<string>('load.ts', [], { first: JSON.stringify(orders) });
    load.tell('go');
    const took = await pagesOf(elevators, port);
    await load.line();
    return took.toSorted((a, b) => a - b);
  } finally {
    await edge.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Milliseconds from publishing each elevator's fault to its page. Rejects when a page does not come. */
async function pagesOf(elevators: readonly LoadDevice[], port: number): Promise<number[]> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`);
  const sent = new Map<string, number>();
  const took: number[] = [];
  await client.subscribeAsync('keepsite/bench/pages/+', { qos: 0 });
  const all = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${took.length} of ${sent.size} pages came`)), PATIENCE_MS);
    client.on('message', (_, payload) => {
      const { incident } = JSON.parse(payload.toString()) as { incident: { asset: string } };
      const at = sent.get(incident.asset);
      if (at === undefined) return;
      sent.delete(incident.asset);
      took.push(performance.now() - at);
      if (took.length === elevators.length) {
        clearTimeout(late);
        resolve();
      }
    });
  });
  await new Promise((resolve) => setTimeout(resolve, LEAD_MS));
  for (const elevator of elevators) {
    const { topic, payload } = entrapment(elevator);
    sent.set(`asset-${elevator.id}`, performance.now());
    client.publish(topic, payload, { qos: 1 });
    await new Promise((resolve) => setTimeout(resolve, FAULT_EVERY_MS));
  }
  await all;
  await client.endAsync();
  return took;
}
