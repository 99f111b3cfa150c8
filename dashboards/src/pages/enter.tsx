import type { SessionState } from '@keepsite/edge-contract';
import { useId, useState, type ReactNode, type SubmitEvent } from 'react';
import { useRedeem, useSetUp, useSignIn } from '../api/access.ts';
import { ApiError } from '../api/http.ts';
import { orders } from '../api/outbox.ts';
import { useValue } from '../api/value.ts';
import { Sign } from '../ui/shapes.tsx';
import type { Words } from '../words/en.ts';
import { useSpeech } from '../words/language.tsx';

export type EnterMode = 'password' | 'code' | 'setup';

interface EnterPageProps {
  /** Undefined until the server has answered. */
  readonly state: SessionState | undefined;
  readonly error: Error | null;
  /** What the address asks for. */
  readonly door: EnterMode | undefined;
  /** Somebody was signed in on this page until a moment ago. */
  readonly wasIn: boolean;
}

/** Signing in; choosing a password with a code; making the first admin. One hand on a phone is enough. */
export function EnterPage({ state, error, door, wasIn }: EnterPageProps): ReactNode {
  const { t } = useSpeech();
  const [picked, pick] = useState<EnterMode | null>(null);
  if (!state)
    return (
      <p className="quiet-note">
        {error
          ? error instanceof ApiError && error.status === 404
            ? t.common.signedOut
            : t.enter.unreachable
          : t.common.loading}
      </p>
    );
  const mode = picked ?? door ?? (state.setupNeeded ? 'setup' : 'password');
  return (
    <div className="enter">
      <Sign />
      {mode === 'password' && <PasswordForm edge={state.edge} wasIn={wasIn} />}
      {mode === 'code' && <CodeForm />}
      {mode === 'setup' && <SetupForm />}
      <button type="button" className="enter-other" onClick={() => pick(mode === 'code' ? 'password' : 'code')}>
        {mode === 'code' ? t.enter.haveNoCode : t.enter.haveCode}
      </button>
    </div>
  );
}

function PasswordForm({ edge, wasIn }: { readonly edge: string; readonly wasIn: boolean }): ReactNode {
  const { t } = useSpeech();
  const signIn = useSignIn();
  const waiting = useValue(orders).filter((one) => one.state === 'waiting').length;
  return (
    <EnterForm
      title={t.enter.signIn}
      lead={wasIn ? t.enter.again : t.enter.signInLead(edge)}
      button={t.enter.signIn}
      busy={signIn.isPending}
      problem={problemOf(signIn.error, t, t.enter.refused)}
      onSubmit={(field) => signIn.mutate({ name: field('name'), password: field('password') })}
    >
      {waiting > 0 && <p className="note">{t.enter.waiting(waiting)}</p>}
      <NameField label={t.enter.name} />
      <PasswordField label={t.enter.password} autoComplete="current-password" />
    </EnterForm>
  );
}

/** An admin may hand over a link that has the name and the code behind its `#`, which no server ever sees. */
function CodeForm(): ReactNode {
  const { t } = useSpeech();
  const redeem = useRedeem();
  const [given] = useState(() => new URLSearchParams(location.hash.slice(1)));
  return (
    <EnterForm
      title={t.enter.welcome}
      lead={t.enter.welcomeLead}
      button={t.enter.choose}
      busy={redeem.isPending}
      problem={problemOf(redeem.error, t, t.enter.codeRefused)}
      onSubmit={(field) => redeem.mutate({ name: field('name'), code: field('code'), password: field('password') })}
    >
      <NameField label={t.enter.name} initial={given.get('name') ?? ''} />
      <CodeField label={t.enter.code} initial={given.get('code') ?? ''} />
      <PasswordField label={t.enter.newPassword} hint={t.enter.passwordHint} autoComplete="new-password" />
    </EnterForm>
  );
}

