import type { Incident, Severity } from '@keepsite/edge-contract';
import { useEffect, useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { useIncidentList } from '../api/queries.ts';
import { clockOf, SEVERITY_ORDER } from '../incident/urgency.ts';
import { durationText } from '../time/countdown.ts';
import { useDirectory } from '../ui/directory.tsx';
import { HoldTags } from '../ui/hold.tsx';
import { Loaded } from '../ui/loading.tsx';
import { SeverityMark, VerdictMark } from '../ui/shapes.tsx';
import { useSpeech } from '../words/language.tsx';

/** So many matches are looked for before somebody must ask for more. */
const AT_ONCE = 25;

type State = 'open' | 'closed' | 'all';

/** Every incident there ever was, newest first, with what became of its promise. */
export function IncidentsPage(): ReactNode {
  const { t, name, format } = useSpeech();
  const { registry } = useDirectory();
  const [state, setState] = useState<State>('all');
  const [site, setSite] = useState('');
  const [severity, setSeverity] = useState<Severity | ''>('');
  const [enough, setEnough] = useState(AT_ONCE);
  const list = useIncidentList(state);
  const wanted = (incident: Incident): boolean =>
    (site === '' || incident.site === site) && (severity === '' || incident.severity === severity);
  const loaded = list.data?.pages.flatMap((page) => page.items) ?? [];
  const found = loaded.filter(wanted);
  const filtered = site !== '' || severity !== '';
  // The server does not filter by these: older pages are asked for until enough is found.
  const searching = filtered && list.hasNextPage && !list.isFetchNextPageError && found.length < enough;
  const { fetchNextPage, isFetchingNextPage } = list;
  useEffect(() => {
    if (searching && !isFetchingNextPage) void fetchNextPage();
  }, [searching, isFetchingNextPage, fetchNextPage]);
  const older = (): void => {
    setEnough(found.length + AT_ONCE);
    void fetchNextPage();
  };
  return (
    <>
      <h1>{t.list.title}</h1>
      <div className="filters">
        <fieldset className="segments" aria-label={t.list.response}>
          {(['open', 'closed', 'all'] as const).map((one) => (
            <button key={one} type="button" aria-pressed={state === one} onClick={() => setState(one)}>
              {t.list[one]}
            </button>
          ))}
        </fieldset>
        <select aria-label={t.list.site} value={site} onChange={(change) => setSite(change.target.value)}>
          <option value="">{t.list.anySite}</option>
          {registry?.sites.map((one) => (
            <option key={one.id} value={one.id}>
              {name(one.name)}
            </option>
          ))}
        </select>
        <select
          aria-label={t.list.severity}
          value={severity}
          onChange={(change) => setSeverity(change.target.value as Severity | '')}
        >
          <option value="">{t.list.anySeverity}</option>
          {SEVERITY_ORDER.map((one) => (
            <option key={one} value={one}>
              {t.severity[one]}
            </option>
          ))}
        </select>
      </div>
      <Loaded query={list}>{() => <IncidentTable incidents={found} />}</Loaded>
      {filtered && (
        <output className="faint small block">
          {searching && t.list.searched(format.number(loaded.length))}
          {!list.hasNextPage && t.list.searchedAll(format.number(loaded.length))}
        </output>
      )}
      {list.hasNextPage && !searching && (
        <button type="button" className="act" disabled={list.isFetchingNextPage} onClick={older}>
          {t.list.more}
        </button>
      )}
    </>
  );
}

function IncidentTable({ incidents }: { readonly incidents: readonly Incident[] }): ReactNode {
  const { t } = useSpeech();
  if (incidents.length === 0) return <p className="quiet-note">{t.list.none}</p>;
  return (
    <div className="table-frame">
      <table className="table is-stacked">
        <thead>
          <tr>
            <th>{t.list.severity}</th>
            <th>{t.list.what}</th>
            <th>{t.list.response}</th>
            <th>{t.list.verdict}</th>
            <th>{t.list.opened}</th>
          </tr>
        </thead>
        <tbody>
          {incidents.map((incident) => (
            <Row key={incident.id} incident={incident} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ incident }: { readonly incident: Incident }): ReactNode {
  const { t, format } = useSpeech();
  const { title, site, person, zoneOf } = useDirectory();
  const clock = clockOf(incident, 'on_site');
  const arrived = clock?.metAt ?? incident.onSiteAt;
  return (
    <tr>
      <td>
        <SeverityMark severity={incident.severity} />
      </td>
      <td>
        <Link href={`/incidents/${encodeURIComponent(incident.id)}`}>{title(incident)}</Link>
        <small className="faint block">
          {site(incident.site)} {incident.simulated && <span className="tag is-sim">{t.wall.simulated}</span>}{' '}
          <HoldTags incident={incident} />
        </small>
      </td>
      <td>
        {t.response[incident.response]}
        {incident.responder && <small className="faint block">{person(incident.responder)}</small>}
      </td>
      <td>
        {incident.sla ? <VerdictMark verdict={incident.sla} /> : <span className="faint">{t.clock.noClock}</span>}
        {clock && arrived && (
          <small className="faint block tabular">
            {durationText(Date.parse(arrived) - Date.parse(clock.startedAt))}
          </small>
        )}
      </td>
      <td className="tabular nowrap">{format.dateTime(incident.openedAt, zoneOf(incident.site))}</td>
    </tr>
  );
}
