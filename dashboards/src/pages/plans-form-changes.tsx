import { useState, type ReactNode } from 'react';
import { newId } from '../api/id.ts';
import { choicesOf } from '../roster/choices.ts';
import { CHANGES, isPast, pastCount, withoutPast, type ChangeList } from '../roster/changes.ts';
import { listOf, valueAt, type Path } from '../roster/plan-form.ts';
import { problemsAt } from '../roster/problems.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { useSpeech } from '../words/language.tsx';
import { PickField, ProblemLines, SelectField, TextField, useEditing } from './plans-form-fields.tsx';
import { RemoveRow } from './plans-form-rows.tsx';
import { InstantField } from './plans-form-times.tsx';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SHIFT = 12 * HOUR;

/** Stand-ins, swaps and hand-over notes; those that are over are counted and may be taken out together. */
export function RosterChangesForm(): ReactNode {
  const { t, format } = useSpeech();
  const { entry, put } = useEditing();
  const [opened] = useState(() => Date.now());
  const now = useServerNow(MINUTE) ?? opened;
  const past = pastCount(entry, now);
  return (
    <fieldset className="plan-part">
      <legend>{t.rosters.changes}</legend>
      <p className="faint small">{t.bookForm.changesHint}</p>
      {CHANGES.map((list) => (
        <ChangeRows key={list} list={list} now={now} />
      ))}
      {past > 0 && (
        <p className="plan-acts">
          <span className="faint small">{t.bookForm.past(format.number(past))}</span>
          <button type="button" className="act is-small" onClick={() => put([], withoutPast(entry, now))}>
            {t.bookForm.removePast}
          </button>
        </p>
      )}
    </fieldset>
  );
}

interface ChangeRowsProps {
  readonly list: ChangeList;
  readonly now: number;
}

function ChangeRows({ list, now }: ChangeRowsProps): ReactNode {
  const { t, format } = useSpeech();
  const { entry, problems, put } = useEditing();
  const changes = listOf(entry[list]);
  const Fields = FIELDS[list];
  const word = t.bookForm.change[list];
  return (
    <>
      {changes.map((change, index) => {
        const path = [list, index];
        // What is over is hidden, but not what has to be mended.
        if (isPast(list, change, now) && problemsAt(problems, path, true).length === 0) return null;
        const what = `${word} ${format.number(index + 1)}`;
        return (
          <fieldset key={String(valueAt(change, ['id']) ?? index)} className="plan-step" aria-label={what}>
            <div className="plan-step-head">
              <b className="small">{what}</b>
              <RemoveRow path={path} what={what} />
            </div>
            <Fields path={path} />
            <ProblemLines path={path} />
          </fieldset>
        );
      })}
      <ProblemLines path={[list]} />
      <p className="plan-acts">
        <button type="button" className="act is-small" onClick={() => put([list], [...changes, made(list, now)])}>
          + {t.bookForm.addChange[list]}
        </button>
      </p>
    </>
  );
}

/** A change as it begins: from the next full hour on, for a shift. */
function made(list: ChangeList, now: number): object {
  const at = new Date(now).toISOString();
  const next = Math.ceil(now / HOUR) * HOUR;
  const stretch = { from: new Date(next).toISOString(), to: new Date(next + SHIFT).toISOString() };
  const own = { id: newId(), by: null, at };
  const turn = { person: '', ...stretch };
  const first: Record<ChangeList, object> = {
    overrides: { ...stretch, on: [], off: [] },
    swaps: { give: turn, take: turn },
    notes: { text: '' },
  };
  return { ...own, ...first[list] };
}

const FIELDS: Readonly<Record<ChangeList, (props: { readonly path: Path }) => ReactNode>> = {
  overrides: OverrideFields,
  swaps: SwapFields,
  notes: NoteFields,
};

function OverrideFields({ path }: { readonly path: Path }): ReactNode {
  const { t, language } = useSpeech();
  const { entry, raw, put } = useEditing();
  const people = [{ choices: choicesOf(raw, 'people', language) }];
  const off = [...path, 'off'];
  const isAlone = valueAt(entry, off) === 'everybody';
  return (
    <>
      <PickField path={[...path, 'on']} label={t.rosterForm.on} groups={people} none={t.planForm.nobody} />
      <label className="check">
        <input
          type="checkbox"
          checked={isAlone}
          onChange={({ target }) => put(off, target.checked ? 'everybody' : [])}
        />
        {t.bookForm.alone}
      </label>
      {!isAlone && <PickField path={off} label={t.rosterForm.off} groups={people} none={t.bookForm.additionally} />}
      <div className="plan-step-fields">
        <InstantField path={[...path, 'from']} label={t.rosterForm.from} />
        <InstantField path={[...path, 'to']} label={t.rosterForm.to} />
      </div>
      <TextField path={[...path, 'reason']} label={t.rosterForm.reason} />
    </>
  );
}

function SwapFields({ path }: { readonly path: Path }): ReactNode {
  const { t, language } = useSpeech();
  const { raw } = useEditing();
  const people = choicesOf(raw, 'people', language);
  return (
    <>
      {(['give', 'take'] as const).map((side) => (
        <fieldset key={side} className="plan-order" aria-label={t.bookForm.side[side]}>
          <SelectField path={[...path, side, 'person']} label={t.bookForm.side[side]} choices={people} />
          <div className="plan-step-fields">
            <InstantField path={[...path, side, 'from']} label={t.rosterForm.from} />
            <InstantField path={[...path, side, 'to']} label={t.rosterForm.to} />
          </div>
        </fieldset>
      ))}
      <TextField path={[...path, 'reason']} label={t.rosterForm.reason} />
    </>
  );
}

function NoteFields({ path }: { readonly path: Path }): ReactNode {
  const { t } = useSpeech();
  return (
    <>
      <TextField path={[...path, 'text']} label={t.rosterForm.text} />
      <InstantField path={[...path, 'until']} label={t.bookForm.noteUntil} />
    </>
  );
}
