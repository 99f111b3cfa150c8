import { ROLES, type Account, type Role } from '@keepsite/edge-contract';
import { useState, type ReactNode } from 'react';
import { useAccounts, useChangeAccount, useEndSessionsOf, useResetAccount } from '../api/access.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { useDirectory } from '../ui/directory.tsx';
import { Loaded } from '../ui/loading.tsx';
import { PermittedPage } from '../ui/permitted.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useSpeech } from '../words/language.tsx';
import { AddAccount, CodeCard, PersonField } from './accounts-add.tsx';
import { AuditPanel } from './accounts-audit.tsx';

/** Who may come in on this edge; for its admins. */
export function AccountsPage(): ReactNode {
  const { t } = useSpeech();
  return (
    <PermittedPage to="account.manage">
      <h1>{t.accounts.title}</h1>
      <p className="lead">{t.accounts.lead}</p>
      <AddAccount />
      <Loaded query={useAccounts()} missing={t.account.noAccount}>
        {({ items }) => (
          <ul className="account-list">
            {items.map((account) => (
              <li key={account.name}>
                <AccountCard account={account} />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <AuditPanel />
    </PermittedPage>
  );
}

function AccountCard({ account }: { readonly account: Account }): ReactNode {
  const { t, format } = useSpeech();
  const { person } = useDirectory();
  const now = useServerNow(60_000);
  const change = useChangeAccount(account.name);
  const { lastSignedInAt, sessions } = account;
  const seen = lastSignedInAt !== null && now !== null ? format.ago(now - Date.parse(lastSignedInAt)) : null;
  return (
    <article
      className={account.disabled ? 'panel account-card is-disabled' : 'panel account-card'}
      aria-label={account.name}
    >
      <header>
        <h2>
          {account.displayName} {account.disabled && <span className="tag">{t.accounts.disabled}</span>}
        </h2>
        <p className="faint small">
          <code>{account.name}</code>
          {account.responder !== null && ` · ${t.account.actsAs(person(account.responder))}`}
        </p>
        <p className="faint small">
          {!account.hasPassword && <span className="is-warn">{t.accounts.fresh}</span>}
          {account.hasPassword && (seen === null ? t.accounts.never : t.accounts.seen(seen))}
          {sessions > 0 && ` · ${t.accounts.openSessions(sessions)}`}
        </p>
      </header>
      <RoleSelect
        label={t.accounts.roleOf(account.displayName)}
        role={account.role}
        onPick={(role) => change.mutate({ role })}
      />
      <Refusal error={change.error} />
      <More account={account} onChange={change.mutate} />
    </article>
  );
}

interface RoleSelectProps {
  readonly label: string;
  readonly role: Role;
  readonly onPick: (role: Role) => void;
}

function RoleSelect({ label, role, onPick }: RoleSelectProps): ReactNode {
  const { t } = useSpeech();
  return (
    <select aria-label={label} value={role} onChange={(change) => onPick(change.target.value as Role)}>
      {ROLES.map((one) => (
        <option key={one} value={one}>
          {t.role[one]}
        </option>
      ))}
    </select>
  );
}

interface MoreProps {
  readonly account: Account;
  readonly onChange: ReturnType<typeof useChangeAccount>['mutate'];
}

/** What is seldom needed, and what cannot be taken back, one step away. */
function More({ account, onChange }: MoreProps): ReactNode {
  const { t } = useSpeech();
  const reset = useResetAccount(account.name);
  const endAll = useEndSessionsOf(account.name);
  const [shown, show] = useState(false);
  return (
    <details className="behind" open={shown} onToggle={(event) => show(event.currentTarget.open)}>
      <summary>{t.accounts.more(account.displayName)}</summary>
      {shown && (
        <div className="account-more">
          <PersonField
            value={account.responder ?? ''}
            onPick={(id) => onChange({ responder: id === '' ? null : id })}
          />
          <div className="account-act">
            <button type="button" className="act" disabled={endAll.isPending} onClick={() => endAll.mutate()}>
              {t.accounts.endAll}
            </button>
            <small className="faint">{t.accounts.endAllText}</small>
          </div>
          <div className="account-act">
            <button type="button" className="act" disabled={reset.isPending} onClick={() => reset.mutate()}>
              {t.accounts.reset}
            </button>
            <small className="faint">{t.accounts.resetText}</small>
          </div>
          <button
            type="button"
            className={account.disabled ? 'act' : 'act is-danger'}
            onClick={() => onChange({ disabled: !account.disabled })}
          >
            {account.disabled ? t.accounts.enable : t.accounts.disable}
          </button>
          <Refusal error={reset.error ?? endAll.error} />
          {reset.data && <CodeCard code={reset.data} onDone={reset.reset} />}
        </div>
      )}
    </details>
  );
}
