import type { AuditEntry } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { useAudit } from '../api/access.ts';
import { Loaded } from '../ui/loading.tsx';
import type { Words } from '../words/en.ts';
import { useSpeech } from '../words/language.tsx';

/** Who came in and who changed whom, newest first. */
export function AuditPanel(): ReactNode {
  const { t } = useSpeech();
  const audit = useAudit();
  return (
    <section className="panel audit" aria-label={t.accounts.audit}>
      <h2>{t.accounts.audit}</h2>
      <p className="lead">{t.accounts.auditLead}</p>
      <Loaded query={audit}>
        {({ pages }) => (
          <ol className="audit-list">
            {pages.flatMap(({ items }) => items.map((entry) => <AuditLine key={entry.id} entry={entry} />))}
          </ol>
        )}
      </Loaded>
      {audit.hasNextPage && (
        <button
          type="button"
          className="act is-small"
          disabled={audit.isFetchingNextPage}
          onClick={() => void audit.fetchNextPage()}
        >
          {t.accounts.older}
        </button>
      )}
    </section>
  );
}

function AuditLine({ entry: { at, kind, by, account, address, detail } }: { readonly entry: AuditEntry }): ReactNode {
  const { t, format } = useSpeech();
  return (
    <li>
      <time className="faint" dateTime={at}>
        {format.dateTime(at)}
      </time>
      <span className={kind === 'sign_in_failed' ? 'is-warn' : ''}>
        <b>{t.auditKind[kind] ?? kind}</b> {account}
        <small className="faint block">
          {by !== account && t.accounts.by(by)} {address && t.accounts.from(address)} {factsOf(detail, t)}
        </small>
      </span>
    </li>
  );
}

/** What a line tells beside who and whom: house words in the reader's language, names as they are. */
function factsOf({ sessions, what, ...rest }: AuditEntry['detail'], t: Words): string {
  const secret = { password: t.enter.password, code: t.enter.code, 'setup code': t.enter.setupCode };
  const facts = [
    typeof sessions === 'number' ? t.accounts.openSessions(sessions) : null,
    secret[what as keyof typeof secret],
    ...Object.values(rest).map((value) => t.role[value as keyof typeof t.role] ?? value),
  ];
  return facts.filter((fact) => fact !== null && fact !== undefined && fact !== '').join(' · ');
}
