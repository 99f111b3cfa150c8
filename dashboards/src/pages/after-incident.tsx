import type { Incident } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { pathOf, reviewHref, useIsCloud, useReview } from '../api/after.ts';
import { useSpeech } from '../words/language.tsx';

/** What can be taken along of an incident, and, on the cloud, its review. */
export function AfterIncident({ incident }: { readonly incident: Incident }): ReactNode {
  const { t } = useSpeech();
  const isCloud = useIsCloud();
  return (
    <section className="panel">
      <h2>{t.review.evidence}</h2>
      <p className="links">
        <a href={`${pathOf(incident.id)}/export.json`} download>
          {t.review.json}
        </a>{' '}
        <a href={`${pathOf(incident.id)}/export.csv`} download>
          {t.review.csv}
        </a>
      </p>
      <p className="faint small">{t.review.verify}</p>
      {isCloud && <ReviewLink incident={incident.id} />}
    </section>
  );
}

function ReviewLink({ incident }: { readonly incident: string }): ReactNode {
  const { t } = useSpeech();
  const { data } = useReview(incident);
  if (!data) return null;
  return (
    <p>
      <Link href={reviewHref(incident)}>{data.state === 'missing' ? t.review.write : t.review.read}</Link>{' '}
      <small className="faint">
        {t.review.is[data.state]}
        {data.required && ` · ${t.review.required}`}
      </small>
    </p>
  );
}
