import { type Plan, type PlanStep, type ResponseBook, TERMS } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { faultWord } from '../incident/fault-word.ts';
import { noteText } from '../incident/ladder.ts';
import { durationText } from '../time/countdown.ts';
import { useSpeech } from '../words/language.tsx';
import { useClientName } from './client-select.tsx';
import { useDirectory } from './directory.tsx';

/** A response plan drawn as its ladder: what happens after how long, and where its targets lie. */
export function Ladder({ plan, book }: { readonly plan: Plan; readonly book: ResponseBook }): ReactNode {
  const { t, name } = useSpeech();
  const serves = useServes(plan);
  const named = (id: string): string => {
    const person = book.people.find((one) => one.id === id);
    const group = [...book.rosters, ...book.crews].find((one) => one.id === id);
    return person?.name ?? (group ? name(group.name) : id);
  };
  return (
    <section className="panel plan-ladder" aria-label={plan.id}>
      <h2>{plan.id}</h2>
      <p className="faint small">{t.plans.serves(serves || t.plans.everything)}</p>
      <ol className="plan-rungs">
        {rungs(plan).map((rung) =>
          'term' in rung ? (
            <li key={rung.term} className="plan-rung is-target">
              <span className="rung-time tabular">{durationText(rung.seconds * 1000)}</span>
              <span>{t.plans.target(t.term[rung.term])}</span>
            </li>
          ) : (
            <Rung key={rung.index} step={rung.step} named={named} />
          ),
        )}
      </ol>
      {plan.repeatEverySeconds !== undefined && (
        <p className="faint small">{t.plans.repeats(durationText(plan.repeatEverySeconds * 1000))}</p>
      )}
      {plan.alert && plan.alert.length > 0 && (
        <p className="faint small">{t.plans.alerts(plan.alert.map(named).join(', '))}</p>
      )}
    </section>
  );
}

function Rung({ step, named }: { readonly step: PlanStep; readonly named: (id: string) => string }): ReactNode {
  const { t, name } = useSpeech();
  const facts = [
    step.release ? t.plans.releases : null,
    step.skills?.length ? t.plans.onlySkills(step.skills.join(', ')) : null,
    step.channels?.map((channel) => t.channel[channel] ?? channel).join(' → ') ?? null,
    noteText(step.note, name),
  ].filter((fact) => fact !== null);
  return (
    <li className="plan-rung">
      <span className="rung-time tabular">{durationText(step.afterSeconds * 1000)}</span>
      <span>
        <b>{step.page.map(named).join(' · ') || '–'}</b> <span className="tag">{t.stepWhen[step.when]}</span>
        {facts.length > 0 && <small className="faint block">{facts.join(' · ')}</small>}
      </span>
    </li>
  );
}

type Rungs =
  | { readonly seconds: number; readonly index: number; readonly step: PlanStep }
  | { readonly seconds: number; readonly term: (typeof TERMS)[number] };

/** Steps and targets in the order of time; a target comes after the steps of its second. */
function rungs({ steps, terms }: Plan): Rungs[] {
  const targets = TERMS.flatMap((term) => {
    const seconds = terms[term];
    return seconds === undefined ? [] : [{ seconds, term }];
  });
  const all = [...steps.map((step, index) => ({ seconds: step.afterSeconds, index, step })), ...targets];
  return all.toSorted((a, b) => a.seconds - b.seconds);
}

/** Which incidents it serves, in words; empty: all. */
function useServes({ clients, sites, severities, faults }: Plan): string {
  const { t } = useSpeech();
  const { site } = useDirectory();
  const clientName = useClientName();
  return [
    clients?.map(clientName),
    sites?.map(site),
    severities?.map((severity) => t.severity[severity]),
    faults?.map((fault) => faultWord(fault, t.fault)),
  ]
    .flatMap((words) => (words === undefined ? [] : [words.join(', ')]))
    .join(' · ');
}
