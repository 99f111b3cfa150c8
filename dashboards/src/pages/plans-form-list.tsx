import { useId, useState, type ReactNode } from 'react';
import { freeId } from '../adoption/choice.ts';
import { choicesOf } from '../roster/choices.ts';
import { civilOf } from '../roster/civil.ts';
import type { Part } from '../roster/differences.ts';
import { copied, entriesOf, newEntry } from '../roster/entries.ts';
import { moved, type RawEntry } from '../roster/plan-form.ts';
import type { Problems } from '../roster/problems.ts';
import { usesOf } from '../roster/uses.ts';
import type { RawBook } from '../roster/written.ts';
import { useSpeech } from '../words/language.tsx';
import { Mover } from './plans-form-rows.tsx';
import { UseList } from './plans-form-uses.tsx';

const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
/** What a new entry is called until somebody calls it otherwise. */
const FIRST_ID: Readonly<Record<Part, string>> = {
  plans: 'plan',
  people: 'person',
  crews: 'crew',
  rosters: 'roster',
  contracts: 'contract',
  calendars: 'calendar',
};
/** A step may name any of these: no two of them share an id. */
const NAMED_TOGETHER: readonly Part[] = ['people', 'crews', 'rosters'];
/** From so many on a list can be searched. */
const MANY = 8;

interface EntryListProps {
  readonly part: Part;
  readonly raw: RawBook;
  readonly entries: readonly RawEntry[];
  readonly problems: readonly Problems[];
  readonly chosen: number;
  /** Somebody wants to see that one. */
  readonly onChoose: (index: number) => void;
  /** `chosen`: where the chosen one stands from now on. */
  readonly onChange: (entries: readonly RawEntry[], chosen: number) => void;
  /** Somebody wants to see an entry of another part. */
  readonly onGo: (part: Part, index: number) => void;
}

/** The entries of a part: choose one, add, copy, move and remove; who is still named stays. */
export function EntryList(props: EntryListProps): ReactNode {
  const { part, raw, entries, chosen, onChange } = props;
  const { t } = useSpeech();
  const [sought, setSought] = useState('');
  const [kept, setKept] = useState<string | null>(null);
  const labels = useLabels(part, entries, raw);
  const remove = (index: number): void => {
    const id = idOf(entries[index]);
    if (usesOf(raw, part, id).length > 0) return setKept(id);
    const next = chosen > index ? chosen - 1 : Math.min(chosen, entries.length - 2);
    onChange(entries.toSpliced(index, 1), Math.max(0, next));
  };
  return (
    <fieldset className="plan-part">
      <legend>{t.bookForm.part[part]}</legend>
      {part === 'plans' && entries.length > 1 && <p className="faint small">{t.planForm.first}</p>}
      {entries.length === 0 && <p className="faint small">{t.bookForm.none[part]}</p>}
      {entries.length > MANY && <Search value={sought} onChange={setSought} />}
      <ol className="row-list plan-list">
        {labels.map((label, index) => {
          const id = idOf(entries[index]);
          if (!`${label} ${id}`.toLowerCase().includes(sought.toLowerCase())) return null;
          return (
            <li key={index}>
              <EntryActs {...props} index={index} label={label} onRemove={() => remove(index)} />
              {id === kept && <StillNamed {...props} id={id} label={label} />}
            </li>
          );
        })}
      </ol>
      <Adding {...props} onAdded={() => setSought('')} />
    </fieldset>
  );
}

function idOf(entry: RawEntry | undefined): string {
  return String(entry?.['id'] ?? '');
}

