import type { Contract, RepairReport, SpendingStatement } from '@keepsite/cloud-contract';
import { isContractorPerson } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useRepairReport, useSpending } from '../api/repairs.ts';
import { periodBefore, periodOf } from '../client/period.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { useDirectory } from '../ui/directory.tsx';
import { Loaded } from '../ui/loading.tsx';
import { useSpeech } from '../words/language.tsx';

interface Props {
  readonly client: string;
  readonly contract: Contract | null;
}

/** What emergencies cost and how repairs were done: this month, and the one before. */
export function SpendingPanels({ client, contract }: Props): ReactNode {
  const now = useServerNow(60_000);
  const period = now === null ? '' : periodOf(now, contract?.timeZone ?? 'Asia/Shanghai');
  const periods = [period, period && periodBefore(period)];
  return (
    <>
      <div className="two">
        {periods.map((one, index) => (
          <SpendingMonth key={index} client={client} period={one} />
        ))}
      </div>
      <div className="two">
        {periods.map((one, index) => (
          <RepairMonth key={index} client={client} period={one} />
        ))}
      </div>
    </>
  );
}

interface MonthProps {
  readonly client: string;
  readonly period: string;
}

function SpendingMonth({ client, period }: MonthProps): ReactNode {
  const { t, format } = useSpeech();
  const query = useSpending(client, period);
  return (
    <section className="panel">
      <h2>
        {t.spending.title} {period && format.month(period)}
      </h2>
      <Loaded query={query} missing={t.spending.none}>
        {(statement) => <Statement client={client} statement={statement} />}
      </Loaded>
    </section>
  );
}

function Statement({
  client,
  statement,
}: {
  readonly client: string;
  readonly statement: SpendingStatement;
}): ReactNode {
  const { t, name, format } = useSpeech();
  const { asset } = useDirectory();
  if (statement.lines.length === 0) return <p className="faint">{t.spending.none}</p>;
  const csv = `/api/clients/${encodeURIComponent(client)}/spending.csv?period=${statement.period}`;
  return (
    <>
      {statement.totals.map((total) => (
        <dl key={total.currency} className="facts">
          {(['withoutApproval', 'approved', 'givenBack', 'total'] as const).map((part) => (
            <div key={part}>
              <dt>{part === 'withoutApproval' ? t.spending.without : t.spending[part]}</dt>
              <dd className="tabular">{`${total[part]} ${total.currency}`}</dd>
            </div>
          ))}
        </dl>
      ))}
      <details className="behind">
        <summary>{t.spending.lines(String(statement.lines.length))}</summary>
        <ul>
          {statement.lines.map((line) => (
            <li key={`${line.edge} ${line.seq}`}>
              <b className="tabular">{`${line.amount} ${line.currency}`}</b>
              <Link href={`/incidents/${encodeURIComponent(line.incident)}`}>
                {name(line.what)} · {name(line.contractor)} · {asset(line.asset)}
              </Link>
              <time className="faint tabular" dateTime={line.at}>
                {format.dateTime(line.at, statement.timeZone)}
              </time>
              <Said line={line} timeZone={statement.timeZone} />
              {line.clients > 1 && <small className="faint">{t.spending.shared(String(line.clients))}</small>}
            </li>
          ))}
        </ul>
      </details>
      <p className="links">
        <a href={csv}>CSV</a>
      </p>
    </>
  );
}

/** What became of it, and whether it is the contractor's own word. */
function Said({ line, timeZone }: { readonly line: SpendingStatement['lines'][number]; readonly timeZone: string }) {
  const { t, name, format } = useSpeech();
  const { arrivedAt, arrivesAt, reason } = line;
  const by = line.kind === 'given_back' ? line.givenBackBy : arrivedAt === null ? line.confirmedBy : line.arrivedBy;
  const told =
    line.kind === 'given_back'
      ? reason && t.contractor.givenBack(reason)
      : arrivedAt !== null
        ? t.contractor.arrived(format.time(arrivedAt, timeZone))
        : arrivesAt && t.contractor.arrives(format.time(arrivesAt, timeZone));
  if (!told) return null;
  const who = by !== null && isContractorPerson(by) ? ` · ${t.contractor.saidBy(name(line.contractor))}` : '';
  return <small className="faint">{told + who}</small>;
}

function RepairMonth({ client, period }: MonthProps): ReactNode {
  const { t, format } = useSpeech();
  const query = useRepairReport(client, period);
  return (
    <section className="panel">
      <h2>
        {t.repairs.month} {period && format.month(period)}
      </h2>
      <Loaded query={query} missing={t.repairs.none}>
        {(report) => <Repairs report={report} />}
      </Loaded>
    </section>
  );
}

function Repairs({ report }: { readonly report: RepairReport }): ReactNode {
  const { t, format } = useSpeech();
  const { asset } = useDirectory();
  const share = (value: number | null): string =>
    value === null ? t.clients.nothingCounted : format.percent(value, 1);
  return (
    <>
      <dl className="facts">
        <div>
          <dt>{t.repairs.inTime}</dt>
          <dd>{share(report.inTime.attainment)}</dd>
        </div>
        <div>
          <dt>{t.repairs.firstTime}</dt>
          <dd>
            {share(report.firstTimeFix.rate)}{' '}
            <small className="faint">{t.repairs.days(String(report.firstTimeFixDays))}</small>
          </dd>
        </div>
      </dl>
      <details className="behind">
        <summary>{t.repairs.reported(String(report.reported))}</summary>
        <ul>
          {report.items.map((item) => (
            <li key={item.id}>
              <Link href={`/incidents/${encodeURIComponent(item.id)}`}>
                {t.repairCategory[item.category]} · {asset(item.asset)}
              </Link>
              <time className="faint tabular" dateTime={item.openedAt}>
                {format.dateTime(item.openedAt)}
              </time>
              <small>{t.firstTimeFix[item.firstTimeFix]}</small>
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}
