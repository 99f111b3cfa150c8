import type { IncidentReview, ReviewAction, ReviewState, ReviewVersion } from '@keepsite/cloud-contract';
import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { useReview, useWriteReview } from '../api/after.ts';
import { newId } from '../api/id.ts';
import { useIncident } from '../api/queries.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { useDirectory } from '../ui/directory.tsx';
import { Loaded } from '../ui/loading.tsx';
import { useResponder } from '../ui/responder.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useSpeech } from '../words/language.tsx';

/** The review of one incident: the newest version to be carried on, and all earlier ones. */
export function ReviewPage({ id }: { readonly id: string }): ReactNode {
  const { t } = useSpeech();
  const incident = decodeURIComponent(id);
  const { title } = useDirectory();
  const { data } = useIncident(incident);
  return (
    <>
      <h1>{t.review.of(data ? title(data) : incident)}</h1>
      <p>
        <Link href={`/incidents/${encodeURIComponent(incident)}`}>← {incident}</Link>
      </p>
      <Loaded query={useReview(incident)} missing={t.incident.notFound}>
        {(review) => <ReviewForm review={review} />}
      </Loaded>
    </>
  );
}

/** What is typed here stays, whatever others write meanwhile; the server tells whoever comes second. */
function ReviewForm({ review }: { readonly review: IncidentReview }): ReactNode {
  const { t } = useSpeech();
  const responder = useResponder();
  const write = useWriteReview(review.incident);
  const [newest, ...earlier] = review.versions;
  const [base, setBase] = useState(newest?.version ?? 0);
  const [happened, setHappened] = useState(newest?.whatHappened ?? '');
  const [causes, setCauses] = useState(newest?.causes.join('\n') ?? '');
  const [actions, setActions] = useState<readonly ReviewAction[]>(newest?.actions ?? []);
  const lines = causes
    .split('\n')
    .map((cause) => cause.trim())
    .filter(Boolean);
  const canAgree = happened.trim() !== '' && lines.length > 0;
  const save = (state: ReviewState): void =>
    write.mutate(
      {
        version: base + 1,
        state,
        by: responder ?? 'unknown',
        whatHappened: happened,
        causes: lines,
        actions: [...actions],
      },
      { onSuccess: ({ versions }) => setBase(versions[0]?.version ?? 0) },
    );
  return (
    <section className="panel form review">
      <p className="after-marks">
        <span className="tag">{t.review.is[review.state]}</span>
        {review.required && <span className="faint">{t.review.required}</span>}
        {newest && <VersionLine version={newest} />}
      </p>
      <label>
        {t.review.happened}
        <textarea rows={5} maxLength={8000} value={happened} onChange={(change) => setHappened(change.target.value)} />
      </label>
      <label>
        {t.review.causes}
        <textarea rows={3} maxLength={8000} value={causes} onChange={(change) => setCauses(change.target.value)} />
      </label>
      <h2>{t.review.actions}</h2>
      <ActionRows actions={actions} onChange={setActions} />
      <Refusal error={write.error} />
      {!canAgree && <p className="faint">{t.review.agreeNeeds}</p>}
      <p className="after-buttons">
        <button type="button" className="act" disabled={write.isPending} onClick={() => save('draft')}>
          {t.review.saveDraft}
        </button>
        <button
          type="button"
          className="act is-primary"
          disabled={write.isPending || !canAgree}
          onClick={() => save('agreed')}
        >
          {t.review.agree}
        </button>
      </p>
      <Earlier versions={earlier} />
    </section>
  );
}

interface ActionRowsProps {
  readonly actions: readonly ReviewAction[];
  readonly onChange: (actions: readonly ReviewAction[]) => void;
}

function ActionRows({ actions, onChange }: ActionRowsProps): ReactNode {
  const { t } = useSpeech();
  const change = (index: number, part: Partial<ReviewAction>): void =>
    onChange(actions.map((action, i) => (i === index ? { ...action, ...part } : action)));
  const now = useServerNow(60_000);
  const at = now === null ? null : new Date(now).toISOString();
  return (
    <>
      {actions.map((action, index) => (
        <fieldset key={action.id} className="after-action">
          <label>
            {t.review.action}
            <input
              required
              maxLength={1000}
              value={action.text}
              onChange={({ target }) => change(index, { text: target.value })}
            />
          </label>
          <label>
            {t.review.owner}
            <input
              required
              maxLength={120}
              value={action.owner}
              onChange={({ target }) => change(index, { owner: target.value })}
            />
          </label>
          <label>
            {t.review.due}
            <input
              type="date"
              required
              value={action.due}
              onChange={({ target }) => target.value && change(index, { due: target.value })}
            />
          </label>
          <label className="check">
            <input
              type="checkbox"
              checked={action.doneAt !== null}
              onChange={({ target }) => change(index, { doneAt: target.checked ? at : null })}
            />
            {t.review.done}
          </label>
          <button
            type="button"
            className="act is-small"
            onClick={() => onChange(actions.filter((_, i) => i !== index))}
          >
            {t.review.remove}
          </button>
        </fieldset>
      ))}
      <button
        type="button"
        className="act is-small"
        disabled={at === null}
        onClick={() => at !== null && onChange([...actions, newAction(at)])}
      >
        {t.review.add}
      </button>
    </>
  );
}

/** Empty, due today until somebody says otherwise. */
function newAction(at: string): ReviewAction {
  return { id: newId(), text: '', owner: '', due: at.slice(0, 10), doneAt: null };
}

function Earlier({ versions }: { readonly versions: readonly ReviewVersion[] }): ReactNode {
  const { t } = useSpeech();
  if (versions.length === 0) return null;
  return (
    <details className="behind">
      <summary>{t.review.earlier(versions.length)}</summary>
      {versions.map((version) => (
        <article key={version.version} className="after-version">
          <VersionLine version={version} />
          <p>{version.whatHappened}</p>
          <ul>
            {version.causes.map((cause) => (
              <li key={cause}>{cause}</li>
            ))}
            {version.actions.map((action) => (
              <li key={action.id}>
                {action.text} ({action.owner}, {action.due})
              </li>
            ))}
          </ul>
        </article>
      ))}
    </details>
  );
}

function VersionLine({ version }: { readonly version: ReviewVersion }): ReactNode {
  const { t, format } = useSpeech();
  const { person } = useDirectory();
  return (
    <small className="faint">
      {t.review.version(version.version, person(version.by), format.dateTime(version.recordedAt))}
    </small>
  );
}
