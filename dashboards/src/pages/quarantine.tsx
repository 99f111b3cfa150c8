import type { QuarantineGroup, RetryBody } from '@keepsite/edge-contract';
import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { useMappings, useQuarantineGroups, useRetry } from '../api/adoption.ts';
import { familyName } from '../adoption/families.ts';
import { describeHref, mappingHref } from '../adoption/links.ts';
import { OnEdge } from '../ui/on-edge.tsx';
import { Loaded } from '../ui/loading.tsx';
import { Permitted } from '../ui/permitted.tsx';
import { RawMessageView } from '../ui/raw-message.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { RetriedFigures } from '../ui/retried.tsx';
import { useSpeech } from '../words/language.tsx';
import { reasonWords } from '../words/values.ts';

/** What could not be trusted, by reason and device, and a way to read it anew. */
export function QuarantinePage(): ReactNode {
  const { t } = useSpeech();
  return (
    <>
      <h1>{t.quarantine.title}</h1>
      <p className="lead">{t.quarantine.lead}</p>
      <OnEdge elsewhere={t.quarantine.notHere} to="quarantine.read">
        <Groups />
      </OnEdge>
    </>
  );
}

function Groups(): ReactNode {
  const { t, format } = useSpeech();
  const retry = useRetry();
  const busy = retry.isPending ? retry.variables : null;
  return (
    <Loaded query={useQuarantineGroups()}>
      {({ items, total }) => (
        <>
          <div className="quarantine-all">
            <strong className="tabular">{items.length > 0 && t.quarantine.total(format.number(total))}</strong>
            {items.some((group) => group.retryable) && (
              <Permitted to="quarantine.retry">
                <button
                  type="button"
                  className="act is-primary"
                  disabled={busy !== null}
                  onClick={() => retry.mutate({ all: true })}
                >
                  {busy?.all ? t.quarantine.trying : t.quarantine.againAll}
                </button>
              </Permitted>
            )}
          </div>
          <output className="outcome">
            {retry.data && (
              <div className="panel is-done">
                <b>{t.quarantine.outcome}</b>
                <RetriedFigures retried={retry.data} />
              </div>
            )}
          </output>
          <Refusal error={retry.error} />
          {items.length === 0 && (
            <div className="empty">
              <strong>{t.quarantine.none}</strong>
            </div>
          )}
          <ul className="heard">
            {items.map((group) => (
              <li key={group.key}>
                <Group group={group} busy={busy} onRetry={() => retry.mutate({ key: group.key })} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Loaded>
  );
}

interface GroupProps {
  readonly group: QuarantineGroup;
  /** What is being tried now. */
  readonly busy: RetryBody | null;
  readonly onRetry: () => void;
}

function Group({ group, busy, onRetry }: GroupProps): ReactNode {
  const { t, format } = useSpeech();
  const [shown, setShown] = useState(false);
  const device = group.device ?? group.topic ?? group.sample.topic;
  const reason = reasonWords(group.reason, t);
  const { data: mappings } = useMappings();
  const mapping = mappings?.items.find(({ family }) => family !== null && family === group.family);
  return (
    <article className="panel heard-card" aria-label={t.quarantine.group(device, reason)}>
      <header className="heard-head">
        <div>
          <h2 className="reason">{reason}</h2>
          <p>
            <code>{device}</code>{' '}
            <span className="faint">
              · {group.family === null ? t.quarantine.nobody : t.discovered.speaks(familyName(group.family))}
            </span>
          </p>
        </div>
        <p className="quarantine-count tabular">
          <b>{t.quarantine.messages(format.number(group.count))}</b>
          <span className="faint small">
            {group.firstAt === group.lastAt
              ? format.dateTime(group.lastAt)
              : t.quarantine.since(format.dateTime(group.firstAt), format.dateTime(group.lastAt))}
          </span>
        </p>
      </header>
      <details className="behind" open={shown} onToggle={(event) => setShown(event.currentTarget.open)}>
        <summary>{t.quarantine.sample}</summary>
        {shown && <RawMessageView message={group.sample} />}
      </details>
      {!group.retryable && <p className="note">{t.quarantine.cut}</p>}
      <Permitted to="quarantine.retry">
        <footer className="heard-acts">
          {group.retryable && (
            <button
              type="button"
              className="act"
              disabled={busy !== null}
              aria-label={t.quarantine.againFor(device, reason)}
              onClick={onRetry}
            >
              {busy?.key === group.key ? t.quarantine.trying : t.quarantine.again}
            </button>
          )}
          {mapping && (
            <Link
              href={mappingHref(mapping.name, device)}
              className="act"
              aria-label={t.quarantine.mendName(mapping.name, device)}
            >
              {t.quarantine.mend}
            </Link>
          )}
          {group.family === null && (
            <Link
              href={describeHref(device, group.sample.topic)}
              className="act"
              aria-label={t.discovered.describeName(device)}
            >
              {t.quarantine.describe}
            </Link>
          )}
        </footer>
      </Permitted>
    </article>
  );
}
