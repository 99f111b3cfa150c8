import type { Incident } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useMay } from '../api/access.ts';
import { useClients, useIncident, useOpenIncidents, useWhoAmI } from '../api/queries.ts';
import { fold } from '../incident/groups.ts';
import { nextVerb, stopOf } from '../incident/urgency.ts';
import { durationText, readClock } from '../time/countdown.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { ActButton, usePending } from '../ui/actions.tsx';
import { Countdown, SideClock } from '../ui/countdown.tsx';
import { useDirectory } from '../ui/directory.tsx';
import { Followers, HoldReason, HoldTags } from '../ui/hold.tsx';
import { Loaded } from '../ui/loading.tsx';
import { SeenAt } from '../ui/notices.tsx';
import { PhotoButton } from '../ui/photo.tsx';
import { useResponder } from '../ui/responder.tsx';
import { LadderLine, Rail } from '../ui/rail.tsx';
import { SeverityMark, VerdictMark } from '../ui/shapes.tsx';
import { useSpeech } from '../words/language.tsx';
import { AfterIncident } from './after-incident.tsx';
import { MoreActions } from './incident-actions.tsx';
import { OrdersPanel } from './incident-orders.tsx';
import { EvidencePanel, PagesPanel, PlanPanel } from './incident-panels.tsx';
import { FixedButtons, RepairPanel } from './incident-repair.tsx';
import { Timeline } from './incident-timeline.tsx';

/** One incident: its clocks, who has it, what happened link by link, and the one thing to do next. */
export function IncidentPage({ id }: { readonly id: string }): ReactNode {
  const { t } = useSpeech();
  const query = useIncident(decodeURIComponent(id));
  return (
    <Loaded query={query} missing={t.incident.notFound}>
      {(incident) => (
        <>
          {query.failureCount > 0 && <SeenAt at={query.dataUpdatedAt} />}
          <IncidentView incident={incident} />
        </>
      )}
    </Loaded>
  );
}

function IncidentView({ incident }: { readonly incident: Incident }): ReactNode {
  return (
    <div className="incident">
      <IncidentHeader incident={incident} />
      <div className="incident-body">
        <Timeline incident={incident} />
        <div className="incident-side">
          <GroupPanel incident={incident} />
          <RepairPanel incident={incident} />
          <OrdersPanel incident={incident} />
          <ClocksPanel incident={incident} />
          <EvidencePanel incident={incident} />
          <PlanPanel incident={incident} />
          <PagesPanel incident={incident} />
          <AfterIncident incident={incident} />
        </div>
      </div>
      <BottomBar incident={incident} />
    </div>
  );
}

function IncidentHeader({ incident }: { readonly incident: Incident }): ReactNode {
  const { t, name, format } = useSpeech();
  const { title, site, person, zoneOf } = useDirectory();
  return (
    <header className={`incident-head panel is-toned sev-${incident.severity} is-${incident.response}`}>
      <div className="incident-what">
        <p className="incident-marks">
          <SeverityMark severity={incident.severity} />
          <span className="tag">{t.condition[incident.condition]}</span>
          {incident.simulated && <span className="tag is-sim">{t.wall.simulated}</span>}
          <HoldTags incident={incident} />
        </p>
        <h1>{title(incident)}</h1>
        <p className="lead">{name(incident.summary)}</p>
        <HoldReason incident={incident} />
        <p className="faint">
          {site(incident.site)} · {format.dateTime(incident.openedAt, zoneOf(incident.site))} · {incident.id}
        </p>
        <p className="incident-who">
          <b className={incident.responder ? '' : 'is-nobody'}>
            {incident.responder ? person(incident.responder) : t.wall.nobody}
          </b>{' '}
          <span>{incident.responder ? t.response[incident.response] : null}</span> <LadderLine incident={incident} />
        </p>
      </div>
      <div className="card-time">
        <Countdown incident={incident} />
        <SideClock incident={incident} term="acknowledge" />
      </div>
      <Rail incident={incident} />
    </header>
  );
}

/** Those that it speaks for, as they stand now. */
function GroupPanel({ incident }: { readonly incident: Incident }): ReactNode {
  const { t, name } = useSpeech();
  const { data } = useOpenIncidents();
  const group = fold(data?.items ?? []).groups.find(({ head }) => head.id === incident.id);
  if (!group || group.followers.length === 0) return null;
  return (
    <section className="panel">
      <h2>
        {t.storm.leads} {group.followers.length}
      </h2>
      {incident.group && <p>{name(incident.group.text)}</p>}
      <p className="faint small">{t.storm.takeAll}</p>
      <Followers incidents={group.followers} />
    </section>
  );
}

