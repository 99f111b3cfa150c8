import type { ReactNode } from 'react';
import { useSpeech } from '../words/language.tsx';

/** Why an order was not carried out, in the server's own sentence. */
export function Refusal({ error }: { readonly error: Error | null }): ReactNode {
  const { t } = useSpeech();
  return (
    <div role="alert">{error && <p className="refusal">{t.action.refused(error.message || t.common.failed)}</p>}</div>
  );
}
