import type { Retried } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { useSpeech } from '../words/language.tsx';

/** What became of kept messages that were read anew. */
export function RetriedFigures({ retried }: { readonly retried: Retried }): ReactNode {
  const { t, format } = useSpeech();
  if (retried.tried === 0) return <p className="faint">{t.retried.nothing}</p>;
  return (
    <ul className="figures">
      <li>{t.retried.tried(format.number(retried.tried))}</li>
      <li className={retried.decoded > 0 ? 'is-good' : undefined}>
        {t.retried.decoded(format.number(retried.decoded))}
      </li>
      {retried.readings > 0 && <li className="is-good">{t.retried.readings(format.number(retried.readings))}</li>}
      {retried.stillRejected > 0 && (
        <li className="is-warn">{t.retried.still(format.number(retried.stillRejected))}</li>
      )}
    </ul>
  );
}
