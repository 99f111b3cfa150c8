import type { EnergySetup } from '@keepsite/cloud-contract';
import { CarbonFactor, CHINA_AVERAGE, Tariff } from '@keepsite/edge-energy';
import { hashOfJson } from '@keepsite/edge-evidence';
import { z } from 'zod';
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
