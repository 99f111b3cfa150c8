import type { ReactNode } from 'react';
import { useIsCloud } from '../api/after.ts';
import { useSpeech } from '../words/language.tsx';

interface CloudPageProps {
  readonly title: string;
  readonly lead: string;
  readonly children: ReactNode;
}

/** A page of the cloud; anywhere else a word of where it is. */
export function CloudPage({ title, lead, children }: CloudPageProps): ReactNode {
  const { t } = useSpeech();
  const isCloud = useIsCloud();
  if (isCloud === undefined) return <p className="quiet-note">{t.common.loading}</p>;
  if (!isCloud) return <p className="quiet-note">{t.after.cloudOnly}</p>;
  return (
    <>
      <h1>{title}</h1>
      <p className="lead">{lead}</p>
      <div className="stack">{children}</div>
    </>
  );
}
