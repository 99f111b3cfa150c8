import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useDiscoveredCount, useIsEdge, useQuarantineGroups } from '../api/adoption.ts';
import { useWhoAmI } from '../api/queries.ts';
import { useSpeech } from '../words/language.tsx';

/** The rooms of the devices' pages; nothing on a server that hears no device. */
export function DeviceTabs(): ReactNode {
  const { t, format } = useSpeech();
  const [path] = useLocation();
  const isEdge = useIsEdge();
  const waiting = useDiscoveredCount();
  const { data: quarantine } = useQuarantineGroups();
  if (isEdge !== true) return null;
  const tabs = [
    { href: '/devices', label: t.tabs.known, count: null },
    { href: '/discovered', label: t.tabs.discovered, count: waiting === null ? null : format.number(waiting) },
    { href: '/quarantine', label: t.tabs.quarantine, count: quarantine ? format.number(quarantine.total) : null },
    { href: '/mappings', label: t.tabs.mappings, count: null },
  ];
  return (
    <nav className="tabs" aria-label={t.tabs.label}>
      {tabs.map(({ href, label, count }) => (
        <Link key={href} href={href} aria-current={path.startsWith(href) ? 'page' : undefined}>
          {label}
          {count !== null && <span className={count === '0' ? 'count is-zero' : 'count'}>{count}</span>}
        </Link>
      ))}
    </nav>
  );
}

/** Shows a page of the edge on an edge, and the way there anywhere else. */
export function OnEdge({
  elsewhere,
  children,
}: {
  readonly elsewhere: string;
  readonly children: ReactNode;
}): ReactNode {
  const { t } = useSpeech();
  const { data: who } = useWhoAmI();
  const isEdge = useIsEdge();
  const [path] = useLocation();
  if (isEdge === undefined) return <p className="quiet-note">{t.common.loading}</p>;
  if (isEdge) return children;
  return (
    <p className="quiet-note">
      {elsewhere} {who?.links.edge && <a href={new URL(path, who.links.edge).href}>{t.discovered.openEdge} →</a>}
    </p>
  );
}
