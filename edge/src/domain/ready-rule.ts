import type { Asset, Fault, Severity } from '@keepsite/edge-contract';
import { Fingerprint } from './fingerprint.ts';
import type { HoldCell, InstanceCell } from './rule-state.ts';
import type { Condition, Group, Leaf, LeafKind, LeafOf, Limit, Rule } from './rule.ts';

/** A rule made ready once, for whatever it will look at: its nodes are numbered, its conditions told apart by a hash. */
export interface ReadyRule {
  readonly id: string;
  readonly assets: Rule['assets'];
  /** Changes when the rule's conditions change: what was remembered of the old ones is then dropped. */
  readonly shape: string;
  readonly fault: Fault;
  readonly severity: Severity;
  readonly summary: Rule['summary'];
  /** A rule about silence: it watches each device by itself. */
  readonly silence: LeafOf<'silence'> | null;
  /** The rule's own hold (number 0) decides between raised and cleared. */
  readonly hold: HoldPlan;
  readonly root: Node;
  readonly quiet: Node | null;
  readonly clear: Node | null;
  /** Leaf nodes say which of these they are. */
  readonly leaves: readonly ReadyLeaf[];
  /** What an instance remembers that has nothing to tell: most have not, and they have this one together. */
  readonly resting: InstanceCell;
}

/** A condition of a rule; `hold` null: it counts as soon as it is true, and no longer. */
export type Node =
  | { readonly kind: 'leaf'; readonly leaf: number; readonly hold: HoldPlan | null }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Node[]; readonly hold: HoldPlan | null }
  | { readonly kind: 'not'; readonly of: Node; readonly hold: HoldPlan | null };

/** How long a condition must have been true before it counts, and untrue before it no longer does; 0: at once. */
export interface HoldPlan {
  /** Its number within the rule: what is remembered of it stands there. */
  readonly index: number;
  readonly forMs: number;
  readonly clearMs: number;
}

/** A condition that looks at readings itself, with the numbers that it compares with. */
export interface ReadyLeaf<K extends LeafKind = LeafKind> {
  readonly leaf: LeafOf<K>;
  /** False for a leaf of `quietWhen`: it never counts as evidence. */
  readonly accuses: boolean;
  /** Null: some of them hang on the asset's traits. */
  readonly limits: Limits | null;
}

/** Resolved numbers of a leaf, by the name of its field. */
export type Limits = Readonly<Partial<Record<(typeof LIMIT_FIELDS)[number], number>>>;

const LIMIT_FIELDS = [
  'above',
  'below',
  'clear',
  'level',
  'withinSeconds',
  'clearSeconds',
  'minRisePerHour',
  'minDifference',
  'atLeast',
  'clearBelow',
] as const;

const AT_REST: HoldCell = [false, null];

/** Reckons all that a rule's text decides, so that no message has to. Its numbers are the same however often it is asked. */
export function readyRule(rule: Rule): ReadyRule {
  const leaves: ReadyLeaf[] = [];
  let holds = 1;

  function node(condition: Condition, accuses: boolean): Node {
    const hold = holdOf(condition);
    if (condition.kind === 'not') return { kind: 'not', of: node(condition.of, accuses), hold };
    if (isGroup(condition)) return { kind: condition.kind, of: condition.of.map((it) => node(it, accuses)), hold };
    const limits = namesTrait(condition) ? null : limitsOf(condition, {});
    return { kind: 'leaf', leaf: leaves.push({ leaf: condition, accuses, limits }) - 1, hold };
  }

  function holdOf(condition: Pick<Condition, 'forSeconds' | 'clearForSeconds'>): HoldPlan | null {
    if (condition.forSeconds === undefined && condition.clearForSeconds === undefined) return null;
    return holdPlan(condition, holds++);
  }

  const { id, assets, fault, severity, summary, when, quietWhen, clearWhen } = rule;
  const root = node(when, true);
  const quiet = quietWhen ? node(quietWhen, false) : null;
  const clear = clearWhen ? node(clearWhen, false) : null;
  const silence = when.kind === 'silence' ? when : null;
  const shape = shapeOf(rule);
  const atRest = Array.from({ length: holds }, () => AT_REST);
  const resting = { shape, armed: 0, holds: atRest, due: null, first: null, raised: null };
  const told = { id, assets, shape, fault, severity, summary, silence };
  return { ...told, hold: holdPlan(rule, 0), root, quiet, clear, leaves, resting };
}

/** What the leaf compares with at this asset. */
export function limitsAt({ leaf, limits }: ReadyLeaf, traits: Asset['traits']): Limits {
  return limits ?? limitsOf(leaf, traits);
}

/** The first trait that the rule needs and that an asset with these traits lacks; null: it can be looked at. */
export function missingTrait({ leaves }: ReadyRule, traits: Asset['traits']): string | null {
  for (const { leaf, limits } of leaves) {
    if (limits) continue;
    for (const limit of Object.values(limitFields(leaf)))
      if (typeof limit === 'object' && limit.default === undefined && numberIn(traits, limit.trait) === undefined)
        return limit.trait;
  }
  return null;
}

function isGroup(condition: Condition): condition is Group {
  return condition.kind === 'all' || condition.kind === 'any';
}

function holdPlan(held: Pick<Condition, 'forSeconds' | 'clearForSeconds'>, index: number): HoldPlan {
  return { index, forMs: (held.forSeconds ?? 0) * 1000, clearMs: (held.clearForSeconds ?? 0) * 1000 };
}

type LimitFields = Partial<Record<(typeof LIMIT_FIELDS)[number], Limit>>;

function limitFields(leaf: Leaf): LimitFields {
  const fields: LimitFields = {};
  for (const field of LIMIT_FIELDS) {
    const limit = (leaf as LimitFields)[field];
    if (limit !== undefined) fields[field] = limit;
  }
  return fields;
}

function namesTrait(leaf: Leaf): boolean {
  return Object.values(limitFields(leaf)).some((limit) => typeof limit === 'object');
}

function limitsOf(leaf: Leaf, traits: Asset['traits']): Limits {
  const fields = Object.entries(limitFields(leaf));
  return Object.fromEntries(fields.map(([field, limit]) => [field, resolved(limit, traits)]));
}

function resolved(limit: Limit, traits: Asset['traits']): number {
  if (typeof limit === 'number') return limit;
  const base = numberIn(traits, limit.trait) ?? limit.default ?? 0;
  return base * (limit.times ?? 1) + (limit.plus ?? 0);
}

function numberIn(traits: Asset['traits'], trait: string): number | undefined {
  const own = Object.hasOwn(traits, trait) ? traits[trait] : undefined;
  return typeof own === 'number' && Number.isFinite(own) ? own : undefined;
}

function shapeOf({ when, quietWhen, clearWhen, forSeconds, clearForSeconds }: Rule): string {
  return `${new Fingerprint().text(JSON.stringify([when, quietWhen, clearWhen, forSeconds, clearForSeconds]))}`;
}
