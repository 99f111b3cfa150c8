import { z } from 'zod';
import { ASSET_KINDS, FAULTS, metricKind, SEVERITIES } from '@keepsite/edge-contract';

/**
 * The rule language: what a rule file may say. The words are explained for the people who write
 * rules in `docs/rules.md`; `edge/rules/rules.schema.json` is generated from here.
 */

const Metric = z.string().min(1).max(120);
const Seconds = z
  .number()
  .positive()
  .max(400 * 86_400);
const Part = z.union([z.string().min(1).max(40), z.null()]);
const Word = z.union([z.boolean(), z.number(), z.string().max(60)]);
const Words = z.union([Word, z.array(Word).min(1).max(20)]);
const Text = z.string().min(1).max(300);

/** A number, or a number that the asset brings along: `default` where it lacks the trait, then times, then plus. */
export const Limit = z.union([
  z.number(),
  z.strictObject({
    trait: z.string().min(1).max(60),
    default: z.number().optional(),
    times: z.number().optional(),
    plus: z.number().optional(),
  }),
]);
export type Limit = z.infer<typeof Limit>;

/** Any condition may have to last before it counts, and to be gone for a while before it is over. */
const Hold = { forSeconds: Seconds.optional(), clearForSeconds: Seconds.optional() };

/** Which series of the asset: `parts` absent means all of them; `match` says how several combine (default `any`). */
const Selector = {
  metric: Metric,
  parts: z.array(Part).min(1).max(40).optional(),
  match: z.enum(['any', 'every']).optional(),
};

/** True beyond `above` (or `below`), and once true until the value is back at `clear` (default: the limit itself). */
const Crossing = { above: Limit.optional(), below: Limit.optional(), clear: Limit.optional() };

const Threshold = z
  .strictObject({
    kind: z.literal('threshold'),
    ...Selector,
    ...Crossing,
    absolute: z.boolean().optional(),
    ...Hold,
  })
  .superRefine(oneCrossing)
  .superRefine(numeric);

const State = z
  .strictObject({ kind: z.literal('state'), ...Selector, is: Words.optional(), isNot: Words.optional(), ...Hold })
  .superRefine((it, ctx) => {
    if ((it.is === undefined) === (it.isNot === undefined)) fail(ctx, 'is', 'say either `is` or `isNot`');
    knownWords(it.metric, it.is, 'is', ctx);
    knownWords(it.metric, it.isNot, 'isNot', ctx);
  });

const Rate = z
  .strictObject({
    kind: z.literal('rate'),
    ...Selector,
    per: z.enum(['minute', 'hour']),
    overSeconds: Seconds,
    maxGapSeconds: Seconds.optional(),
    ...Crossing,
    ...Hold,
  })
  .superRefine(oneCrossing)
  .superRefine(numeric);

const Count = z
  .strictObject({
    kind: z.literal('count'),
    ...Selector,
    from: Words.optional(),
    to: Words,
    withinSeconds: Seconds,
    atLeast: z.int().min(1).max(400),
    clearBelow: z.int().min(1).max(400).optional(),
    ...Hold,
  })
  .superRefine((it, ctx) => {
    knownWords(it.metric, it.from, 'from', ctx);
    knownWords(it.metric, it.to, 'to', ctx);
    if ((it.clearBelow ?? 0) > it.atLeast) fail(ctx, 'clearBelow', 'may not be more than atLeast');
  });

const Silence = z
  .strictObject({
    kind: z.literal('silence'),
    seconds: Seconds.optional(),
    times: z.number().min(1).max(100).optional(),
    ...Hold,
  })
  .superRefine((it, ctx) => {
    if ((it.seconds === undefined) === (it.times === undefined)) fail(ctx, 'seconds', 'say `seconds` or `times`');
  });

const Unusual = z
  .strictObject({
    kind: z.literal('unusual'),
    ...Selector,
    direction: z.enum(['above', 'below']),
    weeks: z.int().min(2).max(6),
    minWeeks: z.int().min(2).max(6),
    scale: z.number().positive(),
    minShare: z.number().min(0).optional(),
    minDifference: Limit.optional(),
    hours: z.strictObject({ from: z.int().min(0).max(23), to: z.int().min(0).max(24) }).optional(),
    ...Hold,
  })
  .superRefine(numeric)
  .superRefine((it, ctx) => {
    if (it.minWeeks > it.weeks) fail(ctx, 'minWeeks', 'may not be more than weeks');
  });

const Trend = z
  .strictObject({
    kind: z.literal('trend'),
    ...Selector,
    overDays: z.int().min(3).max(60),
    minDays: z.int().min(3).max(60),
    relative: z.boolean().optional(),
    absolute: z.boolean().optional(),
    ...Crossing,
    ...Hold,
  })
  .superRefine(oneCrossing)
  .superRefine(numeric)
  .superRefine((it, ctx) => {
    if (it.minDays > it.overDays) fail(ctx, 'minDays', 'may not be more than overDays');
  });

const Increase = z
  .strictObject({
    kind: z.literal('increase'),
    ...Selector,
    withinSeconds: Seconds,
    atLeast: Limit,
    clearBelow: Limit.optional(),
    ...Hold,
  })
  .superRefine(numeric);

const Demand = z
  .strictObject({
    kind: z.literal('demand'),
    ...Selector,
    blockMinutes: z.union([z.literal(5), z.literal(10), z.literal(15), z.literal(30), z.literal(60)]),
    minElapsedSeconds: Seconds.optional(),
    above: Limit,
    clear: Limit.optional(),
    ...Hold,
  })
  .superRefine((it, ctx) => {
    const kind = metricKind(it.metric);
    if (kind?.type !== 'number' || (kind.unit !== 'W' && kind.unit !== 'kWh'))
      fail(ctx, 'metric', 'demand needs a power in W or an energy counter in kWh');
  });

