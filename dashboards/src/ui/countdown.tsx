import type { Clock, Incident, Term } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { clockOf, headlineClock, isOpen, stopOf } from '../incident/urgency.ts';
import { countdownText, durationText, readClock, type ClockPhase, type ClockReading } from '../time/countdown.ts';
import { useFreshness, useServerNow } from '../time/use-server-now.ts';
import type { Words } from '../words/en.ts';
import { useSpeech } from '../words/language.tsx';

/** The big number of an incident: time left of its on-site promise, or what became of it. */
export function Countdown({ incident }: { readonly incident: Incident }): ReactNode {
  const { t } = useSpeech();
  const now = useServerNow();
  const trusted = useFreshness();
  const clock = headlineClock(incident);
  const guess = trusted === 'dead' || trusted === 'waiting';
  if (now === null) return <Digits text="--:--" label={t.fresh.waiting} phase="unknown" guess />;
  if (!clock) return <WithoutClock incident={incident} now={now} guess={guess} />;
  const reading = readClock(clock, now, stopOf(incident, clock.term));
  return (
    <Digits
      text={numberOf(reading)}
      label={labelOf(reading, clock.term, t)}
      phase={reading.phase}
      guess={guess}
      soon={isSoon(reading)}
    />
  );
}

/** The acknowledge clock beside the big number; nothing when the plan has none. */
export function SideClock({ incident, term }: { readonly incident: Incident; readonly term: Term }): ReactNode {
  const { t } = useSpeech();
  const now = useServerNow();
  const trusted = useFreshness();
  const clock = clockOf(incident, term);
  if (!clock || now === null) return null;
  const reading = readClock(clock, now, stopOf(incident, term));
  return (
    <span className={`side-clock ph-${reading.phase}${trusted === 'dead' ? ' guess' : ''}`}>
      <span>{t.term[term]}</span> <b>{numberOf(reading)}</b>
    </span>
  );
}

function WithoutClock({ incident, now, guess }: { incident: Incident; now: number; guess: boolean }): ReactNode {
  const { t } = useSpeech();
  const until = isOpen(incident) ? now : Date.parse(incident.closedAt ?? incident.openedAt);
  const text = durationText(until - Date.parse(incident.openedAt));
  return <Digits text={text} label={`${t.clock.openFor} · ${t.clock.noClock}`} phase="excluded" guess={guess} />;
}

interface DigitsProps {
  readonly text: string;
  readonly label: string;
  readonly phase: ClockPhase;
  readonly guess: boolean;
  readonly soon?: boolean;
}

function Digits({ text, label, phase, guess, soon = false }: DigitsProps): ReactNode {
  return (
    <div className={`countdown ph-${phase}${guess ? ' guess' : ''}${soon ? ' soon' : ''}`} role="timer" aria-live="off">
      <span className="digits">{text}</span>
      <span className="digits-label">{label}</span>
    </div>
  );
}

function numberOf({ phase, remainingMs, takenMs }: ClockReading): string {
  if (remainingMs !== null) return countdownText(remainingMs);
  if (takenMs !== null) return durationText(takenMs);
  return phase === 'unknown' ? '??:??' : '––:––';
}

const WHAT: Record<Term, 'toAcknowledge' | 'toOnSite' | 'toResolve'> = {
  acknowledge: 'toAcknowledge',
  on_site: 'toOnSite',
  resolve: 'toResolve',
};

function labelOf(reading: ClockReading, term: Clock['term'], t: Words): string {
  switch (reading.phase) {
    case 'running':
      return t.clock[WHAT[term]];
    case 'overdue':
      return `${t.clock.overdue} · ${t.term[term]}`;
    case 'met':
      return `${t.term[term]} · ${t.verdict.met}`;
    case 'missed':
      return `${t.term[term]} · ${t.verdict.breached}`;
    default:
      return `${t.term[term]} · ${t.verdict[reading.phase]}`;
  }
}

/** The last two minutes, in which somebody should already be running. */
function isSoon({ phase, remainingMs }: ClockReading): boolean {
  return phase === 'running' && remainingMs !== null && remainingMs <= 120_000;
}
