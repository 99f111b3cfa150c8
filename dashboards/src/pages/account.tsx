import type { AccountSession, WhoAmI } from '@keepsite/edge-contract';
import type { ReactNode, SubmitEvent } from 'react';
import { useAccount, useChangePassword, useEndSession, useSessions, useSignOut } from '../api/access.ts';
import { useIsEdge } from '../api/adoption.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { browserName } from '../ui/browser-name.ts';
import { useDirectory } from '../ui/directory.tsx';
import { Loaded } from '../ui/loading.tsx';
import { OfflineNote } from '../ui/offline-note.tsx';
import { useResponder } from '../ui/responder.tsx';
import { useSpeech } from '../words/language.tsx';
import { Phones } from './account-phones.tsx';
import { PasswordField, problemOf } from './enter.tsx';

/** Who is signed in here, where else, and the password. */
export function AccountPage(): ReactNode {
  const { t } = useSpeech();
  const account = useAccount();
  const isEdge = useIsEdge();
  const chosen = useResponder();
  if (account === undefined) return <p className="quiet-note">{t.common.loading}</p>;
  if (account === null)
    return (
      <div className="narrow account">
        <p className="quiet-note">{t.account.noAccount}</p>
        {isEdge && chosen !== null && <Phones owner={{ person: chosen, isNamed: true }} />}
      </div>
    );
  return (
    <div className="narrow account">
      <h1>{t.account.title}</h1>
      <Identity user={account} />
      {isEdge && <Phones owner={account.responder ? { person: account.responder, isNamed: false } : null} />}
      <Sessions />
      <ChangePassword name={account.account ?? ''} />
      <OfflineNote />
    </div>
  );
}

function Identity({ user }: { readonly user: WhoAmI['user'] }): ReactNode {
  const { t } = useSpeech();
  const { person } = useDirectory();
  const signOut = useSignOut();
  return (
    <section className="panel account-identity">
      <div>
        <h2>{user.name}</h2>
        {user.roles.map((role) => (
          <p key={role}>
            <span className="tag">{t.role[role]}</span> {t.roleText[role]}
          </p>
        ))}
        <p className="faint small">
          {t.account.name} <code>{user.account}</code>
          {user.responder && ` · ${t.account.actsAs(person(user.responder))}`}
        </p>
      </div>
      <button type="button" className="act" disabled={signOut.isPending} onClick={() => signOut.mutate()}>
        {t.account.signOut}
      </button>
    </section>
  );
}

function Sessions(): ReactNode {
  const { t } = useSpeech();
  return (
    <section className="panel" aria-label={t.account.sessions}>
      <h2>{t.account.sessions}</h2>
      <Loaded query={useSessions()}>
        {({ items }) => (
          <ul className="session-list">
            {items.map((session) => (
              <SessionLine key={session.id} session={session} />
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}

function SessionLine({ session }: { readonly session: AccountSession }): ReactNode {
  const { t, format } = useSpeech();
  const now = useServerNow(60_000);
  const end = useEndSession();
  const browser = browserName(session.agent);
  return (
    <li>
      <span>
        <b>{browser}</b> {session.current && <span className="tag">{t.account.here}</span>}
        <small className="faint block">
          {session.address}
          {now !== null && ` · ${t.account.lastSeen(format.ago(now - Date.parse(session.lastSeenAt)))}`}
        </small>
      </span>
      {!session.current && (
        <button
          type="button"
          className="act is-small"
          aria-label={t.account.endOf(browser)}
          disabled={end.isPending}
          onClick={() => end.mutate(session.id)}
        >
          {t.account.end}
        </button>
      )}
    </li>
  );
}

function ChangePassword({ name }: { readonly name: string }): ReactNode {
  const { t } = useSpeech();
  const change = useChangePassword();
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const field = (key: string): string => {
      const value = new FormData(form).get(key);
      return typeof value === 'string' ? value : '';
    };
    change.mutate({ current: field('current'), password: field('password') }, { onSuccess: () => form.reset() });
  };
  return (
    <form className="panel form" onSubmit={submit} aria-label={t.account.password}>
      <h2>{t.account.password}</h2>
      <input type="text" name="username" value={name} autoComplete="username" readOnly hidden />
      <PasswordField label={t.account.current} name="current" autoComplete="current-password" />
      <PasswordField label={t.enter.newPassword} hint={t.enter.passwordHint} autoComplete="new-password" />
      <output className={change.error ? 'is-bad' : ''}>
        {change.isSuccess ? t.account.changed : problemOf(change.error, t, t.account.wrong)}
      </output>
      <button type="submit" className="act is-primary" disabled={change.isPending}>
        {t.account.change}
      </button>
    </form>
  );
}