const TimeTo = z
  .strictObject({
    kind: z.literal('time_to'),
    ...Selector,
    level: Limit,
    withinSeconds: Limit,
    clearSeconds: Limit.optional(),
    minRisePerHour: Limit.optional(),
    overSeconds: Seconds,
    maxGapSeconds: Seconds.optional(),
    ...Hold,
  })
  .superRefine(numeric);

const LEAVES = [Threshold, State, Rate, Count, Silence, Unusual, Trend, Increase, Demand, TimeTo] as const;

const All = z.strictObject({ kind: z.literal('all'), of: z.array(z.lazy(condition)).min(1).max(20), ...Hold });
const Any = z.strictObject({ kind: z.literal('any'), of: z.array(z.lazy(condition)).min(1).max(20), ...Hold });
const Not = z.strictObject({ kind: z.literal('not'), of: z.lazy(condition), ...Hold });

/** One condition on the readings of one asset; `all`, `any` and `not` combine conditions. */
export const Condition: z.ZodType<Condition> = z.discriminatedUnion('kind', [...LEAVES, All, Any, Not]).meta({
  id: 'Condition',
});
export type Condition = Leaf | Group | Negation;
export type Leaf = z.infer<(typeof LEAVES)[number]>;
export type LeafKind = Leaf['kind'];
export type LeafOf<K extends LeafKind> = Extract<Leaf, { kind: K }>;

interface Held {
  readonly forSeconds?: number | undefined;
  readonly clearForSeconds?: number | undefined;
}
export interface Group extends Held {
  readonly kind: 'all' | 'any';
  readonly of: Condition[];
}
export interface Negation extends Held {
  readonly kind: 'not';
  readonly of: Condition;
}

/** What a summary may name in braces. */
export const PLACEHOLDERS = ['value', 'limit', 'asset', 'device', 'part'] as const;

const Template = Text.superRefine((text, ctx) => {
  for (const [, name = ''] of text.matchAll(/\{([^}]*)\}/g)) {
    if (!PLACEHOLDERS.includes(name as never))
      ctx.addIssue({ code: 'custom', message: `{${name}} is not a placeholder` });
  }
});

export const Rule = z
  .strictObject({
    id: z
      .string()
      .max(80)
      .regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, 'lower case words joined by . or -'),
    fault: z.enum(FAULTS),
    severity: z.enum(SEVERITIES),
    /** Kinds of asset it watches; absent: all. */
    assets: z.array(z.enum(ASSET_KINDS)).min(1).optional(),
    when: Condition,
    /** While this is true the rule does not raise; what it raised before can still clear. */
    quietWhen: Condition.optional(),
    /** What ends it, where that is more than `when` being false again (people are free once the door opens). */
    clearWhen: Condition.optional(),
    ...Hold,
    summary: z.strictObject({ en: Template, zh: Template }),
  })
  .superRefine(silenceStandsAlone);
export type Rule = z.infer<typeof Rule>;

/** One file of rules. */
export const RuleFile = z.strictObject({ rules: z.array(Rule).max(500) });
export type RuleFile = z.infer<typeof RuleFile>;

/** The JSON Schema (draft 2020-12) that editors use beside the YAML; equal to `edge/rules/rules.schema.json`. */
export function ruleFileSchema(): object {
  return z.toJSONSchema(RuleFile, { target: 'draft-2020-12', io: 'input' });
}

/** Silence is told of each device by itself and means `no_data`, never anything else. */
function silenceStandsAlone(
  rule: { when: Condition; quietWhen?: Condition | undefined; clearWhen?: Condition | undefined; fault: string },
  ctx: z.core.$RefinementCtx,
): void {
  const silent = rule.when.kind === 'silence';
  if (silent !== (rule.fault === 'no_data')) fail(ctx, 'fault', 'silence, and silence alone, raises no_data');
  const inside = silent ? [] : [rule.when];
  for (const it of [...inside, rule.quietWhen, rule.clearWhen].filter((it) => it !== undefined))
    if (holdsSilence(it)) fail(ctx, 'when', 'silence cannot be combined with other conditions');
}

function holdsSilence(it: Condition): boolean {
  if (it.kind === 'all' || it.kind === 'any') return it.of.some(holdsSilence);
  return it.kind === 'not' ? holdsSilence(it.of) : it.kind === 'silence';
}

function condition(): z.ZodType<Condition> {
  return Condition;
}

type Ctx = z.core.$RefinementCtx;

function fail(ctx: Ctx, key: string, message: string): void {
  ctx.addIssue({ code: 'custom', path: [key], message });
}

function oneCrossing(it: { above?: unknown; below?: unknown }, ctx: Ctx): void {
  if ((it.above === undefined) === (it.below === undefined)) fail(ctx, 'above', 'say either `above` or `below`');
}

function numeric(it: { metric: string }, ctx: Ctx): void {
  const kind = metricKind(it.metric);
  if (kind && kind.type !== 'number') fail(ctx, 'metric', `${it.metric} is not a number`);
}

/** A misspelt word would make a rule that can never fire. */
function knownWords(metric: string, words: z.infer<typeof Words> | undefined, key: string, ctx: Ctx): void {
  const kind = metricKind(metric);
  for (const word of words === undefined ? [] : [words].flat()) {
    const good =
      kind === undefined ||
      (kind.type === 'text'
        ? typeof word === 'string' && (kind.words?.includes(word) ?? true)
        : typeof word === kind.type);
    if (!good) fail(ctx, key, `${metric} is never ${JSON.stringify(word)}`);
  }
}
