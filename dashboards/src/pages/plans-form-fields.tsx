import { createContext, use, useId, useState, type ReactNode } from 'react';
import { fieldKind, textOf, valueOf } from '../roster/field-text.ts';
import type { Choice } from '../roster/choices.ts';
import { textsOf, valueAt, type Path, type RawEntry } from '../roster/plan-form.ts';
import { problemsAt, type Problems } from '../roster/problems.ts';
import type { RawBook } from '../roster/written.ts';
import { useSpeech } from '../words/language.tsx';

/** The plan, person, roster… that is being written, the book around it, and what is wrong with it. */
export interface Editing {
  readonly entry: RawEntry;
  readonly raw: RawBook;
  readonly problems: Problems;
  /** Puts a value at a path of the entry; undefined takes it away. */
  readonly put: (path: Path, value: unknown) => void;
}

const EditingContext = createContext<Editing | null>(null);
/** The fields within read and write the entry that is its `value`. */
export const EditingEntry = EditingContext.Provider;

export function useEditing(): Editing {
  const editing = use(EditingContext);
  if (!editing) throw new Error('DASHBOARDS_NO_ENTRY: wrap the fields in EditingEntry');
  return editing;
}

/** What every field takes: where its value stands in the entry, and what it is called. */
export interface FieldProps {
  readonly path: Path;
  /** Absent: the usual word for a field of this name. */
  readonly label?: string;
}

interface TextFieldProps extends FieldProps {
  readonly placeholder?: string;
  readonly inputMode?: 'tel' | 'text';
  /** What is offered while somebody types; anything else may be typed too. */
  readonly suggestions?: readonly Choice[];
  readonly isReadOnly?: boolean;
}

/** A text, a time, an amount or a number: what it is follows from its name. */
export function TextField({ path, label, placeholder, suggestions, isReadOnly, ...more }: TextFieldProps): ReactNode {
  const { entry, put } = useEditing();
  const list = useId();
  // What is being typed stands as it is typed; its value may be written otherwise.
  const [typed, setTyped] = useState<string | null>(null);
  const kind = fieldKind(path);
  return (
    <Labelled path={path} label={label}>
      {(own) => (
        <>
          <input
            {...own}
            type="text"
            inputMode={more.inputMode ?? (kind === 'money' || kind === 'number' ? 'decimal' : 'text')}
            list={suggestions && list}
            readOnly={isReadOnly}
            className={kind === 'words' ? undefined : 'tabular'}
            placeholder={placeholder ?? PLACEHOLDERS[kind]}
            autoComplete="off"
            spellCheck={false}
            value={typed ?? textOf(kind, valueAt(entry, path))}
            onChange={({ target }) => {
              setTyped(target.value);
              put(path, valueOf(kind, target.value));
            }}
            onBlur={() => setTyped(null)}
          />
          {suggestions && (
            <datalist id={list}>
              {suggestions.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.label}
                </option>
              ))}
            </datalist>
          )}
        </>
      )}
    </Labelled>
  );
}

const PLACEHOLDERS = { seconds: 'm:ss', money: '0.00', number: '', words: '' } as const;

interface SelectFieldProps extends FieldProps {
  readonly choices: readonly Choice[];
  /** What counts where nothing is said. A choice that is '' says nothing. */
  readonly usual?: string;
}

