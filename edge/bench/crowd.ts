import type { LoadOrders } from './load.ts';
import { type EdgeDoors, run, type Running } from './processes.ts';

export const CONNECTIONS = 50;

/** Many devices speak over few connections; resolves when all of it is acknowledged. */
export async function speak(
  edge: Running<EdgeDoors>,
  { devices, messages, rate }: Pick<LoadOrders, 'devices' | 'messages'> & { readonly rate: number },
): Promise<void> {
  const startAt = Date.now() - Math.ceil(messages / devices) * 1000;
  const orders: LoadOrders = {
    port: edge.said.mqttPort,
    // A connection without a device says nothing, and its share of the rate would be missing.
    connections: Math.min(CONNECTIONS, devices),
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