function SetupForm(): ReactNode {
  const { t } = useSpeech();
  const setUp = useSetUp();
  return (
    <EnterForm
      title={t.enter.setup}
      lead={t.enter.setupLead}
      button={t.enter.make}
      busy={setUp.isPending}
      problem={problemOf(setUp.error, t, t.enter.setupRefused)}
      onSubmit={(field) =>
        setUp.mutate({
          code: field('code'),
          displayName: field('displayName'),
          name: field('name'),
          password: field('password'),
        })
      }
    >
      <CodeField label={t.enter.setupCode} initial="" />
      <label>
        {t.enter.displayName}
        <input name="displayName" required maxLength={80} autoComplete="name" />
      </label>
      <NameField label={t.enter.name} />
      <PasswordField label={t.enter.newPassword} hint={t.enter.passwordHint} autoComplete="new-password" />
    </EnterForm>
  );
}

interface EnterFormProps {
  readonly title: string;
  readonly lead: string;
  readonly button: string;
  readonly busy: boolean;
  readonly problem: string | null;
  readonly onSubmit: (field: (name: string) => string) => void;
  readonly children: ReactNode;
}

function EnterForm({ title, lead, button, busy, problem, onSubmit, children }: EnterFormProps): ReactNode {
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onSubmit((name) => {
      const value = form.get(name);
      return typeof value === 'string' ? value : '';
    });
  };
  return (
    <form className="panel form" onSubmit={submit} aria-label={title}>
      <h1>{title}</h1>
      <p className="lead">{lead}</p>
      {children}
      <output className="is-bad" role="alert">
        {problem}
      </output>
      <button type="submit" className="act is-primary is-big" disabled={busy}>
        {button}
      </button>
    </form>
  );
}

function NameField({ label, initial = '' }: { readonly label: string; readonly initial?: string }): ReactNode {
  return (
    <label>
      {label}
      <input
        name="name"
        required
        maxLength={64}
        defaultValue={initial}
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
      />
    </label>
  );
}

function CodeField({ label, initial }: { readonly label: string; readonly initial: string }): ReactNode {
  return (
    <label>
      {label}
      <input
        name="code"
        className="code-field"
        required
        maxLength={64}
        defaultValue={initial}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
      />
    </label>
  );
}

interface PasswordFieldProps {
  readonly label: string;
  readonly name?: string;
  readonly hint?: string;
  readonly autoComplete: 'current-password' | 'new-password';
}

/** A password that may be looked at: gloves and small keys make mistakes. */
export function PasswordField({ label, name = 'password', hint, autoComplete }: PasswordFieldProps): ReactNode {
  const { t } = useSpeech();
  const [shown, show] = useState(false);
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="with-button">
        <input
          id={id}
          name={name}
          type={shown ? 'text' : 'password'}
          required
          maxLength={512}
          autoComplete={autoComplete}
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        />
        <button type="button" className="act is-small" aria-pressed={shown} onClick={() => show(!shown)}>
          {shown ? t.enter.hide : t.enter.show}
        </button>
      </div>
      {hint !== undefined && (
        <small id={`${id}-hint`} className="faint">
          {hint}
        </small>
      )}
    </div>
  );
}

/** Why nobody came in, in words; null while nothing went wrong. */
export function problemOf(error: Error | null, t: Words, refused: string): string | null {
  if (!error) return null;
  if (!(error instanceof ApiError) || error.status === 0) return t.enter.unreachable;
  const { retryAfterSeconds } = (error.details ?? {}) as { retryAfterSeconds?: number };
  switch (error.code) {
    case 'SIGN_IN_REFUSED':
      return refused;
    case 'TOO_MANY_TRIES':
      return t.enter.later(retryAfterSeconds ?? 1);
    case 'TOO_BUSY':
      return t.enter.busy;
    case 'PASSWORD_WEAK':
      return t.weakness[String((error.details as readonly unknown[] | undefined)?.[0])] ?? error.message;
    default:
      return error.message;
  }
}
