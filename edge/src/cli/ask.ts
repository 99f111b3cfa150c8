import { type DailyEnergy, ErrorBody } from '@keepsite/edge-contract';
import { dayOf, shiftDay } from '@keepsite/edge-energy';
import { randomUUID } from 'node:crypto';
import { createSystemClock } from '../adapters/system-clock.ts';
import { openStore } from '../stores.ts';
import type { EdgeConfig } from '../config.ts';
import { EdgeError, isEdgeError } from '../errors.ts';
import { createDailyEnergyJob } from '../jobs/daily-energy.ts';
import { readSetup } from '../setup.ts';
import { withAccess } from './accounts.ts';

type Door = Pick<EdgeConfig, 'http' | 'apiToken' | 'demo' | 'dataDir'>;

/** The longest that one command may take. */
const BOX_TOKEN_MS = 120_000;

/** What is wrong with what was asked, rather than with the edge. */
const BAD_INPUT = [400, 404, 409, 422];

/** Asks a running edge; null when none answers at the configured address. */
export function askEdge<T>(config: Door, path: string): Promise<T | null> {
  return tellEdge<T>(config, 'GET', path);
}

/** Tells a running edge to do something; null when none answers. Throws its own words when it refuses. */
export async function tellEdge<T>(config: Door, method: string, path: string, body?: object): Promise<T | null> {
  const { host, port } = config.http;
  const token = boxToken(config);
  const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;
  const response = await fetch(url, {
    method,
    headers: { ...authorization, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(method === 'GET' ? 5_000 : 60_000),
  }).catch(() => null);
  if (response === null) return null;
  if (response.ok) return (await response.json()) as T;
  const said = ErrorBody.safeParse(await response.json().catch(() => null));
  const sentence = said.success ? said.data.error.message : `HTTP ${response.status}`;
  const code = BAD_INPUT.includes(response.status) ? 'ADOPTION_REFUSED' : 'EDGE_REFUSED';
  throw new EdgeError(code, `the edge at ${host}:${port} answered: ${sentence}`);
}

/**
 * Whoever may write the access file of this box needs no token of the configuration: a short-lived
 * one is made there. Null in the demo, which asks for none, and where the file is somebody else's.
 */
function boxToken(config: Door): string | null {
  if (config.apiToken !== null || config.demo) return config.apiToken;
  const name = `box-${randomUUID()}`;
  try {
    return withAccess(({ tokens }) => tokens.issue({ name, role: 'admin', forMs: BOX_TOKEN_MS }, 'box'), config);
  } catch (error) {
    if (isEdgeError(error)) throw error;
    return null;
  }
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
    const job = createDailyEnergyJob({
      registry: () => registry,
      store,
      clock,
      events: quiet,
      onDays: () => undefined,
    });
    const rows: DailyEnergy[] = [];
    for (const [zone, it] of days) rows.push(...(await job.reckon(zone, it)));
    return rows;
  } finally {
    store.close();
  }
}
