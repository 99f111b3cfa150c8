import { parse } from 'yaml';
import { z } from 'zod';
import type { Anchors } from '../../domain/retention/model/expert.ts';
import type { CardLine, History } from '../../domain/retention/model/history.ts';
import { InputError } from './io.ts';

export interface CardFile {
  readonly card: readonly CardLine[];
  /** Absent: the shipped ones. */
  readonly anchors?: Anchors;
}

const Bounds = z
  .object({ good: z.number(), bad: z.number(), weight: z.number().positive() })
  .refine(({ good, bad }) => good !== bad, 'good and bad are the same');
const Named = z.intersection(z.object({ name: z.string().min(1) }), Bounds);
const Indicators = z.union([z.array(Named).min(1), z.record(z.string(), Bounds)]);
const Share = z.number().gt(0).lt(1);
const Card = z.object({ indicators: Indicators, anchors: z.object({ at80: Share, at40: Share }).optional() });

/**
 * Reads `{NAME: {good, bad, weight}}`, or a list with `name` in each, or either of them under `indicators` beside `anchors`:
 * the shares of clients lost within three months at a score of 80 and of 40. YAML or JSON; other keys are left alone, so that
 * the indicators of a client's retention report serve as they are. Throws an {@link InputError} for anything else.
 */
export function readCard(file: string, text: string, { columns }: History): CardFile {
  const { indicators, anchors } = parsed(file, text);
  const card = Array.isArray(indicators)
    ? indicators
    : Object.entries(indicators).map(([name, bounds]) => ({ name, ...bounds }));
  if (card.length === 0) throw new InputError(`${file}: it names no indicator`);
  const twice = card.find(({ name }, i) => card.findIndex((line) => line.name === name) !== i);
  if (twice) throw new InputError(`${file}: ${twice.name} is named twice`);
  const lacking = card.filter(({ name }) => !columns.includes(name)).map(({ name }) => name);
  if (lacking.length > 0)
    throw new InputError(
      `${file}: the history has no numbers of ${lacking.join(', ')}; it has ${columns.join(', ') || 'none'}`,
    );
  return { card, ...(anchors && { anchors }) };
}

function parsed(file: string, text: string): z.infer<typeof Card> {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new InputError(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  const isWhole = typeof value === 'object' && value !== null && 'indicators' in value;
  const card = Card.safeParse(isWhole ? value : { indicators: value });
  if (card.success) return card.data;
  const [issue] = card.error.issues;
  const where = issue?.path.filter((step) => isWhole || step !== 'indicators').join('.');
  throw new InputError(
    `${file}: ${where ? `${where}: ` : ''}${issue?.message ?? 'it is no scorecard'}; each indicator has good, bad and a weight above nought`,
  );
}
