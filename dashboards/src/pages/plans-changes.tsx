import type { ResponseBook } from '@keepsite/edge-contract';
import { useMemo, type ReactNode } from 'react';
import { differences, type Difference } from '../roster/differences.ts';
import { fieldKind, textOf } from '../roster/field-text.ts';
import { textsOf, valueAt, type Path } from '../roster/plan-form.ts';
import { isRecord } from '../roster/written.ts';
import { useSpeech } from '../words/language.tsx';

interface PlanChangesProps {
  /** Null: the gateway has not said yet what it goes by. */
  readonly inForce: ResponseBook | null;
  readonly book: ResponseBook;
}

/** What the gateway would do otherwise than now, a line for each field. */
export function PlanChanges({ inForce, book }: PlanChangesProps): ReactNode {
  const { t } = useSpeech();
  const found = useMemo(() => inForce && differences(inForce, book), [inForce, book]);
  const line = useLine();
  return (
    <section className="panel" aria-label={t.planForm.changes}>
      <h2>{t.planForm.changes}</h2>
      {found === null && <p className="faint">{t.planForm.noForce}</p>}
      {found?.length === 0 && <p className="faint">{t.planForm.noChanges}</p>}
      <ul className="plan-changes">
        {found?.map((difference) => (
          <li key={line(difference)}>{line(difference)}</li>
        ))}
      </ul>
    </section>
  );
}

function useLine(): (difference: Difference) => string {
  const { t, format } = useSpeech();
  const words = t.planForm;
  const step = (index: number): string => words.step(format.number(index + 1));
  const shown = (path: Path, value: unknown): string => {
    if (value === undefined || value === null) return words.absent;
    if (typeof value === 'boolean') return value ? words.yes : words.no;
    if (Array.isArray(value)) return wordsOf(value) || words.absent;
    return isRecord(value) ? leavesOf(value).join(' ') : textOf(fieldKind(path), value);
  };
  return (difference) => {
    switch (difference.what) {
      case 'field': {
        const owner = difference.part === 'plans' ? difference.id : `${words.part[difference.part]} ${difference.id}`;
        const where = [owner, ...difference.path.map((key, at, path) => placeWord(key, path[at - 1]))];
        const text = where.filter((part) => part !== null).join(' · ');
        return words.fieldChanged(
          text,
          shown(difference.path, difference.before),
          shown(difference.path, difference.after),
        );
      }
      case 'step_added':
        return words.stepAdded(difference.id, `${step(difference.step)} (${stepWords(difference.value)})`);
      case 'step_removed':
        return words.stepRemoved(difference.id, `${step(difference.step)} (${stepWords(difference.value)})`);
      default:
        return words[difference.what](`${words.part[difference.part]} ${difference.id}`);
    }
  };

  /** A number behind `steps` is a step; the list itself needs no word of its own, and an id that a machine gave says nothing. */
  function placeWord(key: string | number, before: string | number | undefined): string | null {
    if (typeof key === 'number') return before === 'steps' ? step(key) : format.number(key + 1);
    if (NAMED_LISTS.includes(before)) return key;
    if (DATED_LISTS.includes(before)) return null;
    return key === 'steps' ? null : (words.field[key] ?? t.bookForm.field[key] ?? key);
  }
}

function stepWords(step: unknown): string {
  const time = textOf('seconds', valueAt(step, ['afterSeconds']));
  return [time, ...textsOf(valueAt(step, ['page']))].join(' ');
}

const NAMED_LISTS: readonly unknown[] = ['layers', 'contractors'];
const DATED_LISTS: readonly unknown[] = ['overrides', 'swaps', 'notes'];
/** What the page writes by itself. */
const OWN_KEYS: readonly string[] = ['id', 'at', 'by'];

/** Ids as they are, things by their ids, anything else by what stands in it. */
function wordsOf(list: readonly unknown[]): string {
  return list
    .map((one) => (isRecord(one) ? String(one['id'] ?? one['contractor'] ?? leavesOf(one).join(' ')) : String(one)))
    .join(', ');
}

function leavesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  if (isRecord(value))
    return Object.entries(value).flatMap(([key, one]) => (OWN_KEYS.includes(key) ? [] : leavesOf(one)));
  return value === null ? [] : [String(value)];
}
