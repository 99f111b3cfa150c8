import { type Fault, FAULTS, metricKind, type Quality } from '@keepsite/edge-contract';
import { isCanonical } from '../mapping/metrics.ts';
import type { Words } from './en.ts';
import type { Format } from './format.ts';

/** The newest word of one series, as a person is to read it. */
export interface Point {
  readonly metric: string;
  readonly part: string | null;
  readonly value: number | string | boolean | null;
  readonly quality: Quality;
  readonly name?: string | null;
  readonly unit?: string | null;
}

/** A metric in the reader's words with its part; a vendor's own point keeps its name. */
export function metricWords({ metric, part, name = null }: Pick<Point, 'metric' | 'part' | 'name'>, t: Words): string {
  const word = isCanonical(metric) ? t.metric[metric] : (name ?? metric);
  return part === null ? word : `${word} · ${part}`;
}

/** A value with its unit, as a person reads it. */
export function valueWords(
  { metric, value, unit = null }: Pick<Point, 'metric' | 'value' | 'unit'>,
  t: Words,
  format: Format,
): string {
  if (value === null) return t.value.none;
  if (typeof value === 'boolean') return value ? t.value.yes : t.value.no;
  if (typeof value === 'string') return value;
  const kind = metricKind(metric);
  const told = kind?.type === 'number' ? kind.unit : (unit ?? '');
  // Ten digits are more than any sensor has; the rest is what binary fractions add.
  const digits = Math.min(3, String(Number(value.toPrecision(10))).split('.')[1]?.length ?? 0);
  return [format.number(value, digits), told].filter(Boolean).join(' ');
}

/** Why a message was not trusted, in the reader's language where the house knows value and reason. */
export function reasonWords(reason: string, t: Words): string {
  const [, key = '', rest = ''] = /^([a-z][a-z0-9_]*): (.+)$/.exec(reason) ?? [];
  const what = isCanonical(key) ? t.metric[key] : isFault(key) ? t.fault[key] : null;
  return what === null ? t.rejection(reason) : t.rejectionOf(what, t.rejection(rest));
}

function isFault(key: string): key is Fault {
  return (FAULTS as readonly string[]).includes(key);
}
