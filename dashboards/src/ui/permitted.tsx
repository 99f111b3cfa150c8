import type { Action } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { useMay } from '../api/access.ts';
import { useWhoAmI } from '../api/queries.ts';
import { useSpeech } from '../words/language.tsx';

interface PermittedProps {
  readonly to: Action;
  readonly children: ReactNode;
}

/** Shows what somebody's role may do, and nothing of it otherwise. The server decides in any case. */
export function Permitted({ to, children }: PermittedProps): ReactNode {
  return useMay()(to) ? children : null;
}

/** A whole page of that kind: whoever may not see it is told so. */
export function PermittedPage({ to, children }: PermittedProps): ReactNode {
  const { t } = useSpeech();
  const { data: who } = useWhoAmI();
  const may = useMay();
  if (may(to)) return children;
  return <p className="quiet-note">{who ? t.accounts.notAllowed : t.common.loading}</p>;
}
