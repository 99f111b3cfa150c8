import { useState, type ReactNode } from 'react';
import { channelsOf } from '../roster/choices.ts';
import { listOf, moved, textsOf, valueAt, type Path } from '../roster/plan-form.ts';
import { useSpeech } from '../words/language.tsx';
import { PickField, ProblemLines, TextField, useEditing, type ChoiceGroup } from './plans-form-fields.tsx';

/** Takes an entry out of its list. */
export function RemoveRow({ path, what }: { readonly path: Path; readonly what: string }): ReactNode {
  const { t } = useSpeech();
  const { entry, put } = useEditing();
  const [list, index] = [path.slice(0, -1), Number(path.at(-1))];
  return (
    <button
      type="button"
      className="act is-small is-danger"
      aria-label={t.planForm.removeOf(what)}
      onClick={() => put(list, listOf(valueAt(entry, list)).toSpliced(index, 1))}
    >
      ✕
    </button>
  );
}

/** A name in both languages. */
export function BothNames({ path }: { readonly path: Path }): ReactNode {
  const { t } = useSpeech();
  const word = t.planForm.field[String(path.at(-1))];
  return (
    <div className="plan-step-fields">
      {(['zh', 'en'] as const).map((language) => (
        <TextField key={language} path={[...path, language]} label={`${word} (${t.planForm.field[language]})`} />
      ))}
    </div>
  );
}

interface MoverProps {
  readonly label: string;
  readonly sign: string;
  readonly isOff: boolean;
  readonly onPress: () => void;
}

/** Moves an entry of a list by one place. */
export function Mover({ label, sign, isOff, onPress }: MoverProps): ReactNode {
  return (
    <button type="button" className="act is-small" aria-label={label} disabled={isOff} onClick={onPress}>
      {sign}
    </button>
  );
}

interface FoldedProps {
  readonly summary: ReactNode;
  readonly className?: string;
  /** Open from the beginning; whoever looks may close it. */
  readonly startsOpen: boolean;
  /** Something is wrong with it: it stays open. */
  readonly isWrong: boolean;
  readonly children: ReactNode;
}

/** What few have, or what is long: one line until somebody opens it. */
export function Folded({ summary, className = 'plan-more', startsOpen, isWrong, children }: FoldedProps): ReactNode {
  const [isOpen, setOpen] = useState(startsOpen);
  return (
    <details
      className={className}
      open={isOpen || isWrong}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>{summary}</summary>
      <div className="stack">{children}</div>
    </details>
  );
}

interface RowsProps {
  readonly path: Path;
  /** What a row is called, by its number. */
  readonly word: (number: string) => string;
  readonly add: string;
  readonly made: () => unknown;
  readonly children: (path: Path, row: unknown) => ReactNode;
}

/** Entries of a list one below the other, each with its number; one more is added at the end. */
export function Rows({ path, word, add, made, children }: RowsProps): ReactNode {
  const { format } = useSpeech();
  const { entry, put } = useEditing();
  const rows = listOf(valueAt(entry, path));
  return (
    <>
      {rows.map((row, index) => {
        const what = word(format.number(index + 1));
        return (
          <fieldset key={index} className="plan-step" aria-label={what}>
            <div className="plan-step-head">
              <b className="small">{what}</b>
              <RemoveRow path={[...path, index]} what={what} />
            </div>
            {children([...path, index], row)}
            <ProblemLines path={[...path, index]} />
          </fieldset>
        );
      })}
      <ProblemLines path={path} />
      <p className="plan-acts">
        <button type="button" className="act is-small" onClick={() => put(path, [...rows, made()])}>
          + {add}
        </button>
      </p>
    </>
  );
}

/** The channels by which telephones ring. */
const TELEPHONES: readonly unknown[] = ['sms', 'voice'];

/** Ways to reach somebody, in the order in which they are taken. `least`: so many must stay. */
export function Addresses({ path, least = 0 }: { readonly path: Path; readonly least?: number }): ReactNode {
  const { t, format } = useSpeech();
  const { entry, raw, put } = useEditing();
  const addresses = listOf(valueAt(entry, path));
  const usual = new Set([...channelsOf(raw), ...Object.keys(t.channel)]);
  const channels = [...usual].map((id) => ({ id, label: t.channel[id] ?? id }));
  return (
    <>
      {addresses.map((address, index) => (
        <fieldset key={index} className="plan-address" aria-label={t.planForm.address(format.number(index + 1))}>
          <TextField path={[...path, index, 'channel']} suggestions={channels} />
          <TextField
            path={[...path, index, 'to']}
            inputMode={TELEPHONES.includes(valueAt(address, ['channel'])) ? 'tel' : 'text'}
          />
          {addresses.length > least && (
            <RemoveRow path={[...path, index]} what={t.planForm.address(format.number(index + 1))} />
          )}
        </fieldset>
      ))}
      <ProblemLines path={path} />
      <p className="plan-acts">
        <button
          type="button"
          className="act is-small"
          onClick={() => put(path, [...addresses, { channel: '', to: '' }])}
        >
          + {t.planForm.addAddress}
        </button>
      </p>
    </>
  );
}

/** People or crews who take turns: ticked, and then put in their order. */
export function TurnsField({
  path,
  groups,
}: {
  readonly path: Path;
  readonly groups: readonly ChoiceGroup[];
}): ReactNode {
  const { t } = useSpeech();
  const { entry, put } = useEditing();
  const members = textsOf(valueAt(entry, path));
  const names = new Map(groups.flatMap(({ choices }) => choices.map(({ id, label }) => [id, label])));
  return (
    <>
      <PickField path={path} label={t.bookForm.turns} groups={groups} none={t.planForm.nobody} inOrder />
      {members.length > 1 && (
        <ol className="row-list plan-list plan-turns" aria-label={t.bookForm.order}>
          {members.map((id, index) => {
            const label = names.get(id) ?? id;
            const move = (by: -1 | 1) => put(path, moved(members, index, by));
            return (
              <li key={id}>
                <span className="plan-name">{label}</span>
                <Mover label={t.planForm.upOf(label)} sign="↑" isOff={index === 0} onPress={() => move(-1)} />
                <Mover
                  label={t.planForm.downOf(label)}
                  sign="↓"
                  isOff={index === members.length - 1}
                  onPress={() => move(1)}
                />
              </li>
            );
          })}
        </ol>
      )}
    </>
  );
}
