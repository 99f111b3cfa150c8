import type { DailyEnergy } from '@keepsite/edge-contract';
import { dayOf, shiftDay } from '@keepsite/edge-energy';
import { createSystemClock } from '../adapters/system-clock.ts';
import { openStore } from '../compose.ts';
import type { EdgeConfig } from '../config.ts';
import { EdgeError } from '../errors.ts';
import { createDailyEnergyJob } from '../jobs/daily-energy.ts';
import { readSetup } from '../setup.ts';

/** Asks a running edge; null when none answers at the configured address. */
export async function askEdge<T>(config: Pick<EdgeConfig, 'http' | 'apiToken'>, path: string): Promise<T | null> {
  const { host, port } = config.http;
  const headers = config.apiToken === null ? {} : { authorization: `Bearer ${config.apiToken}` };
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(5_000) }).catch(() => null);
  if (response === null) return null;
  if (!response.ok) throw new EdgeError('EDGE_REFUSED', `the edge at ${host}:${port} answered HTTP ${response.status}`);
  return (await response.json()) as T;
}

/** Energy of one local day, as a running edge has it, else reckoned from the store's file. Default: yesterday of each site. */
export async function reckonDay(config: EdgeConfig, day: string | undefined): Promise<DailyEnergy[]> {
  const { registry } = readSetup(config);
  const clock = createSystemClock();
  const zones = [...new Set(registry.sites.map(({ zone }) => zone))];
  const days = zones.map((zone) => [zone, day ?? shiftDay(dayOf(clock.now(), zone), -1)] as const);
  const list = [...new Set(days.map(([, it]) => it))];
  const answers = await Promise.all(
    list.map((it) => askEdge<{ items: DailyEnergy[] }>(config, `/api/energy/daily?from=${it}&to=${it}`)),
  );
  if (answers.every((answer) => answer !== null)) return answers.flatMap(({ items }) => items);
  const store = openStore(config);
  try {
    const quiet = { dayReckoned: () => undefined, workFailed: () => undefined };
    const job = createDailyEnergyJob({ registry, store, clock, events: quiet, onDays: () => undefined });
    const rows: DailyEnergy[] = [];
    for (const [zone, it] of days) rows.push(...(await job.reckon(zone, it)));
    return rows;
  } finally {
    store.close();
  }
}
