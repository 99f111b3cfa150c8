import type { ClientSummary, Contract, RetentionReport } from '@keepsite/cloud-contract';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useClient, useContract, useRetention } from '../api/queries.ts';
import { Loaded } from '../ui/loading.tsx';
import { ColourMark } from '../ui/shapes.tsx';
import { useSpeech } from '../words/language.tsx';
import { EnergyPanel } from './client-energy.tsx';
import { HistoryPanel } from './client-history.tsx';
import { IndicatorTable } from './client-indicators.tsx';
import { SlaPanels } from './client-sla.tsx';
import { SpendingPanels } from './client-spending.tsx';
import { Renewal } from './clients.tsx';

const REPORTS = ['sla', 'energy', 'equipment-health', 'review'] as const;

/** One client: the score with its sentence, and everything that it opens down to. */
export function ClientPage({ id: raw }: { readonly id: string }): ReactNode {
  const { t } = useSpeech();
  const id = decodeURIComponent(raw);
  const client = useClient(id);
  const retention = useRetention(id);
  const contract = useContract(id);
  return (
    <Loaded query={client} missing={t.clients.edgeOnly}>
      {(detail) => (
        <div className="client">
          <ClientHead client={detail} contract={contract} report={retention.data} />
          <Loaded query={retention} missing={t.clients.historyNone}>
            {(report) => (
              <>
                <div className="two">
                  <LossPanel report={report} />
                  <MendPanel report={report} />
                </div>
                <IndicatorTable report={report} />
                <HistoryPanel report={report} />
              </>
            )}
          </Loaded>
          <SlaPanels client={id} contract={contract} />
          <SpendingPanels client={id} contract={contract} />
          <EnergyPanel client={id} />
        </div>
      )}
    </Loaded>
  );
}

interface HeadProps {
  readonly client: ClientSummary;
  readonly contract: Contract | null;
  readonly report: RetentionReport | undefined;
}

function ClientHead({ client, contract, report }: HeadProps): ReactNode {
  const { t, name, format, language } = useSpeech();
  const colour = report?.colour ?? client.colour;
  const score = report ? report.score : client.score;
  return (
    <header className={`client-head panel is-toned col-${colour}`}>
      <div className="big-score">
        <ColourMark colour={colour} />
        <b className="tabular">{score === null ? '?' : format.number(score)}</b>
        <small className="faint tabular">
          {report && report.low !== null && report.high !== null
            ? t.clients.range(format.number(report.low), format.number(report.high))
            : t.clients.of100}
        </small>
      </div>
      <div className="client-name">
        <h1>{name(client.name)}</h1>
        <p className="lead">{name(report?.colourReason ?? client.colourReason)}</p>
        {report && (
          <p className="faint small">
            {t.clients.coverage(format.percent(report.coverage))} · {t.clients.asOf(format.dateTime(report.asOf))} ·{' '}
            {t.clients.version(report.weightsVersion)}
          </p>
        )}
        <p className="links">
          {REPORTS.map((kind) => (
            <a key={kind} href={`/api/clients/${encodeURIComponent(client.id)}/reports/${kind}.pdf?lang=${language}`}>
              {t.clients.report[kind]} PDF
            </a>
          ))}
        </p>
      </div>
      <ContractFacts client={client} contract={contract} />
    </header>
  );
}

function ContractFacts({ client, contract }: Omit<HeadProps, 'report'>): ReactNode {
  const { t, format } = useSpeech();
  return (
    <dl className="client-facts is-column">
      <div>
        <dt>{t.clients.ends}</dt>
        <dd>
          <Renewal day={client.contractEnds} />
        </dd>
      </div>
      <div>
        <dt>{t.clients.value}</dt>
        <dd>
          {client.annualValue === null ? t.common.none : format.money(client.annualValue, contract?.currency ?? 'CNY')}
        </dd>
      </div>
      <div>
        <dt>{t.clients.since}</dt>
        <dd>{client.since ? format.day(client.since) : t.common.unknown}</dd>
      </div>
      {contract && (
        <div>
          <dt>{t.clients.contract}</dt>
          <dd>
            <code>
              {contract.id} v{contract.version}
            </code>
          </dd>
        </div>
      )}
    </dl>
  );
}

function LossPanel({ report }: { readonly report: RetentionReport }): ReactNode {
  const { t, name, format } = useSpeech();
  return (
    <section className="panel">
      <h2>{t.clients.incidents}</h2>
      {report.incidents.length === 0 && <p className="faint">{t.clients.incidentsNone}</p>}
      <ul className="loss-list">
        {report.incidents.map((incident) => (
          <li key={incident.id}>
            {incident.pointsLost >= 0.05 ? (
              <b className="points tabular">−{format.number(incident.pointsLost, 1)}</b>
            ) : (
              <b className="faint tabular">0</b>
            )}
            <div>
              <p>{name(incident.sentence)}</p>
              <small className="faint">
                <Link href={`/incidents/${encodeURIComponent(incident.id)}`}>{incident.id}</Link>
                {Object.entries(incident.byIndicator).map(
                  ([key, points]) => ` · ${t.indicator[key] ?? key} −${format.number(points, 1)}`,
                )}
                {incident.approximate && ` · ${t.clients.approximate}`}
              </small>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function MendPanel({ report }: { readonly report: RetentionReport }): ReactNode {
  const { t, name, format } = useSpeech();
  return (
    <section className="panel">
      <h2>{t.clients.mend}</h2>
      {report.mend.length === 0 && <p className="faint">{t.clients.mendNone}</p>}
      <ul className="loss-list is-mend">
        {report.mend.map((one) => (
          <li key={one.name}>
            <b className="points is-gain tabular">{t.clients.win(format.number(one.points, 1))}</b>
            <div>
              <p>{name(one.sentence)}</p>
              <small className="faint">{t.indicator[one.name] ?? one.name}</small>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
