import type { Incident } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useIsCrew } from '../api/access.ts';
import { useOpenIncidents, useRecentlyClosed, useWhoAmI } from '../api/queries.ts';
import { startScenario, TRAPPED } from '../api/simulator.ts';
import { clockOf, lingers, needsSomebody } from '../incident/urgency.ts';
import { fold } from '../incident/groups.ts';
import { durationText } from '../time/countdown.ts';
import { useFreshness, useServerNow } from '../time/use-server-now.ts';
import { ActButton, ActionBar, usePending } from '../ui/actions.tsx';
import { Countdown, SideClock } from '../ui/countdown.tsx';
import { useDirectory } from '../ui/directory.tsx';
import { Followers, HeldList, HoldTags } from '../ui/hold.tsx';
import { isKiosk } from '../ui/kiosk.ts';
import { Loaded } from '../ui/loading.tsx';
import { FreshnessChip } from '../ui/notices.tsx';
import { LadderLine, Rail } from '../ui/rail.tsx';
import { useResponder } from '../ui/responder.tsx';
import { SeverityMark, VerdictMark } from '../ui/shapes.tsx';
import { useSpeech } from '../words/language.tsx';
import { WallApprovals } from './wall-approvals.tsx';
import { HouseStrip } from './wall-strip.tsx';

/**
 * The dispatcher's wall: every open incident, the most urgent first, and the state of the house beside it.
 * A crew sees what is open and nothing else, its own first.
 */
export function WallPage(): ReactNode {
  const open = useOpenIncidents();
  const isCrew = useIsCrew();
  return (
    <>
      <DemoBanner />
      <div className="wall">
        <section className="wall-main">
          <Loaded query={open}>
            {({ items }) => (
              <>
                {!isCrew && <WallApprovals incidents={items.filter(needsSomebody)} />}
                <OpenIncidents incidents={items.filter(needsSomebody)} />
                <Resolved incidents={items} />
              </>
            )}
          </Loaded>
          {!isCrew && <RecentlyClosed />}
        </section>
        {!isCrew && <HouseStrip open={open.data?.items.filter(needsSomebody) ?? []} />}
      </div>
    </>
  );
}

function OpenIncidents({ incidents }: { readonly incidents: readonly Incident[] }): ReactNode {
  const { t } = useSpeech();
  const { groups, aside } = fold(incidents);
  const isCrew = useIsCrew();
  const me = useResponder();
  const isMine = ({ head }: { readonly head: Incident }): boolean => isCrew && head.responder === me;
  const ordered = [...groups.filter(isMine), ...groups.filter((group) => !isMine(group))];
  return (
    <>
      <h1 className="wall-title">
        {t.wall.title}
        {incidents.length > 0 && <span className="wall-count">{t.wall.open(incidents.length)}</span>}
        {isKiosk && <FreshnessChip />}
      </h1>
      {incidents.length === 0 && <Quiet />}
      <ol className="cards">
        {ordered.map(({ head, followers }) => (
          <li key={head.id}>
            <IncidentCard incident={head} followers={followers} />
          </li>
        ))}
      </ol>
      <Aside incidents={aside} />
    </>
  );
}

/** What maintenance and flapping hold back: nobody is paged for it now, and everybody can see it. */
function Aside({ incidents }: { readonly incidents: readonly Incident[] }): ReactNode {
  const { t } = useSpeech();
  if (incidents.length === 0) return null;
  return (
    <section className="recent is-aside">
      <h2>{t.storm.aside(incidents.length)}</h2>
      <p className="faint small">{t.storm.asideHint}</p>
      <HeldList incidents={incidents} />
    </section>
  );
}

/** Quiet is a statement too: it says as of when, and says nothing at all without a live server. */
function Quiet(): ReactNode {
  const { t, format } = useSpeech();
  const now = useServerNow(1000);
  const freshness = useFreshness();
  const sure = now !== null && (freshness === 'live' || freshness === 'late');
  return (
    <div className={`quiet${sure ? '' : ' is-unsure'}`}>
      <VerdictMark verdict={sure ? 'met' : 'unknown'} bare />
      <div>
        <strong>{sure ? t.wall.quietTitle : t.wall.quietUnknown}</strong>
        {sure && <p>{t.wall.quietText(format.time(now))}</p>}
      </div>
    </div>
  );
}

interface CardProps {
  readonly incident: Incident;
  readonly followers: readonly Incident[];
}

