import type { Heartbeat, Incident } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { heartbeats, powerReadings, quarantineTotal } from '../api/live.ts';
import { useEdges, useEnergyOf, type EdgeSeen } from '../api/queries.ts';
import { useValue } from '../api/value.ts';
import { SEVERITY_ORDER } from '../incident/urgency.ts';
import { useFreshness, useMonotonic, useServerNow } from '../time/use-server-now.ts';
import { useDirectory } from '../ui/directory.tsx';
import { SeverityMark } from '../ui/shapes.tsx';
import { useSpeech } from '../words/language.tsx';

/** An edge that has not been heard for this long (real time) is blind: three heartbeats are missing. */
const BLIND_AFTER_MS = 35_000;

/** The house beside the incidents: sites, edges, silent devices, quarantine, energy. */
export function HouseStrip({ open }: { readonly open: readonly Incident[] }): ReactNode {
  return (
    <aside className="strip">
      <Sites open={open} />
      <Edges />
      <Counts />
      <Energy />
    </aside>
  );
}

function Sites({ open }: { readonly open: readonly Incident[] }): ReactNode {
  const { t, name } = useSpeech();
  const { registry } = useDirectory();
  // Where nothing is heard, nothing is known to be quiet.
  const known = useFreshness() !== 'dead';
  if (!registry) return null;
  return (
    <section>
      <h2>{t.wall.sites}</h2>
      <ul className="strip-list">
        {registry.sites.map((site) => {
          const here = open.filter((incident) => incident.site === site.id);
          return (
            <li key={site.id}>
              <span>
                {name(site.name)} <small className="faint">{t.siteKind[site.kind]}</small>
              </span>
              {here.length > 0 ? (
                <Count incidents={here} />
              ) : (
                <span className="faint">{known ? t.wall.allQuiet : t.common.unknown}</span>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Count({ incidents }: { readonly incidents: readonly Incident[] }): ReactNode {
  const worst = SEVERITY_ORDER.find((severity) => incidents.some((incident) => incident.severity === severity));
  return (
    <span className="strip-count">
      {worst && <SeverityMark severity={worst} bare />} <b>{incidents.length}</b>
    </span>
  );
}

/** Every gateway: on the cloud as the cloud judges it, on an edge as its own heartbeat tells. */
function useGateways(): readonly EdgeSeen[] {
  const beats = useValue(heartbeats);
  const seen = useEdges();
  const mono = useMonotonic(1000);
  // A gateway that is gone and whose sites another one has taken over is history, not an alarm.
  if (seen) return seen.filter((edge) => edge.state === 'live' || edge.sites.length > 0);
  return [...beats.values()].map(({ beat, heardAt }) => ({
    id: beat.edge,
    state: mono - heardAt > BLIND_AFTER_MS ? 'blind' : 'live',
    heartbeat: beat,
    sites: [],
  }));
}

function Edges(): ReactNode {
  const { t } = useSpeech();
  const gateways = useGateways();
  return (
    <section>
      <h2>{t.wall.edges}</h2>
      {gateways.length === 0 && <p className="faint">{t.wall.edgeNone}</p>}
      <ul className="strip-list">
        {gateways.map((gateway) => (
          <EdgeLine key={gateway.id} gateway={gateway} />
        ))}
      </ul>
    </section>
  );
}

function EdgeLine({ gateway: { id, state, heartbeat, chain } }: { readonly gateway: EdgeSeen }): ReactNode {
  const { t } = useSpeech();
  const backlog = heartbeat ? heartbeat.backlog.events + heartbeat.backlog.blocks : 0;
  // A page whose own stream is dead knows of no gateway whether it lives.
  const known = useFreshness() !== 'dead';
  const word = { live: t.wall.edgeLive, blind: t.wall.edgeBlind, never: t.wall.edgeNone }[state];
  return (
    <li>
      <span>
        {id}
        {backlog > 50 && <small className="faint">{t.wall.edgeBacklog(backlog)}</small>}
        {chain && chain.broken > 0 && <small className="is-bad">{t.incident.chainBroken}</small>}
      </span>
      <span className={state === 'live' && known ? 'state is-good' : 'state is-bad'}>
        <i className="dot" aria-hidden="true" />
        {known ? word : t.common.unknown}
      </span>
    </li>
  );
}

function Counts(): ReactNode {
  const { t, format } = useSpeech();
  const beats = useGateways().flatMap(({ heartbeat }) => heartbeat ?? []);
  const live = useValue(quarantineTotal);
  const sum = (of: (beat: Heartbeat) => number): number => beats.reduce((total, beat) => total + of(beat), 0);
  const silent = sum((beat) => beat.devices.silent);
  const quarantined = live ?? sum((beat) => beat.quarantined);
  const known = beats.length > 0;
  const number = (value: number): string => (known ? format.number(value) : t.common.none);
  return (
    <section className="tiles">
      <Link href="/devices" className={silent > 0 ? 'tile is-warn' : 'tile'}>
        <b>{number(silent)}</b>
        <span>{t.wall.silent}</span>
        {known && <small>{t.wall.ofKnown(sum((beat) => beat.devices.known))}</small>}
      </Link>
      <Link href="/quarantine" className="tile">
        <b>{number(quarantined)}</b>
        <span>{t.wall.quarantine}</span>
        <small>{t.wall.messages}</small>
      </Link>
    </section>
  );
}

function Energy(): ReactNode {
  const { t, format } = useSpeech();
  const { registry } = useDirectory();
  const now = useServerNow(60_000);
  const zone = registry?.sites[0]?.zone;
  const today = now === null || !zone ? null : dayOf(now, zone);
  const days = useEnergyOf(today)?.filter((one) => one.day === today && one.kwh !== null);
  const power = [...useValue(powerReadings).values()];
  return (
    <section className="tiles">
      {days && days.length > 0 && (
        <div className="tile">
          <b>{format.kwh(days.reduce((sum, one) => sum + (one.kwh ?? 0), 0))}</b>
          <span>{t.wall.energyToday}</span>
        </div>
      )}
      {power.length > 0 && (
        <div className="tile">
          <b>{format.number(power.reduce((sum, watts) => sum + watts, 0) / 1000, 1)} kW</b>
          <span>{t.wall.powerNow}</span>
        </div>
      )}
    </section>
  );
}

/** The calendar day of an instant in a zone, `YYYY-MM-DD`. */
function dayOf(at: number, zone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(at);
}
