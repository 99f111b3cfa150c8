import type { ResponseFinding } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { useSpeech } from '../words/language.tsx';

/** What is wrong or doubtful, errors first, each with its place. */
export function Findings({ findings }: { readonly findings: readonly ResponseFinding[] }): ReactNode {
  const { t, name } = useSpeech();
  if (findings.length === 0) return <p className="is-good">✓ {t.plans.sound}</p>;
  const ordered = findings.toSorted((a, b) => (a.level < b.level ? -1 : a.level > b.level ? 1 : 0));
  return (
    <ul className="findings">
      {ordered.map(({ level, place, text }) => (
        <li key={`${place} ${text.en}`} className={level === 'error' ? 'is-bad' : 'is-warn'}>
          <b>{level === 'error' ? t.plans.error : t.plans.warning}</b> {name(text)}{' '}
          <code className="faint">{place}</code>
        </li>
      ))}
    </ul>
  );
}
