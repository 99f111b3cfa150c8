import type { Action } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useMay } from '../api/access.ts';
import { useDiscoveredCount, useIsEdge, useQuarantineGroups } from '../api/adoption.ts';
import { useWhoAmI } from '../api/queries.ts';
import { useSpeech } from '../words/language.tsx';
import { PermittedPage } from './permitted.tsx';

/** The rooms of the devices' pages; nothing on a server that hears no device. */
export function DeviceTabs(): ReactNode {
  const { t, format } = useSpeech();
  const [path] = useLocation();
  const isEdge = useIsEdge();
  const may = useMay();
  const waiting = useDiscoveredCount();
  const { data: quarantine } = useQuarantineGroups();
  if (isEdge !== true) return null;
  const tabs = [
    { href: '/devices', label: t.tabs.known, count: null, needs: 'facility.read' },
    {
      href: '/discovered',
      label: t.tabs.discovered,
      count: waiting === null ? null : format.number(waiting),
      needs: 'discovered.read',
    },
    {
      href: '/quarantine',
      label: t.tabs.quarantine,
      count: quarantine ? format.number(quarantine.total) : null,
      needs: 'quarantine.read',
    },
    { href: '/mappings', label: t.tabs.mappings, count: null, needs: 'mapping.read' },
  ] as const;
  return (
    <nav className="tabs" aria-label={t.tabs.label}>
      {tabs
        .filter(({ needs }) => may(needs))
        .map(({ href, label, count }) => (
          <Link key={href} href={href} aria-current={path.startsWith(href) ? 'page' : undefined}>
            {label}
            {count !== null && <span className={count === '0' ? 'count is-zero' : 'count'}>{count}</span>}
          </Link>
        ))}
      {may('code.read') && (
        <a href="/api/codes/sheet" target="_blank" rel="noreferrer">
          {t.acting.sheet}
        </a>
      )}
    </nav>
  );
}

/** Shows a page of the edge on an edge, to whoever may see it, and the way there anywhere else. */
export function OnEdge({
  elsewhere,
  to,
  children,
}: {
  readonly elsewhere: string;
  readonly to: Action;
  readonly children: ReactNode;
}): ReactNode {
  const { t } = useSpeech();
  const { data: who } = useWhoAmI();
  const isEdge = useIsEdge();
  const [path] = useLocation();
  if (isEdge === undefined) return <p className="quiet-note">{t.common.loading}</p>;
  if (isEdge) return <PermittedPage to={to}>{children}</PermittedPage>;
  return (
    <p className="quiet-note">
      {elsewhere} {who?.links.edge && <a href={new URL(path, who.links.edge).href}>{t.discovered.openEdge} →</a>}
    </p>
  );
}
