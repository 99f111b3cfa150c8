import type { Action } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { useIsEdge } from '../api/adoption.ts';
import { useWhoAmI } from '../api/queries.ts';
import { useSpeech } from '../words/language.tsx';
import { PermittedPage } from './permitted.tsx';

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