/** A new entry, or a copy of the chosen one: at the end, and chosen. */
function Adding({ part, raw, entries, chosen, ...on }: EntryListProps & { readonly onAdded: () => void }): ReactNode {
  const { t } = useSpeech();
  const entry = entries[chosen];
  const insert = (base: string, made: (id: string) => RawEntry): void => {
    on.onAdded();
    on.onChange([...entries, made(freeId(base, idsBeside(raw, part)))], chosen);
    on.onChoose(entries.length);
  };
  const made = (id: string): RawEntry =>
    newEntry(part, id, { day: civilOf(Date.now(), OWN_ZONE).slice(0, 10), zone: OWN_ZONE });
  return (
    <p className="plan-acts">
      <button type="button" className="act is-small" onClick={() => insert(FIRST_ID[part], made)}>
        + {t.bookForm.add[part]}
      </button>
      {entry && (
        <button
          type="button"
          className="act is-small"
          onClick={() => insert(idOf(entry) || FIRST_ID[part], (id) => copied(entry, id))}
        >
          {t.planForm.copy}
        </button>
      )}
    </p>
  );
}

/** What people call each entry; its id where it has no name. */
function useLabels(part: Part, entries: readonly RawEntry[], raw: RawBook): string[] {
  const { t, language } = useSpeech();
  const names = new Map(choicesOf(raw, part, language).map(({ id, label }) => [id, label]));
  return entries.map(({ id }) => names.get(String(id)) || String(id ?? '') || t.planForm.nameless);
}

function idsBeside(raw: RawBook, part: Part): { readonly id: string }[] {
  const parts = NAMED_TOGETHER.includes(part) ? NAMED_TOGETHER : [part];
  return parts.flatMap((one) => entriesOf(raw, one)).map(({ id }) => ({ id: String(id ?? '') }));
}

interface EntryActsProps extends EntryListProps {
  readonly index: number;
  readonly label: string;
  readonly onRemove: () => void;
}

/** What can be done with one entry. */
function EntryActs({ part, entries, problems, chosen, index, label, ...act }: EntryActsProps): ReactNode {
  const { t, format } = useSpeech();
  const words = t.planForm;
  const wrong = errorsIn(problems[index]);
  const move = (by: -1 | 1): void => {
    act.onChange(moved(entries, index, by), chosen === index ? index + by : chosen === index + by ? index : chosen);
  };
  return (
    <>
      <button
        type="button"
        className="act is-small plan-name"
        aria-pressed={index === chosen}
        onClick={() => act.onChoose(index)}
      >
        {label} {wrong > 0 && <span className="tag is-bad">{words.faulty(format.number(wrong))}</span>}
      </button>
      {part === 'plans' && (
        <>
          <Mover label={words.upOf(label)} sign="↑" isOff={index === 0} onPress={() => move(-1)} />
          <Mover label={words.downOf(label)} sign="↓" isOff={index === entries.length - 1} onPress={() => move(1)} />
        </>
      )}
      <button
        type="button"
        className="act is-small is-danger"
        aria-label={words.removeOf(label)}
        onClick={act.onRemove}
      >
        ✕
      </button>
    </>
  );
}

function errorsIn(problems: Problems | undefined): number {
  return [...(problems?.values() ?? [])].flat().filter(({ level }) => level === 'error').length;
}

function Search({ value, onChange }: { readonly value: string; readonly onChange: (text: string) => void }): ReactNode {
  const { t } = useSpeech();
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{t.bookForm.search}</label>
      <input id={id} type="search" value={value} onChange={({ target }) => onChange(target.value)} />
    </div>
  );
}

interface StillNamedProps extends Pick<EntryListProps, 'part' | 'raw' | 'onGo'> {
  readonly id: string;
  readonly label: string;
}

/** Why an entry was not taken out, until nothing names it any more. */
function StillNamed({ part, raw, id, label, onGo }: StillNamedProps): ReactNode {
  const { t } = useSpeech();
  const uses = usesOf(raw, part, id);
  if (uses.length === 0) return null;
  return (
    <div role="alert" className="plan-still">
      <p className="is-bad small">{t.bookForm.stillNamed(label)}</p>
      <UseList uses={uses} raw={raw} onGo={onGo} />
    </div>
  );
}
