import type { Millis } from '@keepsite/edge-contract';
import type { Breach, Evidence } from './breach.ts';
import type { RuleMemory } from './rule-memory.ts';
import type { Instance } from './rule-instance.ts';
import type { LeafPlan } from './rule-slots.ts';
import { isShown, type SeriesCell, type Shown } from './leaf-memory.ts';
import type { FirstCell, HeardCell, RaisedCell } from './rule-state.ts';

/** As many as an incident's event may carry. */
const MAX_EVIDENCE = 20;

/** A series that shows it, or has shown it, with the leaf that judged it. */
interface Witness {
  readonly leaf: LeafPlan;
  readonly series: SeriesCell & Shown;
}

/** Who made the condition true just now: the newest of the series that speak for it. */
export function firstSign(instance: Instance, at: Millis, armed: Millis, memory: RuleMemory): FirstCell {
  if (instance.device) {
    const device = instance.device.device.id;
    const heard = memory.get(instance.device.heard) as HeardCell | undefined;
    return { at: typeof heard === 'object' ? heard[0] : (heard ?? armed), deviceAt: null, device };
  }
  const newest = witnesses(instance, memory, true).reduce<Witness['series'] | null>(
    (best, { series }) => (best === null || series.since > best.since ? series : best),
    null,
  );
  return { at, deviceAt: newest?.deviceAt ?? null, device: newest?.device ?? null };
}

/** What is remembered of a raised breach, so that its recovery can tell the same story. */
export function raise(instance: Instance, first: FirstCell, test: boolean, memory: RuleMemory): RaisedCell {
  return {
    severity: test ? 'info' : instance.rule.severity,
    summary: tell(instance, first, test, memory),
    first,
    test,
  };
}

export function breachOf(
  state: Breach['state'],
  instance: Instance,
  { severity, summary, first }: RaisedCell,
  memory: RuleMemory,
): Breach {
  const device = instance.device?.device.id;
  return {
    state,
    source: device === undefined ? `rule:${instance.rule.id}` : `rule:${instance.rule.id}:${device}`,
    asset: instance.place.asset.id,
    device: first.device,
    fault: instance.rule.fault,
    severity,
    vendorCode: null,
    summary,
    deviceAt: first.deviceAt,
    firstSeenAt: first.at,
    evidence: witnesses(instance, memory, state === 'raised')
      .slice(0, MAX_EVIDENCE)
      .map(evidence),
  };
}

function evidence({ leaf, series }: Witness): Evidence {
  const metric = leaf.leaf.kind === 'silence' ? 'online' : leaf.leaf.metric;
  return { metric, part: series.part, value: series.value, at: series.at };
}

/** Series that accuse, in the order of the rule; when it is over, those that did, as they are now. */
function witnesses(instance: Instance, memory: RuleMemory, accusing: boolean): Witness[] {
  return instance.leaves
    .filter((leaf) => leaf.accuses)
    .flatMap((leaf) => {
      const shown = memory.leaves.cellOf(instance.place.leafNumber(leaf)).filter((series) => isShown(series));
      return shown.flatMap((series) => (accusing && series.truth !== true ? [] : [{ leaf, series }]));
    });
}

function tell(instance: Instance, first: FirstCell, test: boolean, memory: RuleMemory): RaisedCell['summary'] {
  const words = fillings(instance, first, memory);
  const { name } = instance.place.asset;
  const en = fill(instance.rule.summary.en, { ...words, asset: name.en });
  const zh = fill(instance.rule.summary.zh, { ...words, asset: name.zh });
  return test ? { en: `Test: ${en}`, zh: `测试：${zh}` } : { en, zh };
}

function fillings(instance: Instance, first: FirstCell, memory: RuleMemory): Record<string, string> {
  if (instance.device) {
    const leaf = instance.leaves[0]?.leaf;
    const seconds = leaf?.kind === 'silence' ? (leaf.seconds ?? (leaf.times ?? 1) * secondsOf(instance)) : 0;
    return { value: format(seconds / 60), limit: format(seconds / 60), device: first.device ?? '', part: '' };
  }
  const all = witnesses(instance, memory, true);
  // A derived number (a rate, a count) says more than the state beside it.
  const chief = all.find((it) => it.series.figure !== null) ?? all.find((it) => typeof it.series.value === 'number');
  const { leaf, series } = chief ?? all[0] ?? {};
  const limits = leaf?.limits;
  const limit = limits?.above ?? limits?.below ?? limits?.level ?? limits?.atLeast ?? limits?.minDifference;
  return {
    value: format(series?.figure ?? series?.value ?? null),
    limit: format(limit ?? null),
    device: first.device ?? '',
    part: series?.part ?? '',
  };
}

function secondsOf(instance: Instance): number {
  return (instance.device?.expectMs ?? 0) / 1000;
}

function fill(template: string, words: Record<string, string>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => words[name] ?? '').trim();
}

/** Three digits that matter; whole numbers from a hundred on. */
function format(value: unknown): string {
  if (typeof value === 'number')
    return String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
  return value === null || value === undefined ? '' : String(value);
}
