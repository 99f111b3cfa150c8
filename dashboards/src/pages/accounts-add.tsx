import { ROLES, type OneTimeCode, type Role } from '@keepsite/edge-contract';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { useAddAccount } from '../api/access.ts';
import { useDirectory } from '../ui/directory.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useSpeech } from '../words/language.tsx';

/** A new person: what to call them, what they may do, and the code that lets them in. */
export function AddAccount(): ReactNode {
  const { t } = useSpeech();
  const add = useAddAccount();
  const [open, setOpen] = useState(false);
  if (add.data) return <CodeCard code={add.data.code} onDone={() => (add.reset(), setOpen(false))} />;
  return (
    <details className="panel behind" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t.accounts.add}</summary>
      {open && (
        <AddForm busy={add.isPending} onAdd={add.mutate}>
          <Refusal error={add.error} />
        </AddForm>
      )}
    </details>
  );
}

interface AddFormProps {
  readonly busy: boolean;
  readonly onAdd: ReturnType<typeof useAddAccount>['mutate'];
  readonly children: ReactNode;
}

function AddForm({ busy, onAdd, children }: AddFormProps): ReactNode {
  const { t } = useSpeech();
  const [person, setPerson] = useState('');
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (name: string): string => {
      const value = form.get(name);
      return typeof value === 'string' ? value.trim() : '';
    };
    const responder = person === '' ? null : person;
    onAdd({ name: field('name'), displayName: field('displayName'), role: field('role') as Role, responder });
  };
  return (
    <form className="form" onSubmit={submit} aria-label={t.accounts.add}>
      <label>
        {t.accounts.displayName}
        <input name="displayName" required maxLength={80} autoComplete="off" />
      </label>
      <label>
        {t.accounts.name}
        <input
          name="name"
          required
          maxLength={64}
          pattern="[A-Za-z0-9][A-Za-z0-9._\-]{1,63}"
          title={t.accounts.nameHint}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        <small className="faint">{t.accounts.nameHint}</small>
      </label>
      <PersonField value={person} onPick={setPerson} />
      <RoleChoice />
      {children}
      <button type="submit" className="act is-primary" disabled={busy}>
        {t.accounts.addButton}
      </button>
    </form>
  );
}

function RoleChoice(): ReactNode {
  const { t } = useSpeech();
  return (
    <fieldset className="role-choice">
      <legend>{t.accounts.role}</legend>
      {ROLES.map((role) => (
        <label key={role} className="choice">
          <input type="radio" name="role" value={role} defaultChecked={role === 'crew'} />
          <b>{t.role[role]}</b>
          <small className="faint">{t.roleText[role]}</small>
        </label>
      ))}
    </fieldset>
  );
}

interface PersonFieldProps {
  /** Id of the person; empty: nobody. */
  readonly value: string;
  readonly onPick: (id: string) => void;
}

/** Who of the registry this is. */
export function PersonField({ value, onPick }: PersonFieldProps): ReactNode {
  const { t } = useSpeech();
  const { people } = useDirectory();
  return (
    <label>
      {t.accounts.person}
      <select value={value} onChange={(change) => onPick(change.target.value)}>
        <option value="">{t.accounts.noPerson}</option>
        {people.map((person) => (
          <option key={person.id} value={person.id}>
            {person.name}
          </option>
        ))}
      </select>
      <small className="faint">{t.accounts.personHint}</small>
    </label>
  );
}

interface CodeCardProps {
  readonly code: OneTimeCode;
  readonly onDone: () => void;
}

/** The code, this once, to be read aloud, and as a link for the phone. */
export function CodeCard({ code: { name, code }, onDone }: CodeCardProps): ReactNode {
  const { t } = useSpeech();
  const [copied, setCopied] = useState(false);
  const link = `${location.origin}/welcome#${new URLSearchParams({ name, code }).toString()}`;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(link);
    setCopied(true);
  };
  return (
    <section className="panel is-done code-card" aria-label={t.accounts.given(name)}>
      <h2>{t.accounts.given(name)}</h2>
      <output className="code">{code}</output>
      <p>{t.accounts.givenText}</p>
      <p className="small">
        {t.accounts.link} <code>{link}</code>
      </p>
      <div className="heard-acts">
        {/* Browsers copy only where the page came by HTTPS or from this machine. */}
        {window.isSecureContext && (
          <button type="button" className="act" onClick={() => void copy()}>
            {copied ? t.accounts.copied : t.accounts.copy}
          </button>
        )}
        <button type="button" className="act is-primary" onClick={onDone}>
          {t.accounts.done}
        </button>
      </div>
    </section>
  );
}
