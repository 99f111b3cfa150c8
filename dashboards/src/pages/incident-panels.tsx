import type { Incident, Page } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { ladderOf, noteText } from '../incident/ladder.ts';
import { durationText } from '../time/countdown.ts';
import { useDirectory } from '../ui/directory.tsx';
import { useSpeech } from '../words/language.tsx';

type Evidence = Extract<Incident['timeline'][number]['detail'], object> & { evidence?: unknown };
interface EvidenceValue {
  readonly metric: string;
  readonly part: string | null;
  readonly value: number | boolean | string | null;
  readonly at: string;
}

/** The readings that made the rule fire, as the edge kept them. */
export function EvidencePanel({ incident }: { readonly incident: Incident }): ReactNode {
  const { t, format } = useSpeech();
  const { zoneOf } = useDirectory();
  const opened: Evidence | undefined = incident.timeline.find((entry) => entry.kind === 'opened')?.detail;
  const values = Array.isArray(opened?.evidence) ? (opened.evidence as EvidenceValue[]) : [];
  return (
    <section className="panel">
      <h2>{t.incident.evidence}</h2>
      {values.length === 0 && <p className="faint">{t.incident.evidenceNone}</p>}
      <ul className="evidence">
        {values.map((one, index) => (
          <li key={index}>
            <code>
              {one.metric}
              {one.part && `.${one.part}`}
            </code>
            <b className="tabular">{one.value === null ? t.common.unknown : String(one.value)}</b>
            <time className="faint tabular" dateTime={one.at}>
              {format.time(one.at, zoneOf(incident.site))}
            </time>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The response plan as it stood at T0, with what became of each step. */
export function PlanPanel({ incident }: { readonly incident: Incident }): ReactNode {
  const { t, name } = useSpeech();
  const ladder = ladderOf(incident);
  if (!ladder || !incident.plan) return null;
  return (
    <section className="panel">
      <h2>{t.incident.plan}</h2>
      <p className="faint">{t.ladder.frozen(incident.plan.id, incident.plan.version)}</p>
      <ol className="ladder">
        {ladder.steps.map((step) => (
          <li key={step.index} className={`is-${step.state}`}>
            <b className="tabular">{durationText(step.afterSeconds * 1000)}</b>
            <span>
              {step.names.join(', ') || t.ladder.nobody}
              {step.note && <small className="faint"> · {noteText(step.note, name)}</small>}
            </span>
            <em>{t.ladder[step.state]}</em>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Every page and its last known state, with the reason where it failed. */
export function PagesPanel({ incident }: { readonly incident: Incident }): ReactNode {
  const { t } = useSpeech();
  return (
    <section className="panel">
      <h2>{t.incident.pages}</h2>
      {incident.pages.length === 0 && <p className="faint">{t.incident.pagesNone}</p>}
      <ul className="page-list">
        {incident.pages.map((page) => (
          <PageLine key={page.id} page={page} />
        ))}
      </ul>
    </section>
  );
}

function PageLine({ page }: { readonly page: Page }): ReactNode {
  const { t, format } = useSpeech();
  return (
    <li className={`is-${page.state}`}>
      <span>
        {page.to.name} <small className="faint">{t.channel[page.channel] ?? page.channel}</small>
      </span>
      <span>
        {t.pageState[page.state]}
        {page.reason && <small className="faint"> · {t.reason[page.reason] ?? page.reason}</small>}
        {page.possibleDuplicate && <small className="tag">{t.incident.duplicate}</small>}
      </span>
      <time className="faint tabular" dateTime={page.at}>
        {format.time(page.at)}
      </time>
    </li>
  );
}
