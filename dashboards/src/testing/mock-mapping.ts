import { metricKind, type DecodedLine, type MappingFault } from '@keepsite/edge-contract';
import { LineCounter, parseDocument } from 'yaml';

interface Rule {
  readonly path: string;
  readonly metric: string;
  readonly unit?: string;
  readonly part?: string;
  readonly words?: Record<string, boolean>;
}

/** A few of the mistakes that the edge would find, for looking at them. */
export function mistakesIn(yaml: string): { family: string | null; errors: MappingFault[] } {
  const counter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: counter, prettyErrors: false });
  const errors = document.errors.map((error) => {
    const { line, col } = counter.linePos(error.pos[0]);
    return { line, column: col, key: '', message: error.message };
  });
  if (errors.length > 0) return { family: null, errors };
  const value = document.toJS() as { family?: string; readings?: Rule[]; faults?: unknown[] } | null;
  const lineOf = (text: string): number => yaml.slice(0, yaml.indexOf(text)).split('\n').length;
  for (const [index, rule] of (value?.readings ?? []).entries()) {
    if (rule?.metric) continue;
    errors.push({
      line: lineOf(String(rule?.path)),
      column: 5,
      key: `readings[${index}].metric`,
      message: 'expected string',
    });
  }
  if (!value?.readings?.length && !value?.faults?.length) {
    errors.push({
      line: 1,
      column: 1,
      key: '',
      message: 'the mapping has neither readings nor faults nor availability',
    });
  }
  return { family: errors.length > 0 ? null : (value?.family ?? null), errors };
}

/** Roughly what the edge would make of a message: readings only, no scale. */
export function makes(yaml: string, topic: string, text: string, at: string): DecodedLine[] {
  const mapping = parseDocument(yaml).toJS() as { family: string; topic: string; readings?: Rule[] };
  const pattern = new RegExp(`^${mapping.topic.replaceAll(/\{\w+\}/g, '([^/]+)')}$`);
  const found = pattern.exec(topic);
  if (!found) return [];
  const payload: unknown = text.startsWith('{') ? JSON.parse(text) : text;
  return (mapping.readings ?? []).flatMap((rule): DecodedLine[] => {
    const raw = rule.path === '$' ? payload : rule.path.split('.').reduce<unknown>(step, payload);
    if (raw === undefined) return [];
    const value = rule.words?.[String(raw)] ?? (raw as number);
    if (typeof value === 'string' && metricKind(rule.metric)?.type === 'number') {
      const reason = `${rule.metric}: the value at ${rule.path} cannot be read`;
      return [{ kind: 'rejected', family: mapping.family, device: found[1] ?? topic, reason }];
    }
    const turned = rule.unit === 'cm' ? Number(value) / 100 : rule.unit === 'kW' ? Number(value) * 1000 : value;
    return [
      {
        kind: 'reading',
        family: mapping.family,
        device: found[1] ?? topic,
        metric: rule.metric,
        part: rule.part ?? null,
        value: turned,
        at,
        quality: 'good',
        historical: false,
      },
    ];
  });
}

function step(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
