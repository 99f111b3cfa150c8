import type { ActionLine, ReviewLine } from '@keepsite/cloud-contract';
import type { Severity } from '@keepsite/edge-contract';
import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { reviewHref, useOpenActions, useReviews, type ReviewFilter } from '../api/after.ts';
import { faultWord } from '../incident/fault-word.ts';
import { CloudPage } from '../ui/cloud-page.tsx';
import { useDirectory } from '../ui/directory.tsx';
import { Loaded } from '../ui/loading.tsx';
import { SeverityMark } from '../ui/shapes.tsx';
import { useSpeech } from '../words/language.tsx';

const FILTERS: readonly ReviewFilter[] = ['due', 'draft', 'agreed', 'all'];

/** Which incidents are still to be reviewed, and what reviews have decided to do. */
export function ReviewsPage(): ReactNode {
  const { t } = useSpeech();
  const [state, setState] = useState<ReviewFilter>('due');
  return (
    <CloudPage title={t.after.reviews} lead={t.review.lead}>
      <Actions />
      <div className="filters">
        <select
          value={state}
          onChange={(change) => setState(change.target.value as ReviewFilter)}
          aria-label={t.after.reviews}
        >
          {FILTERS.map((one) => (
            <option key={one} value={one}>
              {t.review.state[one]}
            </option>
          ))}
        </select>
      </div>
      <Loaded query={useReviews(state)}>
        {({ items }) => (
          <>
            {items.length === 0 && <p className="quiet-note">{t.review.none}</p>}
            <ul className="stack">
              {items.map((line) => (
                <ReviewCard key={line.incident} line={line} />
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </CloudPage>
  );
}

function ReviewCard({ line }: { readonly line: ReviewLine }): ReactNode {
  const { t, format } = useSpeech();
  const { asset, site, zoneOf } = useDirectory();
  return (
    <li className="panel after-card">
      <p className="after-marks">
        <SeverityMark severity={line.severity as Severity} />
        <span className="tag">{t.review.is[line.state]}</span>
        {line.breached && <span className="is-bad">{t.review.breached}</span>}
        {line.openActions > 0 && <span className="faint">{t.review.open(line.openActions)}</span>}
        {line.overdueActions > 0 && <span className="is-bad">{t.review.overdue(line.overdueActions)}</span>}
      </p>
      <h2>
        <Link href={reviewHref(line.incident)}>
          {faultWord(line.fault, t.fault)} · {asset(line.asset)}
        </Link>
      </h2>
      <p className="faint">
        {site(line.site)} · {format.dateTime(line.openedAt, zoneOf(line.site))}
      </p>
    </li>
  );
}

function Actions(): ReactNode {
  const { t } = useSpeech();
  const { data } = useOpenActions();
  if (!data) return null;
  return (
    <section className="panel">
      <h2>{t.review.actions}</h2>
      {data.items.length === 0 && <p className="faint">{t.review.noActions}</p>}
      <ul className="after-about">
        {data.items.map((action) => (
          <ActionItem key={`${action.incident} ${action.id}`} action={action} />
        ))}
      </ul>
    </section>
  );
}

function ActionItem({ action }: { readonly action: ActionLine }): ReactNode {
  const { t, format } = useSpeech();
  const { person } = useDirectory();
  return (
    <li>
      <Link href={reviewHref(action.incident)}>{action.text}</Link>{' '}
      <small className={action.overdue ? 'is-bad' : 'faint'}>
        {person(action.owner)} · {t.review.due} {format.day(action.due)}
      </small>
    </li>
  );
}
