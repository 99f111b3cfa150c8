import type { CrmKind } from '@keepsite/cloud-contract';
import { BatchResult, instantText, type Batch, type Millis } from '@keepsite/edge-contract';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { SimulatorError } from '../errors.ts';
import type { JsonDoor } from '../http-json.ts';
import { addDays, dayStart } from '../local-time.ts';
import { loadsOf } from '../physics/load.ts';
import type { World } from '../world/world.ts';
import { crmHistory, type CrmHistory } from './crm.ts';
import { historyBlocks, historyDaily } from './energy.ts';
import { HISTORY_EDGE, historyEvents } from './events.ts';
import type { SeedPlan } from './plan-file.ts';
import { tellSavings } from './savings.ts';

/** How much was told. */
export interface Seeded {
  readonly from: string;
  readonly to: string;
  readonly events: number;
  readonly incidents: number;
  readonly readings: number;
  readonly dailyRows: number;
  readonly facts: number;
  readonly energyReports: number;
}

const EVENTS_A_BATCH = 400;
const BLOCKS_A_BATCH = 6;
const DAILY_A_BATCH = 2000;
const FACTS_A_POST = 500;
/** An edge that serves no site has retired: nobody misses it when it falls silent. */
const NOWHERE = { version: 1, sites: [], zones: [], assets: [], devices: [] };

/**
 * Tells a history to a cloud through its ordinary doors: clients, contracts and CRM facts over REST,
 * everything else as batches of the edge `sim-history`; then asks for the scores of the days. Telling
 * it twice changes nothing: every id and number is the same. Throws SIM_REFUSED when the cloud does
 * not take a part of it.
 */
export async function seedHistory(
  cloud: JsonDoor,
  world: World,
  plan: SeedPlan,
  patience: Patience = { asks: 15, pause: () => sleep(1000) },
): Promise<Seeded> {
  const from = addDays(plan.end, -plan.days);
  const start = dayStart(from, world.zone);
  const end = dayStart(plan.end, world.zone);
  for (const client of world.clients) await cloud.put(`/api/clients/${client.id}`, client);
  for (const contract of world.contracts)
    await cloud.put(`/api/clients/${contract.client}/contracts/${contract.id}`, contract);
  const registry = (await sitesServed(cloud, world, patience)) ? NOWHERE : world.registry;
  await send(cloud, { edge: HISTORY_EDGE, sentAt: instantText(end), heartbeat: heartbeat(end), registry });

  const events = historyEvents(world, start, end);
  for (const part of chunks(events, EVENTS_A_BATCH))
    await send(cloud, { edge: HISTORY_EDGE, sentAt: instantText(end), events: part });
  const loads = loadsOf(world.meters, world.zone, world.seed);
  const blocks = historyBlocks(world, loads, from, plan.days);
  for (const part of chunks(blocks, BLOCKS_A_BATCH))
    await send(cloud, { edge: HISTORY_EDGE, sentAt: instantText(end), blocks: part });
  const daily = historyDaily(world, loads, from, plan.days);
  for (const part of chunks(daily, DAILY_A_BATCH))
    await send(cloud, { edge: HISTORY_EDGE, sentAt: instantText(end), daily: part });
  const savings = await tellSavings(
    cloud,
    (batch) => send(cloud, { edge: HISTORY_EDGE, sentAt: instantText(end), ...batch }),
    { world, plan, loads },
  );
  const facts = await tellCrm(cloud, crmHistory(world, plan.end, plan.days));

  await cloud.post('/api/demo/rescore', { from, to: plan.end });
  return {
    from,
    to: plan.end,
    events: events.length,
    incidents: events.filter((event) => event.change.kind === 'opened').length,
    readings: blocks.reduce((sum, block) => sum + block.rows.length, savings.readings),
    dailyRows: daily.length,
    facts,
    energyReports: savings.reports,
  };
}

/** How often, and after which pauses, the cloud is asked whether an edge serves the sites. */
export interface Patience {
  readonly asks: number;
  readonly pause: () => Promise<unknown>;
}

/**
 * A site belongs to one edge. A live edge may be a little late with its registry: it is waited for,
 * because whoever names a site first keeps it for a while.
 */
async function sitesServed(cloud: JsonDoor, world: World, { asks, pause }: Patience): Promise<boolean> {
  for (let i = 0; i < asks; i++) {
    if (i > 0) await pause();
    const { sites } = KnownSites.parse(await cloud.get('/api/registry'));
    if (world.registry.sites.every(({ id }) => sites.some((site) => site.id === id && site.edge !== HISTORY_EDGE)))
      return true;
  }
  return false;
}

const KnownSites = z.object({ sites: z.array(z.object({ id: z.string(), edge: z.string() })) });

async function tellCrm(cloud: JsonDoor, histories: ReadonlyMap<string, CrmHistory>): Promise<number> {
  let told = 0;
  for (const [client, history] of histories) {
    for (const [kind, items] of Object.entries(history) as [CrmKind, readonly object[]][]) {
      for (const part of chunks(items, FACTS_A_POST))
        await cloud.post(`/api/clients/${client}/${kind}`, { items: part });
      told += items.length;
    }
  }
  return told;
}

async function send(cloud: JsonDoor, batch: z.input<typeof Batch>): Promise<void> {
  const answer = await cloud.post(`/api/edges/${HISTORY_EDGE}/batches`, batch);
  const { results } = BatchResult.parse(answer);
  const refused = results.find(({ verdict }) => verdict !== 'accepted' && verdict !== 'duplicate');
  if (refused)
    throw new SimulatorError(
      'SIM_REFUSED',
      `the cloud does not take ${refused.kind} ${refused.seq ?? ''}: ${refused.verdict} ${refused.reason ?? ''}`,
    );
}

function heartbeat(at: Millis): Batch['heartbeat'] {
  return {
    edge: HISTORY_EDGE,
    at: instantText(at),
    startedAt: instantText(at),
    version: 'simulator',
    backlog: { events: 0, blocks: 0 },
    openIncidents: 0,
    quarantined: 0,
    devices: { known: 0, unknown: 0, silent: 0 },
    clock: { scale: 1, offsetMs: 0 },
    simulated: true,
  };
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