function ClocksPanel({ incident }: { readonly incident: Incident }): ReactNode {
  const { t, format } = useSpeech();
  const { zoneOf } = useDirectory();
  const now = useServerNow(1000);
  const zone = zoneOf(incident.site);
  return (
    <section className="panel">
      <h2>{t.incident.clocks}</h2>
      {incident.clocks.length === 0 && <p className="faint">{t.clock.noClock}</p>}
      <ul className="clock-list">
        {incident.clocks.map((clock) => {
          const taken = readClock(clock, now ?? 0, stopOf(incident, clock.term)).takenMs;
          return (
            <li key={clock.term}>
              <span className="clock-term">{t.term[clock.term]}</span>
              <VerdictMark verdict={clock.verdict} />
              <span className="tabular">{taken === null ? t.common.none : durationText(taken)}</span>
              <small className="faint">
                {t.incident.target(durationText(Date.parse(clock.dueAt) - Date.parse(clock.startedAt)))} ·{' '}
                {t.incident.due(format.time(clock.dueAt, zone))}
                {clock.proof && ` · ${t.incident.proof[clock.proof]}`}
              </small>
            </li>
          );
        })}
      </ul>
      <Facts incident={incident} />
    </section>
  );
}

function Facts({ incident }: { readonly incident: Incident }): ReactNode {
  const { t, format } = useSpeech();
  const { zoneOf, asset, site } = useDirectory();
  const zone = zoneOf(incident.site);
  const lag = incident.detectionLagMs;
  const facts: [string, ReactNode][] = [
    [t.incident.site, site(incident.site)],
    [t.incident.asset, asset(incident.asset)],
    [t.incident.clients, <ClientLinks key="clients" ids={incident.clients} />],
    [t.incident.deviceTime, incident.deviceAt ? format.time(incident.deviceAt, zone) : t.incident.noDeviceTime],
    [t.incident.lag, lag === null ? t.common.unknown : `${format.number(lag / 1000, 1)} s`],
    [t.incident.source, <code key="source">{incident.source}</code>],
    [t.incident.occurrences, `${t.incident.times(incident.occurrences)}, ${t.incident.episode(incident.episode)}`],
  ];
  if (incident.device) facts.splice(3, 0, [t.incident.device, <code key="device">{incident.device}</code>]);
  if (incident.vendorCode) facts.push([t.incident.vendorCode, <code key="code">{incident.vendorCode}</code>]);
  return (
    <dl className="facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The cloud knows clients by name and has a page for each; the edge knows their ids. */
function ClientLinks({ ids }: { readonly ids: readonly string[] }): ReactNode {
  const { t, name } = useSpeech();
  const { data: who } = useWhoAmI();
  const cloud = who?.server === 'cloud';
  const { data } = useClients(cloud);
  if (ids.length === 0) return t.common.none;
  return ids.map((id, index) => {
    const client = data?.items.find((one) => one.id === id);
    const label = client ? name(client.name) : id;
    return (
      <span key={id}>
        {index > 0 && ', '}
        {cloud ? <Link href={`/clients/${encodeURIComponent(id)}`}>{label}</Link> : label}
      </span>
    );
  });
}

/** Within the thumb's reach on a phone: the next thing to do, and everything else behind "more". */
function BottomBar({ incident }: { readonly incident: Incident }): ReactNode {
  const { t } = useSpeech();
  const verb = nextVerb(incident.response);
  const pending = usePending(incident.id);
  const responder = useResponder();
  const may = useMay();
  return (
    <div className="bottom-bar">
      <Link href="/" className="act bottom-back" aria-label={t.action.backToWall}>
        ←
      </Link>
      <MoreActions incident={incident} />
      {responder !== null && may('incident.note') && (
        <PhotoButton
          path={`/api/incidents/${encodeURIComponent(incident.id)}`}
          incident={incident.id}
          words={{ responder }}
          pending={pending.get('note')}
        />
      )}
      {verb === 'resolve' && incident.repair ? (
        <FixedButtons incident={incident} isPending={pending.has(verb)} />
      ) : (
        verb && <ActButton verb={verb} incident={incident} primary big pending={pending.get(verb)} />
      )}
    </div>
  );
}
