import type { Person, RosterChangeBody, RosterView } from '@keepsite/edge-contract';
import { useId, useState, type ReactNode, type SubmitEvent } from 'react';
import { useChangeRoster, usePeople, type ResponseDoor } from '../api/response.ts';
import { civilOf, instantOfCivil } from '../roster/civil.ts';
import { Findings } from '../ui/findings.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useSpeech } from '../words/language.tsx';

const KINDS = ['override', 'swap', 'note'] as const;
type Kind = (typeof KINDS)[number];
const SHIFT_MS = 12 * 3_600_000;

/** What the fields hold; times are civil times of the roster's zone. */
interface Fields {
  readonly on: string;
  readonly off: string;
  readonly from: string;
  readonly to: string;
  readonly theirFrom: string;
  readonly theirTo: string;
  readonly reason: string;
  readonly text: string;
}

interface RosterFormProps {
  readonly door: ResponseDoor;
  readonly roster: Pick<RosterView, 'roster' | 'zone'>;
}

/** Makes an override, a swap or a hand-over note. */
export function RosterForm({ door, roster }: RosterFormProps): ReactNode {
  const { t } = useSpeech();
  const [kind, setKind] = useState<Kind>('override');
  const [fields, setFields] = useState(() => emptyFields(roster.zone));
  const change = useChangeRoster(door, roster.roster);
  const people = usePeople(door);
  const body = bodyOf(kind, fields, roster.zone);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (body) change.mutate(body);
  };
  const set = (more: Partial<Fields>): void => setFields((before) => ({ ...before, ...more }));
  return (
    <form className="panel form" onSubmit={submit}>
      <h2>{t.rosterForm.title}</h2>
      <fieldset className="segments" aria-label={t.rosterForm.kind}>
        {KINDS.map((one) => (
          <button key={one} type="button" aria-pressed={one === kind} onClick={() => setKind(one)}>
            {t.rosterForm[one]}
          </button>
        ))}
      </fieldset>
      {kind === 'note' ? <NoteFields fields={fields} set={set} /> : <ShiftFields {...{ kind, fields, set, people }} />}
      <button type="submit" className="act is-primary" disabled={body === null || change.isPending}>
        {t.rosterForm.save}
      </button>
      <Refusal error={change.error} />
      <output>
        {change.data && <span className="is-good">{t.rosterForm.saved}</span>}
        {change.data && change.data.findings.length > 0 && <Findings findings={change.data.findings} />}
      </output>
    </form>
  );
}

interface FieldsProps {
  readonly fields: Fields;
  readonly set: (more: Partial<Fields>) => void;
}

function NoteFields({ fields, set }: FieldsProps): ReactNode {
  const { t } = useSpeech();
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{t.rosterForm.text}</label>
      <textarea
        id={id}
        rows={3}
        maxLength={2000}
        value={fields.text}
        onChange={({ target }) => set({ text: target.value })}
      />
    </div>
  );
}

function ShiftFields({
  kind,
  fields,
  set,
  people,
}: FieldsProps & { readonly kind: Kind; readonly people: readonly Person[] }): ReactNode {
  const { t } = useSpeech();
  const words = t.rosterForm;
  return (
    <>
      <PersonField people={people} label={words.on} value={fields.on} onChange={(on) => set({ on })} />
      <PersonField people={people} label={words.off} value={fields.off} onChange={(off) => set({ off })} />
      <TimeField label={words.from} value={fields.from} onChange={(from) => set({ from })} />
      <TimeField label={words.to} value={fields.to} onChange={(to) => set({ to })} />
      {kind === 'swap' && (
        <>
          <TimeField label={words.theirFrom} value={fields.theirFrom} onChange={(theirFrom) => set({ theirFrom })} />
          <TimeField label={words.theirTo} value={fields.theirTo} onChange={(theirTo) => set({ theirTo })} />
        </>
      )}
      <Labelled label={words.reason}>
        {(id) => (
          <input
            id={id}
            name="reason"
            type="text"
            maxLength={500}
            value={fields.reason}
            onChange={({ target }) => set({ reason: target.value })}
          />
        )}
      </Labelled>
    </>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function PersonField({
  people,
  label,
  value,
  onChange,
}: FieldProps & { readonly people: readonly Person[] }): ReactNode {
  const { t } = useSpeech();
  return (
    <Labelled label={label}>
      {(id) => (
        <select id={id} value={value} onChange={({ target }) => onChange(target.value)}>
          <option value="">{t.rosterForm.noOne}</option>
          {people.map((person) => (
            <option key={person.id} value={person.id}>
              {person.name}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

function TimeField({ label, value, onChange }: FieldProps): ReactNode {
  return (
    <Labelled label={label}>
      {(id) => (
        <input
          id={id}
          name={label}
          type="datetime-local"
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Labelled>
  );
}

function Labelled({
  label,
  children,
}: {
  readonly label: string;
  readonly children: (id: string) => ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}

function emptyFields(zone: string): Fields {
  const now = Math.ceil(Date.now() / 3_600_000) * 3_600_000;
  const [from, to] = [civilOf(now, zone), civilOf(now + SHIFT_MS, zone)];
  return { on: '', off: '', from, to, theirFrom: from, theirTo: to, reason: '', text: '' };
}

/** What is sent; null while something is missing. */
function bodyOf(kind: Kind, fields: Fields, zone: string): RosterChangeBody | null {
  if (kind === 'note') return fields.text.trim() === '' ? null : { kind, text: fields.text.trim() };
  const [from, to] = [instantOfCivil(fields.from, zone), instantOfCivil(fields.to, zone)];
  const reason = fields.reason.trim() || null;
  if (from === null || to === null || from >= to) return null;
  if (kind === 'override') {
    if (fields.on === '' && fields.off === '') return null;
    const listed = (id: string): string[] => (id === '' ? [] : [id]);
    return { kind, from, to, on: listed(fields.on), off: listed(fields.off), reason };
  }
  const [theirFrom, theirTo] = [instantOfCivil(fields.theirFrom, zone), instantOfCivil(fields.theirTo, zone)];
  if (theirFrom === null || theirTo === null || theirFrom >= theirTo || !fields.on || !fields.off) return null;
  const give = { person: fields.off, from, to };
  return { kind, give, take: { person: fields.on, from: theirFrom, to: theirTo }, reason };
}
