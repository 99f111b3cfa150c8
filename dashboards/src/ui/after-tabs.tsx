import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useAlarms, useFollowUps, useIsCloud } from '../api/after.ts';
import { useSpeech } from '../words/language.tsx';

/** The pages of what comes after an incident, with what waits on each. */
function AfterTabs(): ReactNode {
  const { t } = useSpeech();
  const [path] = useLocation();
  const { data: followUps } = useFollowUps('open', '');
  const { data: alarms } = useAlarms();
  const tabs = [
    { href: '/follow-ups', label: t.after.followUps, count: followUps?.summary.open },
    { href: '/response-times', label: t.after.times, count: undefined },
    { href: '/reviews', label: t.after.reviews, count: undefined },
    { href: '/alarms', label: t.after.alarms, count: alarms?.items.filter(({ endedAt }) => endedAt === null).length },
  ];
  return (
    <nav className="tabs" aria-label={t.after.tabs}>
      {tabs.map(({ href, label, count }) => (
        <Link key={href} href={href} aria-current={path.startsWith(href) ? 'page' : undefined}>
          {label}
          {count !== undefined && <span className={count === 0 ? 'count is-zero' : 'count'}>{count}</span>}
        </Link>
      ))}
    </nav>
  );
}

interface AfterPageProps {
  readonly title: string;
  readonly lead: string;
  readonly children: ReactNode;
}

/** One of them, on the cloud; anywhere else a word of where they are. */
export function AfterPage({ title, lead, children }: AfterPageProps): ReactNode {
  const { t } = useSpeech();
  const isCloud = useIsCloud();
  if (isCloud === undefined) return <p className="quiet-note">{t.common.loading}</p>;
  if (!isCloud) return <p className="quiet-note">{t.after.cloudOnly}</p>;
  return (
    <>
      <h1>{title}</h1>
      <AfterTabs />
      <p className="lead">{lead}</p>
      <div className="after-body">{children}</div>
    </>
  );
}
