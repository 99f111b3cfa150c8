import {
  RESPONSE_GROUPS,
  type MilestoneTimes,
  type ResponseGroup,
  type ResponseStatistics,
} from '@keepsite/cloud-contract';
import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { useResponseTimes } from '../api/after.ts';
import { faultWord } from '../incident/fault-word.ts';
import { durationText } from '../time/countdown.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { CloudPage } from '../ui/cloud-page.tsx';
import { ClientSelect, useClientName } from '../ui/client-select.tsx';
import { useDirectory } from '../ui/directory.tsx';
import { Loaded } from '../ui/loading.tsx';
import { VerdictMark } from '../ui/shapes.tsx';
import { useSpeech } from '../words/language.tsx';

const DAYS = [7, 30, 90, 365];
const DAY_MS = 86_400_000;
/** More would make a page that nobody reads; the slowest come first. */
const SHOWN = 50;

/** How long acknowledgement, arrival and resolution took, and what came back; each number opens to its incidents. */
export function ResponseTimesPage(): ReactNode {
  const { t } = useSpeech();
  const now = useServerNow(60_000);
  const [days, setDays] = useState(90);
  const [client, setClient] = useState('');
  const [by, setBy] = useState<ResponseGroup>('site');
  const [simulated, setSimulated] = useState(false);
  const from = now === null ? '' : new Date(now - days * DAY_MS).toISOString().slice(0, 10);
  return (
    <CloudPage title={t.after.times} lead={t.times.lead}>
      <div className="filters">
        <select
          value={days}
          onChange={(change) => setDays(Number(change.target.value))}
          aria-label={t.times.days(days)}
        >
          {DAYS.map((one) => (
            <option key={one} value={one}>
              {t.times.days(one)}
            </option>
          ))}
        </select>
        <ClientSelect client={client} onPick={setClient} />
        <select
          value={by}
          onChange={(change) => setBy(change.target.value as ResponseGroup)}
          aria-label={t.times.group}
        >
          {RESPONSE_GROUPS.map((one) => (
            <option key={one} value={one}>
              {t.times.by[one]}
            </option>
          ))}
        </select>
        <label className="check">
          <input type="checkbox" checked={simulated} onChange={(change) => setSimulated(change.target.checked)} />
          {t.times.simulated}
        </label>
      </div>
      <Loaded query={useResponseTimes({ days, client, by, simulated, from })}>
        {(statistics) => <Statistics statistics={statistics} />}
      </Loaded>
    </CloudPage>
  );
}

function Statistics({ statistics }: { readonly statistics: ResponseStatistics }): ReactNode {
  const { t } = useSpeech();
  const { drills, simulated, cancelled } = statistics.leftOut;
  return (
    <>
      <p className="faint tabular">
        {t.times.incidents(statistics.incidents)} · {t.times.leftOut(drills, simulated, cancelled)}
      </p>
      {statistics.incidents === 0 ? (
        <p className="quiet-note">{t.times.none}</p>
      ) : (
        <>
          <div className="after-figures">
            {statistics.times.map((times) => (
              <Milestone key={times.term} times={times} />
            ))}
          </div>
          <Groups statistics={statistics} />
        </>
      )}
      <Repeats statistics={statistics} />
    </>
  );
}

function Milestone({ times }: { readonly times: MilestoneTimes }): ReactNode {
  const { t } = useSpeech();
  const behind = times.incidents.slice(0, SHOWN);
  return (
    <section className="panel">
      <h2>{t.term[times.term]}</h2>
      <p className="after-figure">
        <b className="tabular">{seconds(times.seconds.p50, t.common.none)}</b> <small>{t.clients.p50}</small>
        <b className="tabular">{seconds(times.seconds.p95, t.common.none)}</b> <small>{t.clients.p95}</small>
      </p>
      <p className="faint small tabular">
        {t.times.counted} {times.counted} · {t.times.waiting} {times.waiting} · {t.times.never} {times.never} ·{' '}
        {t.verdict.unknown} {times.unknown} · {t.verdict.excluded} {times.excluded}
      </p>
      {behind.length > 0 && (
        <details className="behind">
          <summary>{t.times.slowest(times.incidents.length)}</summary>
          <ul>
            {behind.map((incident) => (
              <li key={incident.id}>
                <Link href={`/incidents/${encodeURIComponent(incident.id)}`}>{incident.id}</Link>
                <span className="tabular">{durationText(incident.seconds * 1000)}</span>
                {incident.verdict && <VerdictMark verdict={incident.verdict} />}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Groups({ statistics }: { readonly statistics: ResponseStatistics }): ReactNode {
  const { t } = useSpeech();
  const label = useGroupName();
  const { by, groups } = statistics;
  if (by === null) return null;
  return (
    <section className="panel">
      <h2>{t.times.by[by]}</h2>
      <div className="table-frame is-flush">
        <table className="table after-groups">
          <thead>
            <tr>
              <th>{t.times.group}</th>
              {statistics.times.map(({ term }) => (
                <th key={term} className="right">
                  {t.term[term]} {t.clients.p50} / {t.clients.p95}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {groups.map((group) => (
              <tr key={group.key}>
                <td>
                  <Behind title={label(by, group.key)} ids={group.ids} />
                </td>
                {group.times.map(({ term, seconds: { p50, p95 } }) => (
                  <td key={term} className="right tabular" data-label={t.term[term]}>
                    {seconds(p50, t.common.none)} / {seconds(p95, t.common.none)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Behind({ title, ids }: { readonly title: string; readonly ids: readonly string[] }): ReactNode {
  const { t } = useSpeech();
  return (
    <details className="behind">
      <summary>
        {title} <small className="faint">{t.times.incidents(ids.length)}</small>
      </summary>
      <ul>
        {ids.slice(0, SHOWN).map((id) => (
          <li key={id}>
            <Link href={`/incidents/${encodeURIComponent(id)}`}>{id}</Link>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Repeats({ statistics }: { readonly statistics: ResponseStatistics }): ReactNode {
  const { t, format } = useSpeech();
  const { asset } = useDirectory();
  const { repeats } = statistics;
  return (
    <section className="panel">
      <h2>{t.times.repeats}</h2>
      <p className="faint">{t.times.repeatsLead(repeats.withinDays)}</p>
      <p>
        {repeats.rate === null
          ? t.times.noClosed
          : `${t.times.repeatRate(repeats.repeated, repeats.closed)} (${format.percent(repeats.rate, 1)})`}
      </p>
      {repeats.closed > 0 && repeats.items.length === 0 && <p className="faint">{t.times.noRepeats}</p>}
      <ul className="after-about">
        {repeats.items.slice(0, SHOWN).map((item) => (
          <li key={item.first}>
            <Link href={`/incidents/${encodeURIComponent(item.first)}`}>
              {faultWord(item.fault, t.fault)} · {asset(item.asset)}
            </Link>{' '}
            <Link href={`/incidents/${encodeURIComponent(item.again)}`}>
              {t.times.after(format.number(item.days, 1))}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function useGroupName(): (by: ResponseGroup, key: string) => string {
  const { t, format } = useSpeech();
  const { site } = useDirectory();
  const clientName = useClientName();
  const names: Record<ResponseGroup, (key: string) => string> = {
    client: clientName,
    site,
    fault: (key) => faultWord(key, t.fault),
    month: format.month,
  };
  return (by, key) => names[by](key);
}

function seconds(value: number | null, none: string): string {
  return value === null ? none : durationText(value * 1000);
}
