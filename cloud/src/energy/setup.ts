import type { EnergySetup } from '@keepsite/cloud-contract';
import { CarbonFactor, CHINA_AVERAGE, sameClock, Tariff } from '@keepsite/edge-energy';
import { hashOfJson } from '@keepsite/edge-evidence';
import { z } from 'zod';
import { DAY } from '../domain/calendar.ts';
import { treeFaults, treeFromRegistry } from '../domain/energy/tree.ts';
import { CloudError } from '../errors.ts';
import type { Store } from '../ports.ts';
import type { KeptSetup } from '../ports/energy.ts';

/** What somebody has set up for a client, else (version 0) what the registry says of its meters. */
export async function setupOf(store: Store, client: string, day: string): Promise<KeptSetup> {
  const kept = await store.energy.setup(client);
  if (kept) return kept;
  const meters = treeFromRegistry(await store.clients.registry(), client, day);
  const setup: EnergySetup = {
    meters,
    weather: { kind: 'csv' },
    method: 'towt-daily',
    tariff: null,
    areaM2: null,
  };
  return { version: 0, setup };
}

/** Throws CLOUD_BAD_INPUT with every fault of a setup: its tree, its price book, its factors. */
export function checkSetup({ meters, tariff, carbon }: EnergySetup): void {
  const faults = [
    ...treeFaults(meters),
    ...faultsOf('tariff', Tariff.nullable(), tariff),
    ...faultsOf('carbon', FACTORS, carbon),
  ];
  if (faults.length > 0)
    throw new CloudError('CLOUD_BAD_INPUT', `this setup cannot be used: ${faults.join('; ')}`, { details: faults });
}

const MONTHS = 12;

/**
 * Throws CLOUD_BAD_INPUT for a price book of another clock than that of the client's site, by which no report would
 * bill. While no site is known, any will do.
 */
export async function checkClock(
  { store, clock }: { readonly store: Store; readonly clock: { now(): number } },
  client: string,
  setup: EnergySetup,
): Promise<void> {
  const tariff = tariffOf(setup);
  const { timeZone } = await store.clients.places(client);
  if (!tariff || timeZone === null) return;
  const year = Array.from({ length: MONTHS }, (_, i) => clock.now() + 30 * i * DAY);
  if (!sameClock(tariff.zone, timeZone, year))
    throw new CloudError(
      'CLOUD_BAD_INPUT',
      `the price book goes by the clock of ${tariff.zone}, and the meters stand in ${timeZone}: give both the zone that the supplier bills by`,
    );
}

const FACTORS = z.array(CarbonFactor).min(1).optional();

function faultsOf(name: string, schema: z.ZodType, value: unknown): string[] {
  const parsed = schema.safeParse(value);
  return (parsed.error?.issues ?? []).map(({ path, message }) => `${[name, ...path].join('.')} ${message}`);
}

export function tariffOf({ tariff }: EnergySetup): Tariff | null {
  return Tariff.nullable().parse(tariff);
}

export function carbonFactorsOf({ carbon }: EnergySetup): CarbonFactor[] {
  return FACTORS.parse(carbon) ?? [...CHINA_AVERAGE];
}

/** The hash of what is counted and how: a baseline of other meters says nothing about these. */
export function boundaryOf({ meters }: EnergySetup): string {
  const nodes = meters.map(({ asset, device, metric, part, parent, share, use }) => ({
    asset,
    device,
    metric,
    part,
    parent,
    share,
    use,
  }));
  return hashOfJson(nodes.toSorted((a, b) => (a.asset < b.asset ? -1 : 1)));
}
