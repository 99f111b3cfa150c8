import { type Fault, Registry, type Severity } from '@keepsite/edge-contract';
import { campus } from '../../testing/storm-bench.ts';
import type { Terms } from './reference.ts';

/** What a fault is a kind of; null: people are in danger. */
export type Kind = 'elevator' | 'power' | 'silence' | 'water';

interface AssetFacts {
  readonly zone: string;
  /** The boards that feed it. */
  readonly boards: readonly string[];
  /** The gateways that carry what it says. */
  readonly gateways: readonly string[];
  /** What stands in its pit. */
  readonly pit: readonly string[];
  readonly self: readonly string[];
}

interface FaultFacts {
  readonly kind: Kind | null;
  readonly severity: Severity;
  /** What may explain it, and where that must stand; it may be heard of so much later. */
  readonly explainedBy?: readonly {
    readonly fault: Fault;
    readonly above: Exclude<keyof AssetFacts, 'zone'>;
    readonly withinMs: number;
  }[];
}

const POWER = { fault: 'power_loss', above: 'boards', withinMs: 60_000 } as const;
const WATER = [
  { fault: 'pit_flooding', above: 'self', withinMs: 60_000 },
  { fault: 'leak', above: 'pit', withinMs: 60_000 },
] as const;

/** What `docs/storms.md` says of the faults that are told of here. */
export const STORM_FAULTS: Readonly<Partial<Record<Fault, FaultFacts>>> = {
  power_loss: { kind: 'power', severity: 'major', explainedBy: [POWER] },
  no_data: {
    kind: 'silence',
    severity: 'minor',
    explainedBy: [POWER, { fault: 'no_data', above: 'gateways', withinMs: 600_000 }],
  },
  safety_chain_open: { kind: 'elevator', severity: 'major', explainedBy: [POWER, ...WATER] },
  stuck_button: { kind: 'elevator', severity: 'minor', explainedBy: WATER },
  entrapment: { kind: null, severity: 'critical' },
  pit_flooding: { kind: 'water', severity: 'major' },
  leak: { kind: 'water', severity: 'critical' },
  pump_cycling: { kind: 'water', severity: 'minor' },
};

/** The first zone's board feeds the second's; one lift of the second zone says so itself. */
export const STORM_ASSETS: Readonly<Record<string, AssetFacts>> = {
  'z0-board': facts('z0-board', { boards: [] }),
  'z0-gateway': facts('z0-gateway', { gateways: [] }),
  'z0-lift-0': facts('z0-lift-0', { pit: ['z0-sump-0'] }),
  'z0-lift-1': facts('z0-lift-1'),
  'z0-sump-0': facts('z0-sump-0'),
  'z1-board': facts('z1-board', { boards: ['z0-board'] }),
  'z1-gateway': facts('z1-gateway', { gateways: [] }),
  'z1-lift-0': facts('z1-lift-0', { pit: ['z1-sump-0'] }),
  'z1-lift-1': facts('z1-lift-1', { boards: ['z1-board', 'z0-board'] }),
  'z1-sump-0': facts('z1-sump-0'),
};

/** Unless it is said, the board and the gateway of its own zone. */
function facts(asset: string, known: Partial<AssetFacts> = {}): AssetFacts {
  const zone = asset.slice(0, 2);
  return { zone, boards: [`${zone}-board`], gateways: [`${zone}-gateway`], pit: [], self: [asset], ...known };
}

const SAID_OF: Readonly<Record<string, readonly Fault[]>> = {
  board: ['power_loss'],
  gateway: ['no_data'],
  'lift-0': ['safety_chain_open', 'entrapment', 'pit_flooding', 'stuck_button'],
  'lift-1': ['safety_chain_open', 'no_data'],
  'sump-0': ['leak', 'pump_cycling'],
};

/** Whatever a device of the campus may say. */
export const STORM_SAYINGS = Object.keys(STORM_ASSETS).flatMap((asset) =>
  (SAID_OF[asset.slice(3)] ?? []).map((fault) => ({ asset, fault })),
);

/** One plan for all; every step pages. */
export const STORM_TERMS: Terms = {
  due: { acknowledge: 120, on_site: 420, resolve: 14_400 },
  steps: [0, 60, 120, 300, 360],
  releases: 3,
  proof: 'declared',
};

const UPSTREAM: Readonly<Record<string, string>> = { 'z1-board': 'z0-board', 'z1-lift-1': 'z1-board' };
const SMALL = campus({ zones: 2, liftsPerZone: 2, sumpsPerZone: 1 });

/** The same as the edge is told it. */
export const STORM_REGISTRY = Registry.parse({
  ...SMALL,
  assets: SMALL.assets.map((asset) => {
    const upstream = UPSTREAM[asset.id];
    return upstream === undefined ? asset : { ...asset, traits: { ...asset.traits, upstream } };
  }),
  plans: SMALL.plans.map((plan) => ({
    ...plan,
    terms: STORM_TERMS.due,
    steps: STORM_TERMS.steps.map((afterSeconds, n) => ({
      afterSeconds,
      page: ['li'],
      release: n === STORM_TERMS.releases,
    })),
  })),
});
