import type { Client, EnergyEvent, EnergySetup } from '@keepsite/cloud-contract';
import type { Reading } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { dueOf } from '../domain/energy/due.ts';
import { energyRegistry, MAIN_METER } from '../testing/energy-site.ts';
import { memoryMetrics } from '../testing/memory-metrics.ts';
import { gatherInputs } from './gather.ts';
import type { EnergyPorts } from './ports.ts';

const ACME: Client = { id: 'acme', name: { en: 'Acme', zh: '甲公司' }, kind: 'commercial', officer: null, since: null };
const START = Date.UTC(2026, 1, 1);
const QUARTER = 900_000;

function setupWith(demand: object | null): EnergySetup {
  const components = [{ name: 'energy', price: '0.5' }];
  const version = {
    from: '2020-01-01',
    document: 'd',
    rules: [],
    otherwise: 'flat',
    components,
    ...(demand && { demand }),
  };
  return {
    meters: [MAIN_METER],
    weather: { kind: 'csv' },
    method: 'towt-daily',
    areaM2: null,
    tariff: { id: 't', name: ACME.name, currency: 'CNY', zone: 'UTC', versions: [version] },
    supply: { contractKw: 60, capacityKva: null },
  };
}

/** February, read every quarter of an hour; one of them draws 100 kW, all others 20. */
async function gather(
  period: string,
  demand: object | null = { price: '40', basis: 'measured' },
  events: EnergyEvent[] = [],
) {
  const metrics = memoryMetrics();
  let kwh = 0;
  const rows = Array.from({ length: 28 * 96 + 1 }, (_, i): Reading => {
    const reading = {
      device: 'meter-main',
      metric: 'energy_import_kwh',
      part: null,
      value: kwh,
      at: START + i * QUARTER,
    };
    kwh += i === 1000 ? 25 : 5;
    return { ...reading, receivedAt: 0, quality: 'good', historical: false };
  });
  await metrics.write('edge-1', 1, rows);
  const none = async () => [];
  const kept = { version: 1, setup: setupWith(demand) };
  const facts = async (_: string, kind: string) => (kind === 'event' ? events : []);
  const energy = { setup: async () => kept, facts, baselines: none, reports: none, weather: none };
  const ports = {
    metrics,
    store: { energy, clients: { registry: async () => energyRegistry() } },
    clock: { now: () => Date.UTC(2026, 2, 2) },
  } as unknown as EnergyPorts;
  return await gatherInputs(ports, ACME, dueOf(period), { zone: 'UTC', reading: 'everything' });
}

test('a month’s inputs hold its measured demand and what the supply contract says', async () => {
  const { demand, supply } = await gather('2026-02');
  const at = new Date(START + 1000 * QUARTER).toISOString();
  expect(demand).toEqual({ kw: expect.closeTo(100, 6), at, quarters: 28 * 96, known: 28 * 96 });
  expect(supply).toEqual({ contractKw: 60, capacityKva: null });
});

test('no demand is read for a day, whose bill holds energy alone, nor where the price book charges for none', async () => {
  expect(await gather('2026-02-11')).toMatchObject({ demand: null, charges: 'energy' });
  expect('charges' in (await gather('2026-02'))).toBe(false);
  expect((await gather('2026-02', null)).demand).toBeNull();
});

test('a decision is gathered with the meters, the direction and the level that it is known by', async () => {
  const said = { id: 'e', from: '2026-02-02', to: '2026-02-09', by: 'Li', reason: 'a tenant' } as const;
  const event: EnergyEvent = {
    ...said,
    decision: 'approved',
    assets: ['main'],
    newLevelFrom: '2026-02-04',
    direction: 'more',
  };
  expect(await gather('2026-02', null, [event])).toMatchObject({ decisions: 'changes', events: [event] });
  expect('decisions' in (await gather('2026-02'))).toBe(false);
});
