import type { Contract, SlaReport } from '@keepsite/cloud-contract';
import type { Fault, Severity, Term, Verdict } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useSla } from '../api/queries.ts';
import { periodBefore, periodOf } from '../client/period.ts';
import { durationText } from '../time/countdown.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { useDirectory } from '../ui/directory.tsx';
import { Loaded } from '../ui/loading.tsx';
import { SeverityMark, VerdictMark } from '../ui/shapes.tsx';
import { useSpeech } from '../words/language.tsx';

/** This month and the one before: what was promised, what was kept, and the incidents behind each figure. */
export function SlaPanels({
  client,
  contract,
}: {
  readonly client: string;
  readonly contract: Contract | null;
}): ReactNode {
  const now = useServerNow(60_000);
  const period = now === null ? '' : periodOf(now, contract?.timeZone ?? 'Asia/Shanghai');
  return (
    <div className="two">
      <Month client={client} period={period} contract={contract} />
      <Month client={client} period={period && periodBefore(period)} contract={contract} />
    </div>
  );
}

interface MonthProps {
  readonly client: string;
  readonly period: string;
  readonly contract: Contract | null;
}

function Month({ client, period, contract }: MonthProps): ReactNode {
  const { t, format } = useSpeech();
  const query = useSla(client, period);
  return (
    <section className="panel">
      <h2>
        {t.clients.sla} {period && format.month(period)}{' '}
        <small className="faint">{query.data?.closed ? t.clients.frozen : t.clients.running}</small>
      </h2>
      <Loaded query={query} missing={t.clients.slaNone}>
        {(report) => (
          <>
            {report.terms.map((term) => (
              <TermLine key={term.term} term={term} contract={contract} />
            ))}
            <Blind report={report} />
            <Behind report={report} />
          </>
        )}
      </Loaded>
    </section>
  );
}

type TermReport = SlaReport['terms'][number];

function TermLine({ term, contract }: { readonly term: TermReport; readonly contract: Contract | null }): ReactNode {
  const { t, format } = useSpeech();
  const goal = contract?.terms.find((one) => one.term === term.term)?.attainmentTarget;
  const short = goal !== undefined && term.attainment !== null && term.attainment < goal;
  const seconds = (value: number | null): string => (value === null ? t.common.none : durationText(value * 1000));
  return (
    <div className="term">
      <p className="term-head">
        <b>{t.term[term.term]}</b>
        {term.targetSeconds !== null && (
          <span className="faint">{t.clients.target(durationText(term.targetSeconds * 1000))}</span>
        )}
        <b className={`term-share tabular${short ? ' is-bad' : ''}`}>
          {term.attainment === null ? (
            <span className="faint">{t.clients.nothingCounted}</span>
          ) : (
            format.percent(term.attainment, 1)
          )}
        </b>
      </p>
      <Split term={term} />
      <p className="faint small tabular">
        {t.clients.met} {term.met} · {t.clients.breached} {term.breached} · {t.clients.excluded} {term.excluded} ·{' '}
        {t.clients.unknown} {term.unknown} · {t.verdict.running} {term.running} — {t.clients.p50}{' '}
        {seconds(term.seconds.p50)}, {t.clients.p95} {seconds(term.seconds.p95)}
      </p>
    </div>
  );
}

/** Met, broken, excluded, unknown as parts of one line; unknown is never drawn as met. */
function Split({ term }: { readonly term: TermReport }): ReactNode {
  const parts = ['met', 'breached', 'excluded', 'unknown', 'running'] as const;
  return (
    <div className="split" aria-hidden="true">
      {parts.map(
        (part) => term[part] > 0 && <i key={part} className={`is-${part}`} style={{ flexGrow: term[part] }} />,
      )}
    </div>
  );
}

/** Time of which nothing is known is said beside the promises; it is none of them. */
function Blind({ report }: { readonly report: SlaReport }): ReactNode {
  const { t, format } = useSpeech();
  if (!report.blind || report.blind.seconds === 0) return null;
  return (
    <p className="is-warn small">
      {t.alarm.blindTime(format.span(report.blind.seconds))} <Link href="/alarms">{t.after.alarms}</Link>
    </p>
  );
}

function Behind({ report }: { readonly report: SlaReport }): ReactNode {
  const { t, format } = useSpeech();
  const { asset } = useDirectory();
  if (report.incidents.length === 0) return <p className="faint">{t.clients.slaNone}</p>;
  return (
    <details className="behind">
      <summary>{t.clients.slaIncidents(report.incidents.length)}</summary>
      <ul>
        {report.incidents.map((incident) => (
          <li key={incident.id}>
            <SeverityMark severity={incident.severity as Severity} bare />
            <Link href={`/incidents/${encodeURIComponent(incident.id)}`}>
              {t.fault[incident.fault as Fault] ?? incident.fault} · {asset(incident.asset)}
            </Link>
            <time className="faint tabular" dateTime={incident.openedAt}>
              {format.dateTime(incident.openedAt)}
            </time>
            <span className="behind-verdicts">
              {Object.entries(incident.verdicts).map(([term, verdict]) => (
                <small key={term}>
                  {t.term[term as Term] ?? term} <VerdictMark verdict={verdict as Verdict} />
                </small>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
