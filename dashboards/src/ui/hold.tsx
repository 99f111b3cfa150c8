import type { Incident } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { byUrgency } from '../incident/urgency.ts';
import { useSpeech } from '../words/language.tsx';
import { useDirectory } from './directory.tsx';
import { SeverityMark } from './shapes.tsx';

/** So many lines are shown at once; a storm has a thousand. */
const SHOWN = 50;

/** What an incident is beside what it says: an exercise, or held back and why. */
export function HoldTags({ incident }: { readonly incident: Incident }): ReactNode {
  const { t } = useSpeech();
  return (
    <>
      {incident.drill && <span className="tag is-drill">{t.storm.drill}</span>}
      {incident.hold && <span className="tag is-held">{t.storm.reason[incident.hold.reason]}</span>}
    </>
  );
}

/** Why it is not paged just now, and where to look instead. */
export function HoldReason({ incident }: { readonly incident: Incident }): ReactNode {
  const { t, name, format } = useSpeech();
  const { zoneOf } = useDirectory();
  const { hold } = incident;
  if (!hold) return null;
  const until = hold.until === null ? '' : ` ${t.storm.until(format.dateTime(hold.until, zoneOf(incident.site)))}`;
  const isIncident = hold.reason !== 'maintenance';
  return (
    <p className="hold-reason">
      <b>{t.storm.held}</b> · {name(hold.text)}
      {until} {isIncident && <Link href={`/incidents/${encodeURIComponent(hold.by)}`}>→</Link>}
      {!isIncident && <Link href="/maintenance">→</Link>}
    </p>
  );
}

/** Those that an incident speaks for, folded under it. */
export function Followers({ incidents }: { readonly incidents: readonly Incident[] }): ReactNode {
  const { t } = useSpeech();
  if (incidents.length === 0) return null;
  return (
    <details className="followers">
      <summary>{t.storm.followers(incidents.length)}</summary>
      <HeldList incidents={incidents} />
    </details>
  );
}

/** One line each, the most urgent first. */
export function HeldList({ incidents }: { readonly incidents: readonly Incident[] }): ReactNode {
  const { t } = useSpeech();
  const { title } = useDirectory();
  return (
    <ul className="held-list">
      {incidents
        .toSorted(byUrgency)
        .slice(0, SHOWN)
        .map((incident) => (
          <li key={incident.id}>
            <SeverityMark severity={incident.severity} />
            <Link href={`/incidents/${encodeURIComponent(incident.id)}`}>{title(incident)}</Link>
            <HoldTags incident={incident} />
            {incident.condition !== 'active' && <span className="tag">{t.condition[incident.condition]}</span>}
            <span className="faint">{t.response[incident.response]}</span>
          </li>
        ))}
      {incidents.length > SHOWN && <li className="faint">{t.storm.more(incidents.length - SHOWN)}</li>}
    </ul>
  );
}
