import { useState, type ReactNode } from 'react';
import { guessReading, guessTime } from '../mapping/guess.ts';
import { isCanonical } from '../mapping/metrics.ts';
import { listPath, payloadRows, type Leaf, type PayloadRow } from '../mapping/payload.ts';
import { pathWithin, putReading, putTime, roleOf, type Used } from '../mapping/yaml.ts';
import type { Words } from '../words/en.ts';
import { useSpeech } from '../words/language.tsx';
import { MappingPoint } from './mapping-point.tsx';

interface MappingPayloadProps {
  readonly text: string | null;
  readonly size: number;
  readonly yaml: string;
  readonly used: Used;
  /** The text with the change, or null where its form must be mended first. */
  readonly onYaml: (yaml: string | null) => void;
}

type LeafRow = Extract<PayloadRow, { leaf: true }>;

/** A payload line by line; a value that is clicked becomes a reading, and can be changed where it stands. */
export function MappingPayload({ text, size, yaml, used, onYaml }: MappingPayloadProps): ReactNode {
  const { t, format } = useSpeech();
  const [open, setOpen] = useState<string | null>(null);
  if (text === null) return <p className="faint small">{t.discovered.bytes(format.number(size))}</p>;
  const choose = (row: LeafRow): void => {
    if (open === row.path) return setOpen(null);
    setOpen(row.path);
    const path = pathWithin(used.each, row.path);
    if (roleOf(path, used) !== null || codeAt(row, used) !== undefined) return;
    const added = addGuess(yaml, path, row);
    if (added !== undefined) onYaml(added);
  };
  return (
    <ul className="payload">
      {payloadRows(text).map((row) => {
        const indent = { paddingLeft: `${Math.max(0, row.depth - 1) * 1.1}rem` };
        if (!row.leaf) {
          return (
            <li key={row.path} style={indent} className="faint">
              <code>
                {row.label} {row.list ? '[ ]' : '{ }'}
              </code>
            </li>
          );
        }
        const path = pathWithin(used.each, row.path);
        const as = usedAs(path, row, used, t);
        return (
          <li key={row.path} style={indent} className={as === null ? undefined : 'is-used'}>
            <button
              type="button"
              aria-expanded={open === row.path}
              aria-label={[t.mapping.point(row.path, textOf(row.value)), as && t.mapping.used(as)]
                .filter(Boolean)
                .join(', ')}
              onClick={() => choose(row)}
            >
              <code className="payload-key">{row.label}</code>
              <code className="payload-value">{textOf(row.value)}</code>
              {as !== null && <span className="tag is-used">{as}</span>}
            </button>
            {open === row.path && (
              <MappingPoint
                path={path}
                steps={row.steps}
                value={row.value}
                yaml={yaml}
                used={used}
                onYaml={onYaml}
                onClose={() => setOpen(null)}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** Adds what a value probably is; undefined where nothing can be guessed. */
function addGuess(yaml: string, path: string, { steps, value }: LeafRow): string | null | undefined {
  const format = guessTime(steps, value);
  if (format) return putTime(yaml, path, format);
  const guess = guessReading(steps, value);
  if (!guess) return undefined;
  const { sure: _, ...entry } = guess;
  return putReading(yaml, { path, ...entry });
}

/** What the mapping takes an entry of a list of codes for. */
function codeAt({ steps, value }: LeafRow, used: Used): string | undefined {
  const list = listPath(steps);
  return list === null ? undefined : used.faults.get(pathWithin(used.each, list))?.codes?.[String(value)];
}

function usedAs(path: string, row: LeafRow, used: Used, t: Words): string | null {
  const reading = used.readings.get(path);
  if (reading) {
    // Half-written text may name no metric yet.
    const metric: unknown = reading.metric;
    const word =
      typeof metric === 'string' ? (isCanonical(metric) ? t.metric[metric] : metric) : t.mapping.chooseMetric;
    return [word, reading.part, reading.unit && `(${reading.unit})`].filter(Boolean).join(' ');
  }
  const fault = used.faults.get(path)?.fault ?? codeAt(row, used);
  if (fault !== undefined || used.faults.has(path))
    return fault && fault in t.fault ? t.fault[fault as keyof Words['fault']] : t.mapping.asFault;
  if (used.time?.path === path) return t.mapping.asTime;
  return used.device === path ? t.mapping.asDevice : null;
}

function textOf(value: Leaf): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
