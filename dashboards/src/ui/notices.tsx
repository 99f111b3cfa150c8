import type { Millis } from '@keepsite/edge-contract';
import { useEffect, useState, type ReactNode } from 'react';
import { announcement, serverTime } from '../api/live.ts';
import { lastOutcome, orders, type Outcome } from '../api/outbox.ts';
import { useValue } from '../api/value.ts';
import { useAgeSeconds, useFreshness, useMonotonic, useScale } from '../time/use-server-now.ts';
import type { Words } from '../words/en.ts';
import { useSpeech } from '../words/language.tsx';
import { useDirectory } from './directory.tsx';

/** From here on nobody counts seconds. */
const LONG_SECONDS = 90;

/** "updated 3 s ago": always in sight, amber when late, red when dead. */
export function FreshnessChip(): ReactNode {
  const { t, format } = useSpeech();
  const freshness = useFreshness();
  const age = useAgeSeconds() ?? 0;
  const scale = useScale();
  const silence = age < LONG_SECONDS ? t.fresh.short(age) : format.span(age);
  const text = {
    waiting: t.fresh.waiting,
    live: t.fresh.updated(age),
    late: t.fresh.late(silence),
    dead: t.fresh.late(silence),
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
          {freshness === 'waiting' ? '…' : silence}
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

/** Says in plain words that the numbers are not true any more, and from when they are. */
export function DeadBanner(): ReactNode {
  const { t } = useSpeech();
  if (useFreshness() !== 'dead') return null;
  return (
    <div className="dead-banner">
      <p role="alert">
        <strong>{t.fresh.deadTitle}</strong> {t.fresh.deadText}
      </p>
      <LastHeard />
    </div>
  );
}

/** Apart from the alert, which would be read out again with every second. */
function LastHeard(): ReactNode {
  const { t, format } = useSpeech();
  const at = useValue(serverTime)?.now;
  const age = useAgeSeconds();
  if (at === undefined || age === null) return null;
  return <p className="tabular">{t.fresh.lastHeard(format.dateTime(at), format.ago(age * 1000))}</p>;
}

/** On a page that shows what was seen before the server was last heard: how old it is by itself. */
export function SeenAt({ at }: { readonly at: Millis }): ReactNode {
  const { t, format } = useSpeech();
  const age = performance.timeOrigin + useMonotonic(1000) - at;
  const silence = useAgeSeconds() ?? 0;
  if (useFreshness() !== 'dead' || age < (silence + LONG_SECONDS) * 1000) return null;
  return <p className="warn">{t.fresh.seen(format.ago(age))}</p>;
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