function IncidentCard({ incident, followers }: CardProps): ReactNode {
  const { t } = useSpeech();
  const { title, site, person } = useDirectory();
  const me = useResponder();
  const late = clockOf(incident, 'on_site')?.verdict === 'breached' && incident.onSiteAt === null;
  return (
    <article className={`card sev-${incident.severity} is-${incident.response}${late ? ' is-late' : ''}`}>
      <div className="card-what">
        <h2>
          <Link href={`/incidents/${encodeURIComponent(incident.id)}`}>{title(incident)}</Link>
        </h2>
        <p className="card-where">
          <SeverityMark severity={incident.severity} />
          {site(incident.site)}
          {incident.condition !== 'active' && <span className="tag">{t.condition[incident.condition]}</span>}
          {incident.occurrences > 1 && <span>{t.wall.again(incident.occurrences)}</span>}
          {incident.simulated && <span className="tag is-sim">{t.wall.simulated}</span>}
          <HoldTags incident={incident} />
          {incident.responder !== null && incident.responder === me && (
            <span className="tag is-mine">{t.wall.mine}</span>
          )}
        </p>
      </div>
      <div className="card-time">
        <Countdown incident={incident} />
        <SideClock incident={incident} term="acknowledge" />
      </div>
      <Rail incident={incident} />
      <div className="card-foot">
        <p className="card-who">
          <b className={incident.responder ? '' : 'is-nobody'}>
            {incident.responder ? person(incident.responder) : t.wall.nobody}
          </b>
          <span>{incident.responder ? t.response[incident.response] : null}</span>
          <LadderLine incident={incident} />
        </p>
        <ActionBar incident={incident} />
      </div>
      <Followers incidents={followers} />
    </article>
  );
}

/** What is done and only waits to be closed: calm, and gone after a while. */
function Resolved({ incidents }: { readonly incidents: readonly Incident[] }): ReactNode {
  const { t } = useSpeech();
  const now = useServerNow(15_000);
  const done = incidents.filter((incident) => lingers(incident, now ?? 0));
  if (done.length === 0) return null;
  return (
    <section className="recent is-resolved">
      <h2>{t.wall.resolved}</h2>
      <ul>
        {done.map((incident) => (
          <ResolvedLine key={incident.id} incident={incident} />
        ))}
      </ul>
    </section>
  );
}

function ResolvedLine({ incident }: { readonly incident: Incident }): ReactNode {
  const { t } = useSpeech();
  const { title, site, person } = useDirectory();
  const pending = usePending(incident.id);
  return (
    <li>
      <span className="faint">{incident.responder ? person(incident.responder) : t.response.resolved}</span>
      <Link href={`/incidents/${encodeURIComponent(incident.id)}`}>{title(incident)}</Link>
      <span className="faint">{site(incident.site)}</span>
      <span className={incident.condition === 'cleared' ? 'faint' : 'is-warn'}>{t.condition[incident.condition]}</span>
      <ActButton verb="close" incident={incident} pending={pending.get('close')} />
    </li>
  );
}

function RecentlyClosed(): ReactNode {
  const { t, format } = useSpeech();
  const { title, site, zoneOf } = useDirectory();
  const { data } = useRecentlyClosed();
  if (!data) return null;
  return (
    <section className="recent">
      <h2>{t.wall.recent}</h2>
      {data.items.length === 0 && <p className="quiet-note">{t.wall.recentNone}</p>}
      <ul>
        {data.items.slice(0, 8).map((incident) => (
          <li key={incident.id}>
            <VerdictMark verdict={incident.sla ?? 'excluded'} />
            <Link href={`/incidents/${encodeURIComponent(incident.id)}`}>{title(incident)}</Link>
            <span className="faint">{site(incident.site)}</span>
            <Taken incident={incident} />
            <time className="faint" dateTime={incident.openedAt}>
              {format.dateTime(incident.openedAt, zoneOf(incident.site))}
            </time>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Taken({ incident }: { readonly incident: Incident }): ReactNode {
  const { t } = useSpeech();
  const clock = clockOf(incident, 'on_site');
  const arrived = clock?.metAt ?? incident.onSiteAt;
  if (!clock || !arrived) return <span className="faint">{t.response[incident.response]}</span>;
  return <b className="tabular">{durationText(Date.parse(arrived) - Date.parse(clock.startedAt))}</b>;
}

function DemoBanner(): ReactNode {
  const { t } = useSpeech();
  const { data: who } = useWhoAmI();
  const simulator = who?.links.simulator;
  if (!simulator || isKiosk) return null;
  return (
    <aside className="demo-banner">
      <span>{t.wall.demo}</span>
      <button
        type="button"
        className="act is-trap"
        onClick={() => void startScenario(simulator, TRAPPED, { manual: true }).catch(() => {})}
      >
        {t.wall.trap}
      </button>
      <Link href="/simulator">{t.wall.panel} →</Link>
    </aside>
  );
}
