import type { EnergyReportEntry, KeptEnergyReport } from '@keepsite/cloud-contract';
import { energyParts, energySpeech } from '@keepsite/cloud-contract/energy-view';
import { useState, type ReactNode } from 'react';
import { Link, useSearchParams } from 'wouter';
import { energyInputsPath, energyPdfPath, useEnergyReport, useEnergyReports } from '../api/energy-report.ts';
import { useClient } from '../api/queries.ts';
import { Loaded } from '../ui/loading.tsx';
import { useSpeech } from '../words/language.tsx';
import { Blocks } from './energy-report-blocks.tsx';
import { Charts } from './energy-report-charts.tsx';
import { EventList } from './energy-report-events.tsx';

/** A client's energy reports: the newest month first, any kept one by choice; the same eleven parts as the PDF. */
export function EnergyReportPage({ id: raw }: { readonly id: string }): ReactNode {
  const { t, name } = useSpeech();
  const id = decodeURIComponent(raw);
  const client = useClient(id);
  const reports = useEnergyReports(id);
  return (
    <div className="client energy-report">
      <header>
        <p>
          <Link href={`/clients/${encodeURIComponent(id)}`}>← {t.energyReport.back}</Link>
        </p>
        <h1>
          {t.energyReport.title}
          {client.data && ` · ${name(client.data.name)}`}
        </h1>
      </header>
      <Loaded query={reports} missing={t.clients.edgeOnly}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet-note">{t.energyReport.none}</p>
          ) : (
            <Reports client={id} items={items} />
          )
        }
      </Loaded>
    </div>
  );
}

function Reports({
  client,
  items,
}: {
  readonly client: string;
  readonly items: readonly EnergyReportEntry[];
}): ReactNode {
  const { t } = useSpeech();
  const [search] = useSearchParams();
  const first = items.find(({ kind }) => kind === 'month') ?? items[0];
  const [period, setPeriod] = useState(search.get('period') ?? first?.period ?? '');
  const entry = items.find((item) => item.period === period) ?? first;
  const report = useEnergyReport(client, entry?.id ?? null);
  return (
    <>
      <div className="filters">
        <label className="check">
          {t.energyReport.choose}
          <select value={entry?.period} onChange={(event) => setPeriod(event.target.value)}>
            {items.map((item) => (
              <option key={item.id} value={item.period}>
                {item.period}
              </option>
            ))}
          </select>
        </label>
        {entry && <Downloads client={client} report={entry.id} />}
      </div>
      <Loaded query={report}>{(kept) => <Parts client={client} kept={kept} />}</Loaded>
    </>
  );
}

function Downloads({ client, report }: { readonly client: string; readonly report: string }): ReactNode {
  const { t, language } = useSpeech();
  return (
    <p className="links">
      <a className="act is-small" href={energyPdfPath(client, report, language)} download>
        {t.energyReport.pdf}
      </a>
      <a className="act is-small" href={energyInputsPath(client, report)} download>
        {t.energyReport.inputs}
      </a>
    </p>
  );
}

function Parts({ client, kept }: { readonly client: string; readonly kept: KeptEnergyReport }): ReactNode {
  const { language } = useSpeech();
  const speech = energySpeech(language);
  const living = {
    charts: <Charts report={kept.report} words={speech.words} />,
    events: <EventList client={client} report={kept.report} speech={speech} />,
  };
  return energyParts(kept, speech).map(({ name, title, blocks }) => (
    <section key={name} className="panel">
      <h2>{title}</h2>
      <Blocks title={title} blocks={blocks} living={living} />
    </section>
  ));
}
