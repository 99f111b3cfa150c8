import type { ReactNode } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { type ResponseDoor, useResponseDoor } from '../api/response.ts';
import { useEdges } from '../api/queries.ts';
import { useSpeech } from '../words/language.tsx';

/** The door that the address names; on a cloud `?edge=` chooses among its gateways. */
export function useDoor(): ResponseDoor | null {
  const [search] = useSearchParams();
  return useResponseDoor(search.get('edge'));
}

/** The rooms of these pages, and on a cloud the gateway that they are about. */
export function RosterTabs(): ReactNode {
  const { t } = useSpeech();
  const [path] = useLocation();
  const [search] = useSearchParams();
  const edge = search.get('edge');
  const query = edge === null ? '' : `?edge=${encodeURIComponent(edge)}`;
  const tabs = [
    { href: '/rosters', label: t.rosters.title },
    { href: '/plans', label: t.rosters.plans },
  ];
  return (
    <>
      <nav className="tabs" aria-label={t.rosters.tabs}>
        {tabs.map(({ href, label }) => (
          <Link key={href} href={`${href}${query}`} aria-current={path.startsWith(href) ? 'page' : undefined}>
            {label}
          </Link>
        ))}
      </nav>
      <GatewayPicker />
    </>
  );
}

function GatewayPicker(): ReactNode {
  const { t } = useSpeech();
  const door = useDoor();
  const edges = useEdges();
  const [, setSearch] = useSearchParams();
  if (!door?.edge || !edges || edges.length < 2) return null;
  return (
    <label className="picker">
      <span>{t.rosters.gateway}</span>
      <select value={door.edge} onChange={(change) => setSearch({ edge: change.target.value })}>
        {edges.map(({ id }) => (
          <option key={id}>{id}</option>
        ))}
      </select>
    </label>
  );
}
