import type { Incident } from '@keepsite/edge-contract';
import type { CSSProperties, ReactNode } from 'react';
import { ladderOf, type LadderStep } from '../incident/ladder.ts';
import { headlineClock, stopOf } from '../incident/urgency.ts';
import { durationText, readClock } from '../time/countdown.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { useSpeech } from '../words/language.tsx';

/** The promised minutes as a line: how much is used, where the ladder's steps stand, who came when. */
export function Rail({ incident }: { readonly incident: Incident }): ReactNode {
  const now = useServerNow(1000);
  const clock = headlineClock(incident);
  if (!clock || now === null) return null;
  const start = Date.parse(clock.startedAt);
  const length = Math.max(1, Date.parse(clock.dueAt) - start);
  const at = (instant: number): CSSProperties => ({
    left: `${Math.min(100, Math.max(0, ((instant - start) / length) * 100))}%`,
  });
  const reading = readClock(clock, now, stopOf(incident, clock.term));
  const steps = (ladderOf(incident)?.steps ?? []).filter((step) => step.afterSeconds * 1000 <= length);
  return (
    <div className={`rail ph-${reading.phase}`} aria-hidden="true">
      <div className="rail-used" style={{ width: `${reading.used * 100}%` }} />
      {steps.map((step) => (
        <i
          key={step.index}
          className={`rail-step is-${step.state}`}
          style={at(start + step.afterSeconds * 1000)}
          title={stepTitle(step)}
        />
      ))}
      {incident.acknowledgedAt && <i className="rail-mark is-ack" style={at(Date.parse(incident.acknowledgedAt))} />}
      {incident.onSiteAt && <i className="rail-mark is-site" style={at(Date.parse(incident.onSiteAt))} />}
    </div>
  );
}

/** "Step 2 of 7, next at 02:00"; nothing where no plan is climbing. */
export function LadderLine({ incident }: { readonly incident: Incident }): ReactNode {
  const { t } = useSpeech();
  const ladder = ladderOf(incident);
  if (!ladder || ladder.steps.length === 0) return null;
  const climbing = !incident.hold && (incident.response === 'open' || incident.response === 'acknowledged');
  if (!climbing) return null;
  const next = ladder.next ? t.ladder.nextAt(durationText(ladder.next.afterMs)) : t.ladder.allTaken;
  return (
    <span className="ladder-line">
      {t.ladder.step(ladder.reached, ladder.steps.length)} · {next}
    </span>
  );
}

function stepTitle(step: LadderStep): string {
  return `${durationText(step.afterSeconds * 1000)} ${step.names.join(', ')}`;
}
