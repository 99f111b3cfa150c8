import { useEffect, useState, type ReactNode } from 'react';
import { announcement } from '../api/live.ts';
import { lastOutcome, orders, type Outcome } from '../api/outbox.ts';
import { useValue } from '../api/value.ts';
import { useAgeSeconds, useFreshness, useScale } from '../time/use-server-now.ts';
import type { Words } from '../words/en.ts';
import { useSpeech } from '../words/language.tsx';
import { useDirectory } from './directory.tsx';

/** "updated 3 s ago": always in sight, amber when late, red when dead. */
export function FreshnessChip(): ReactNode {
  const { t } = useSpeech();
  const freshness = useFreshness();
  const age = useAgeSeconds() ?? 0;
  const scale = useScale();
  const text = {
    waiting: t.fresh.waiting,
    live: t.fresh.updated(age),
    late: t.fresh.late(age),
    dead: t.fresh.late(age),
  };
  return (
    <span className="chips">
      {scale !== 1 && (
        <span className="chip is-scale">
          <span className="chip-long">{t.clock.scaled(scale)}</span>
          <span className="chip-short" aria-hidden="true">
            ×{scale}
          </span>
        </span>
      )}
      <Waiting />
      <span className={`chip is-${freshness}`}>
        <i className="dot" aria-hidden="true" />
        <span className="chip-long">{text[freshness]}</span>
        <span className="chip-short" aria-hidden="true">
          {freshness === 'waiting' ? '…' : t.fresh.short(age)}
        </span>
      </span>
    </span>
  );
}

function Waiting(): ReactNode {
  const { t } = useSpeech();
  const waiting = useValue(orders).filter((one) => one.state === 'waiting').length;
  return waiting === 0 ? null : <span className="chip is-late">{t.action.waiting(waiting)}</span>;
}

/** Says in plain words that the numbers are not true any more. */
export function DeadBanner(): ReactNode {
  const { t } = useSpeech();
  if (useFreshness() !== 'dead') return null;
  return (
    <div className="dead-banner" role="alert">
      <strong>{t.fresh.deadTitle}</strong> {t.fresh.deadText}
    </div>
  );
}

/** What became of the last order, where it was not simply done. Goes away by itself. */
export function OutcomeToast(): ReactNode {
  const { t } = useSpeech();
  const outcome = useValue(lastOutcome);
  const [hidden, hide] = useState<Outcome | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => hide(outcome), 7_000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const text = outcome && outcome !== hidden ? wordsOf(outcome, t) : null;
  return <output className="toast-place">{text && <div className={`toast is-${outcome?.result}`}>{text}</div>}</output>;
}

function wordsOf({ result, reason }: Outcome, t: Words): string | null {
  switch (result) {
    case 'refused':
      return t.action.refused(reason ?? '–');
    case 'unchanged':
      return t.action.notModified;
    case 'waiting':
      return t.action.offline;
    case 'done':
      return null;
  }
}

/** Tells a screen reader of a new incident at once. */
export function Announcer(): ReactNode {
  const { t } = useSpeech();
  const { title, site } = useDirectory();
  const incident = useValue(announcement);
  return (
    <div className="unseen" aria-live="assertive">
      {incident && t.common.newIncident(`${t.severity[incident.severity]}, ${title(incident)}, ${site(incident.site)}`)}
    </div>
  );
}
