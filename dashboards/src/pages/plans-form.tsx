import type { ResponseBook, ResponseFinding } from '@keepsite/edge-contract';
import { useRef, type ReactNode, type RefObject } from 'react';
import { PARTS, type Part } from '../roster/differences.ts';
import { counted, entriesOf } from '../roster/entries.ts';
import { withTargets, withValue, type RawEntry } from '../roster/plan-form.ts';
import { problemsOf } from '../roster/problems.ts';
import type { Draft } from '../roster/use-draft.ts';
import type { BookRead, RawBook } from '../roster/written.ts';
import { useSpeech } from '../words/language.tsx';
import { CalendarForm } from './plans-form-calendars.tsx';
import { ContractForm } from './plans-form-contracts.tsx';
import { EditingEntry } from './plans-form-fields.tsx';
import { EntryList } from './plans-form-list.tsx';
import { CrewForm, PersonForm } from './plans-form-people.tsx';
import { PlanForm } from './plans-form-plan.tsx';
import { RosterFields } from './plans-form-rosters.tsx';

/** Which entry of which part is looked at. */
export interface Chosen {
  readonly part: Part;
  readonly index: number;
}

interface BookFormProps {
  readonly draft: Draft;
  readonly raw: RawBook;
  readonly findings: readonly ResponseFinding[];
  /** What the gateway goes by; null: nobody knows. */
  readonly inForce: ResponseBook | null;
  readonly chosen: Chosen;
  readonly onChoose: (chosen: Chosen) => void;
}

const FORMS: Readonly<Record<Part, () => ReactNode>> = {
  plans: PlanForm,
  people: PersonForm,
  crews: CrewForm,
  rosters: RosterFields,
  contracts: ContractForm,
  calendars: CalendarForm,
};

/** A part of the book as a list, and the chosen entry as a form: each change is written into the text at once. */
export function BookForm({ draft, raw, findings, inForce, chosen, onChoose }: BookFormProps): ReactNode {
  const { part, index } = chosen;
  const entries = entriesOf(raw, part).map(part === 'plans' ? withTargets : (entry) => entry);
  const entry = entries[index];
  const issues = issuesOf(draft.read);
  const all = entries.map((one, at) => problemsOf({ part, index: at, entry: one }, findings, issues));
  const change = (next: readonly RawEntry[], key: string): void => draft.change({ ...raw, [part]: next }, key);
  const Form = FORMS[part];
  const isWanted = useRef(false);
  const go = (to: Part, at: number): void => {
    isWanted.current = true;
    onChoose({ part: to, index: at });
  };
  return (
    <>
      <Parts {...{ findings, issues, part }} onChoose={(one) => onChoose({ part: one, index: 0 })} />
      <EntryList
        key={part}
        {...{ part, raw, entries }}
        problems={all}
        chosen={index}
        onChoose={(at) => go(part, at)}
        onGo={go}
        onChange={(next, at) => {
          change(next, part);
          onChoose({ part, index: at });
        }}
      />
      {entry && (
        <EditingEntry
          key={`${part} ${index}`}
          value={{
            entry,
            raw,
            problems: all[index] ?? new Map(),
            put: (path, value) =>
              change(
                entries.with(index, counted(part, withValue(entry, path, value), inForce)),
                `${part} ${index} ${path.join('.')}`,
              ),
          }}
        >
          <div ref={(form) => show(form, isWanted)} tabIndex={-1} className="plan-entry">
            <Form />
          </div>
        </EditingEntry>
      )}
    </>
  );
}

/** On a phone the form stands below a long list: whoever chooses an entry sees it, and goes on from there by keyboard. */
function show(form: HTMLElement | null, isWanted: RefObject<boolean>): void {
  if (!form || !isWanted.current) return;
  isWanted.current = false;
  const { top } = form.getBoundingClientRect();
  form.focus({ preventScroll: true });
  if (top < 0 || top > window.innerHeight / 2) form.scrollIntoView();
}

type Issues = Extract<BookRead, { ok: false }>['issues'];

function issuesOf(read: BookRead | null): Issues {
  return read === null || read.ok ? [] : read.issues;
}

interface PartsProps {
  readonly part: Part;
  readonly findings: readonly ResponseFinding[];
  readonly issues: Issues;
  readonly onChoose: (part: Part) => void;
}

/** What the book is made of; a part with something to mend says so. */
function Parts({ part, findings, issues, onChoose }: PartsProps): ReactNode {
  const { t } = useSpeech();
  const isWrong = (one: Part): boolean =>
    issues.some(({ path }) => path[0] === one) ||
    findings.some(({ level, place }) => level === 'error' && place.startsWith(`${one}.`));
  return (
    <fieldset className="segments" aria-label={t.bookForm.parts}>
      {PARTS.map((one) => (
        <button key={one} type="button" aria-pressed={one === part} onClick={() => onChoose(one)}>
          {t.bookForm.part[one]}
          {isWrong(one) && (
            <span className="part-wrong" title={t.plans.error}>
              {' '}
              ✗
            </span>
          )}
        </button>
      ))}
    </fieldset>
  );
}
