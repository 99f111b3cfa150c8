import type { ReactNode } from 'react';
import { useMay } from '../api/access.ts';
import { shellState } from '../api/shell.ts';
import { useValue } from '../api/value.ts';
import { useSpeech } from '../words/language.tsx';

/**
 * Whether this browser opens Keepsite without a line. Where it cannot, that is told to whoever can
 * give the gateway a certificate, and to nobody else.
 */
export function OfflineNote(): ReactNode {
  const { t } = useSpeech();
  const mayMend = useMay()('code.manage');
  const state = useValue(shellState);
  if (state === 'kept') return <p className="faint small">{t.account.opensOffline}</p>;
  if (state === 'unknown' || !mayMend) return null;
  return (
    <section className="panel">
      <h2>{t.account.onlyOnline}</h2>
      <p>{t.account.onlyOnlineText}</p>
    </section>
  );
}
