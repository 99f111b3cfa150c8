import type { Incident, TimelineEntry } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { useChain, type Link } from '../api/queries.ts';
import { tell, tellActor } from '../incident/timeline.ts';
import { isOpen } from '../incident/urgency.ts';
import { durationText } from '../time/countdown.ts';
import { useDirectory } from '../ui/directory.tsx';
import { Photo } from '../ui/photo.tsx';
import { useSpeech } from '../words/language.tsx';

/** Recorded this much later than it counts: worth saying. */
const LATE_RECORD_MS = 2_000;

/** Every event of the incident in words: newest first while it is open, as a story once it is over. */
export function Timeline({ incident }: { readonly incident: Incident }): ReactNode {
  const { t } = useSpeech();
  const chain = useChain(incident.id, incident.version);
  const newestFirst = isOpen(incident) ? -1 : 1;
  const entries = incident.timeline.toSorted((a, b) => (a.seq - b.seq) * newestFirst);
  return (
    <section className="panel timeline">
      <h2>{t.incident.timeline}</h2>
      <ol>
        {entries.map((entry) => (
          <Line key={entry.seq} entry={entry} incident={incident} link={chain.get(entry.seq)} />
        ))}
      </ol>
      {chain.size > 0 && <p className="faint small">{t.incident.evidenceChain}</p>}
    </section>
  );
}

interface LineProps {
  readonly entry: TimelineEntry;
  readonly incident: Incident;
  readonly link: Link | undefined;
}

function Line({ entry, incident, link }: LineProps): ReactNode {
  const { t, format } = useSpeech();
  const names = useDirectory();
  const zone = names.zoneOf(incident.site);
  const { text, tone } = tell(entry, t, names, incident);
  const { saidAt } = entry.detail;
  const late = Date.parse(entry.recordedAt) - Date.parse(entry.at) > LATE_RECORD_MS;
  return (
    <li className={`tone-${tone}`}>
      <b className="tabular since">{durationText(Date.parse(entry.at) - Date.parse(incident.openedAt))}</b>
      <div>
        <p>{text}</p>
        {entry.kind === 'photo' && <Photo path={`/api/incidents/${encodeURIComponent(incident.id)}`} entry={entry} />}
        <small className="faint">
          <time dateTime={entry.at}>{format.time(entry.at, zone)}</time> · {tellActor(entry, t, names, incident.orders)}
          {late && ` · ${t.incident.recordedLater(format.time(entry.recordedAt, zone))}`}
          {typeof saidAt === 'string' && ` · ${t.acting.saidAt(format.time(saidAt, zone))}`}
          {link && <Hash link={link} seq={entry.seq} />}
        </small>
      </div>
    </li>
  );
}

/** The event's hash, with what the cloud found when it followed the chain. */
function Hash({ link: { hash, chainOk }, seq }: { readonly link: Link; readonly seq: number }): ReactNode {
  const { t } = useSpeech();
  return (
    <code className={chainOk === false ? 'hash is-bad' : 'hash'} title={`${t.incident.hash} ${hash}`}>
      #{seq} {hash.slice(0, 10)}
      {chainOk === true && ` ✓`}
      {chainOk === false && ` ${t.incident.chainBroken}`}
    </code>
  );
}