/** One of several; what nobody offers is offered too when it stands there. */
export function SelectField({ path, label, choices, usual = '' }: SelectFieldProps): ReactNode {
  const { entry, put } = useEditing();
  const value = String(valueAt(entry, path) ?? usual);
  const isOffered = choices.some(({ id }) => id === value);
  return (
    <Labelled path={path} label={label}>
      {(own) => (
        <select {...own} value={value} onChange={({ target }) => put(path, target.value || undefined)}>
          {!isOffered && <option value={value}>{value || '–'}</option>}
          {choices.map((choice) => (
            <option key={choice.id} value={choice.id}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

/** Yes or no. */
export function FlagField({ path, label }: FieldProps): ReactNode {
  const { entry, put } = useEditing();
  const { t } = useSpeech();
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={valueAt(entry, path) === true}
        onChange={({ target }) => put(path, target.checked)}
      />
      {label ?? t.planForm.field[String(path.at(-1))]}
    </label>
  );
}

/** Choices with a heading of their own. */
export interface ChoiceGroup {
  readonly title?: string;
  readonly choices: readonly Choice[];
}

interface PickFieldProps extends FieldProps {
  readonly groups: readonly ChoiceGroup[];
  /** What it means that nothing is ticked. */
  readonly none: string;
  /** The order in which they were ticked counts. */
  readonly inOrder?: boolean;
}

/** Any number of several, ticked one by one; what stands there and nobody knows can be unticked. */
export function PickField({ path, label, groups, none, inOrder = false }: PickFieldProps): ReactNode {
  const { entry, put } = useEditing();
  const { t } = useSpeech();
  const id = useId();
  const chosen = textsOf(valueAt(entry, path));
  const known = new Map(groups.flatMap(({ choices }) => choices.map((choice) => [choice.id, choice.label])));
  const strangers = chosen.filter((one) => !known.has(one)).map((one) => ({ id: one, label: one }));
  const all = [...groups, { choices: strangers }].filter(({ choices }) => choices.length > 0);
  const tick = (one: string, on: boolean): void => {
    const next = on ? [...chosen, one] : chosen.filter((other) => other !== one);
    put(path, next.length > 0 || path.at(-1) === 'page' ? next : undefined);
  };
  const words = chosen.map((one) => known.get(one) ?? one).join(inOrder ? ' → ' : ' · ');
  return (
    <div className="field">
      <span className="pick-label" id={`${id}-label`}>
        {label ?? t.planForm.field[String(path.at(-1))]}
      </span>
      <details className="pick">
        <summary aria-labelledby={`${id}-label ${id}-chosen`} aria-describedby={id}>
          <span id={`${id}-chosen`} className={chosen.length > 0 ? 'pick-chosen' : 'faint'}>
            {words || none}
          </span>
        </summary>
        {all.map(({ title, choices }) => (
          <fieldset key={title ?? ''} className="pick-group">
            {title && <legend className="faint small">{title}</legend>}
            {choices.map((choice) => (
              <label key={choice.id} className="check">
                <input
                  type="checkbox"
                  checked={chosen.includes(choice.id)}
                  onChange={({ target }) => tick(choice.id, target.checked)}
                />
                {choice.label}
              </label>
            ))}
          </fieldset>
        ))}
      </details>
      <ProblemLines id={id} path={path} within />
    </div>
  );
}

interface OwnProps {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
}

/** A field under its name, with what is wrong with it beneath. */
export function Labelled({
  path,
  label,
  children,
}: {
  readonly path: Path;
  readonly label?: string | undefined;
  readonly children: (own: OwnProps) => ReactNode;
}): ReactNode {
  const { t } = useSpeech();
  const { problems } = useEditing();
  const id = useId();
  const isWrong = problemsAt(problems, path).some(({ level }) => level === 'error');
  return (
    <div className="field">
      <label htmlFor={id}>{label ?? t.planForm.field[String(path.at(-1))]}</label>
      {children({ id, 'aria-describedby': `${id}-why`, 'aria-invalid': isWrong })}
      <ProblemLines id={`${id}-why`} path={path} />
    </div>
  );
}

/** What is wrong with a field, beneath it; `within`: also with what lies inside it. */
export function ProblemLines({
  path,
  id,
  within = false,
}: {
  readonly path: Path;
  readonly id?: string;
  readonly within?: boolean;
}): ReactNode {
  const { t, name } = useSpeech();
  const { problems } = useEditing();
  const lines = problemsAt(problems, path, within).map((problem) => ({
    level: problem.level,
    text: 'text' in problem ? name(problem.text) : t.planForm.wrong[problem.wrong],
  }));
  const unique = [...new Map(lines.map((line) => [line.text, line])).values()];
  return (
    <div id={id} className="field-problems" aria-live="polite">
      {unique.map(({ level, text }) => (
        <small key={text} className={level === 'error' ? 'is-bad' : 'is-warn'}>
          {text}
        </small>
      ))}
    </div>
  );
}
