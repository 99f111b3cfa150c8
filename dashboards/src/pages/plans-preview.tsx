import type { ResponseCheck } from '@keepsite/cloud-contract';
import type { FrozenPlan, Recipient } from '@keepsite/edge-contract';
import { useId, type ReactNode } from 'react';
import { civilOf, instantOfCivil, movedDay } from '../roster/civil.ts';
import { durationText } from '../time/countdown.ts';
import { useSpeech } from '../words/language.tsx';

interface PlanPreviewProps {
  readonly plan: string;
  readonly rehearsed: ResponseCheck['rehearsed'] | undefined;
  readonly zone: string;
  /** The chosen moment by the clock of the zone. */
  readonly at: string;
  readonly onAt: (at: string) => void;
}

/** Three o'clock of the coming night, by the clock of a zone: when a gap hurts most. */
export function comingNight(now: number, zone: string): string {
  return `${movedDay(civilOf(now, zone).slice(0, 10), 1)}T03:00`;
}

/** Whom a plan would page if its incident began now, and at a moment of one's choice. */
export function PlanPreview({ plan, rehearsed, zone, at, onAt }: PlanPreviewProps): ReactNode {
  const { t } = useSpeech();
  const id = useId();
  const [now, then] = rehearsed ?? [];
  return (
    <section className="panel plan-preview" aria-label={t.planForm.preview}>
      <h2>
        {t.planForm.preview} <small className="faint">{plan}</small>
      </h2>
      <div className="plan-moments">
        <div>
          <p className="plan-moment">
            <b>{t.planForm.now}</b>{' '}
            <span className="tabular">{now && civilOf(Date.parse(now.at), zone).replace('T', ' ')}</span>
          </p>
          <Rehearsed plan={now?.plan} />
        </div>
        <div>
          <p className="plan-moment">
            <label htmlFor={id}>{t.planForm.previewAt}</label>
            <input
              id={id}
              name="preview at"
              type="datetime-local"
              value={at}
              onChange={({ target }) => onAt(target.value)}
            />
          </p>
          <Rehearsed plan={instantOfCivil(at, zone) === null ? undefined : then?.plan} />
        </div>
      </div>
      <small className="faint">{t.planForm.previewHint(zone)}</small>
    </section>
  );
}

function Rehearsed({ plan }: { readonly plan: FrozenPlan | null | undefined }): ReactNode {
  const { t } = useSpeech();
  if (!plan) return <p className="faint small">{t.planForm.previewWaits}</p>;
  return (
    <ol className="plan-rungs">
      {plan.steps.map((step, index) => (
        <li key={index} className="plan-rung">
          <span className="rung-time tabular">{durationText(step.afterSeconds * 1000)}</span>
          <span>
            <Reached step={step} alert={plan.alert ?? []} />
            <small className="faint block">{t.stepWhen[step.when]}</small>
          </span>
        </li>
      ))}
    </ol>
  );
}

function Reached({
  step,
  alert,
}: {
  readonly step: FrozenPlan['steps'][number];
  readonly alert: readonly Recipient[];
}): ReactNode {
  const { t } = useSpeech();
  const people = [...Map.groupBy(step.to, ({ person }) => person).values()];
  if (people.length === 0 && step.page.length === 0) return t.planForm.releases;
  if (people.length === 0)
    return (
      <>
        <b className="is-bad">{t.planForm.pagesNobody}</b>
        {alert.length > 0 && (
          <small className="block">{t.planForm.told([...new Set(alert.map(({ name }) => name))].join(' · '))}</small>
        )}
      </>
    );
  return people.map((ways) => (
    <span key={ways[0]?.person} className="block">
      <b>{ways[0]?.name}</b> <small>{ways.map(({ channel }) => t.channel[channel] ?? channel).join(' → ')}</small>
    </span>
  ));
}
