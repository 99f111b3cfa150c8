import type { Incident, RepairBody } from '@keepsite/edge-contract';
import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { useMay } from '../api/access.ts';
import { useOpenIncidents, useWhoAmI } from '../api/queries.ts';
import { reportRepair } from '../api/repairs.ts';
import { needsSomebody } from '../incident/urgency.ts';
import { AnswerClock, answerOf } from '../ui/answer-clock.tsx';
import { AssetField } from '../ui/asset-field.tsx';
import { useDirectory } from '../ui/directory.tsx';
import { Loaded } from '../ui/loading.tsx';
import { useSpeech } from '../words/language.tsx';
import { RepairFields, RepairSent, useRepairForm } from './repair-fields.tsx';

/** What people reported, the one that is due first on top, and where one more is written down. */
export function RepairsPage(): ReactNode {
  const { t } = useSpeech();
  const open = useOpenIncidents();
  const may = useMay();
  const server = useWhoAmI().data?.server;
  const [channel, choose] = useState<RepairBody['channel'] | null>(null);
  return (
    <div className="narrow">
      <h1>{t.repairs.title}</h1>
      <p className="lead">{t.repairs.lead}</p>
      {may('incident.report') && (
        <p className="links">
          {(['call', 'form'] as const).map((one) => (
            <button
              key={one}
              type="button"
              className="act"
              aria-pressed={one === channel}
              onClick={() => choose(one === channel ? null : one)}
            >
              {one === 'call' ? t.repairs.call : t.repairs.report}
            </button>
          ))}
        </p>
      )}
      {channel !== null && <NewRepair key={channel} channel={channel} />}
      {server === 'edge' && may('repair.code') && <PlaceCode />}
      <Loaded query={open}>
        {({ items }) => <RepairList repairs={items.filter((one) => one.repair && needsSomebody(one))} />}
      </Loaded>
    </div>
  );
}

function NewRepair({ channel }: { readonly channel: RepairBody['channel'] }): ReactNode {
  const { t } = useSpeech();
  const { registry } = useDirectory();
  const { sent, submit } = useRepairForm((words, form) =>
    reportRepair({ ...words, asset: String(form.get('asset')), channel, photos: [] }),
  );
  return (
    <form className="panel form" onSubmit={submit}>
      <AssetField label={t.repairs.place} />
      <RepairFields isCall={channel === 'call'} promise={registry?.repairs} />
      <button type="submit" className="act is-primary is-big" disabled={sent.state === 'sending'}>
        {t.repairs.send}
      </button>
      <RepairSent sent={sent} />
    </form>
  );
}

/** What is printed and put up at a place: whoever scans it reports without signing in. */
function PlaceCode(): ReactNode {
  const { t } = useSpeech();
  const [asset, choose] = useState<string | null>(null);
  return (
    <details>
      <summary>{t.repairs.code}</summary>
      <form className="form" onChange={(change) => choose(String(new FormData(change.currentTarget).get('asset')))}>
        <AssetField label={t.repairs.place} />
      </form>
      {asset && (
        <img
          className="place-code"
          src={`/api/repairs/places/${encodeURIComponent(asset)}/code.svg`}
          alt={t.repairs.code}
          width={240}
          height={240}
        />
      )}
    </details>
  );
}

function RepairList({ repairs }: { readonly repairs: readonly Incident[] }): ReactNode {
  const { t } = useSpeech();
  if (repairs.length === 0) return <p className="quiet-note">{t.repairs.none}</p>;
  const due = (incident: Incident): string => answerOf(incident)?.dueAt ?? incident.openedAt;
  return (
    <ol className="repair-list">
      {repairs
        .toSorted((a, b) => due(a).localeCompare(due(b)))
        .map((incident) => (
          <li key={incident.id} className={`panel sev-${incident.severity}`}>
            <RepairLine incident={incident} />
          </li>
        ))}
    </ol>
  );
}

function RepairLine({ incident }: { readonly incident: Incident }): ReactNode {
  const { t, format } = useSpeech();
  const { asset, site, person, zoneOf } = useDirectory();
  const { repair, appointment, responder } = incident;
  if (!repair) return null;
  return (
    <>
      <p>
        <Link href={`/incidents/${encodeURIComponent(incident.id)}`}>
          <b>
            {t.repairCategory[repair.category]} · {asset(incident.asset)}
          </b>
        </Link>{' '}
        <span className={repair.urgency === 'urgent' ? 'tag is-warn' : 'tag'}>{t.urgency[repair.urgency]}</span>
      </p>
      <p>{repair.text}</p>
      <p className="small faint">
        {site(incident.site)} · {format.dateTime(incident.openedAt, zoneOf(incident.site))} ·{' '}
        {t.repairChannel[repair.channel]}
        {(incident.reports?.length ?? 1) > 1 && ` · ${t.repairs.again(String(incident.reports?.length))}`}
      </p>
      <p className="small">
        <b className={responder ? '' : 'is-nobody'}>{responder ? person(responder) : t.wall.nobody}</b>{' '}
        {appointment && t.repairs.appointment(format.dateTime(appointment.at, zoneOf(incident.site)))}
      </p>
      <AnswerClock incident={incident} />
    </>
  );
}
