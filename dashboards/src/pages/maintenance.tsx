import type { MaintenanceWindow } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { useEnd, useExtend, useMaintenance } from '../api/maintenance.ts';
import { useWhoAmI } from '../api/queries.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { useDirectory } from '../ui/directory.tsx';
import { Loaded } from '../ui/loading.tsx';
import { Permitted } from '../ui/permitted.tsx';
import { useResponder } from '../ui/responder.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useSpeech } from '../words/language.tsx';
import { DrillForm } from './maintenance-drill.tsx';
import { MaintenanceForm } from './maintenance-form.tsx';

const HOUR_MS = 3_600_000;

/** Announced work: what is on, what is to come, and how to announce more; and drills. */
export function MaintenancePage(): ReactNode {
  const { t } = useSpeech();
  const { data: who } = useWhoAmI();
  const query = useMaintenance();
  return (
    <div className="narrow">
      <h1>{t.maintenance.title}</h1>
      <p className="lead">{t.maintenance.lead}</p>
      {who?.server === 'cloud' && <p className="quiet-note">{t.maintenance.edgeOnly}</p>}
      {who?.server === 'edge' && (
        <>
          <Loaded query={query}>{({ items }) => <Windows windows={items} />}</Loaded>
          <Permitted to="maintenance.manage">
            <MaintenanceForm />
          </Permitted>
          <Permitted to="drill.start">
            <DrillForm />
          </Permitted>
        </>
      )}
    </div>
  );
}

function Windows({ windows }: { readonly windows: readonly MaintenanceWindow[] }): ReactNode {
  const { t } = useSpeech();
  if (windows.length === 0) return <p className="quiet-note">{t.maintenance.none}</p>;
  return (
    <ul className="windows">
      {windows.map((window) => (
        <WindowCard key={window.id} window={window} />
      ))}
    </ul>
  );
}

function WindowCard({ window }: { readonly window: MaintenanceWindow }): ReactNode {
  const { t, format } = useSpeech();
  const { person, zoneOf } = useDirectory();
  const place = usePlace(window);
  const now = useServerNow(5_000) ?? 0;
  const zone = zoneOf(place.site);
  const state = Date.parse(window.to) <= now ? 'over' : Date.parse(window.from) <= now ? 'on' : 'planned';
  return (
    <li className={`panel window is-${state}`}>
      <p className="window-head">
        <b>{place.text}</b> <span className={state === 'on' ? 'tag is-warn' : 'tag'}>{t.maintenance.state[state]}</span>
      </p>
      <p>{window.reason}</p>
      <p className="faint small">
        {format.dateTime(window.from, zone)} – {format.dateTime(window.to, zone)} ·{' '}
        {t.maintenance.madeBy(person(window.by))}
        {window.endedBy !== undefined && ` · ${t.maintenance.endedBy(person(window.endedBy))}`}
        {window.faults && ` · ${t.maintenance.onlyFaults(window.faults.map((fault) => t.fault[fault]).join(', '))}`}
      </p>
      {state !== 'over' && (
        <Permitted to="maintenance.manage">
          <WindowActions window={window} />
        </Permitted>
      )}
    </li>
  );
}

function WindowActions({ window }: { readonly window: MaintenanceWindow }): ReactNode {
  const { t } = useSpeech();
  const responder = useResponder();
  const [end, extend] = [useEnd(), useExtend()];
  const busy = responder === null || end.isPending || extend.isPending;
  const error = end.error ?? extend.error;
  const later = new Date(Date.parse(window.to) + HOUR_MS).toISOString();
  return (
    <div className="window-actions">
      <button
        type="button"
        className="act"
        disabled={busy}
        onClick={() => extend.mutate({ id: window.id, to: later, by: responder ?? '' })}
      >
        {t.maintenance.extend}
      </button>
      <button
        type="button"
        className="act"
        disabled={busy}
        onClick={() => end.mutate({ id: window.id, by: responder ?? '' })}
      >
        {t.maintenance.end}
      </button>
      <Refusal error={error} />
    </div>
  );
}

function usePlace({ site, zone, asset }: MaintenanceWindow): { readonly text: string; readonly site: string } {
  const { t, name } = useSpeech();
  const { registry, ...names } = useDirectory();
  const inZone = zone ?? registry?.assets.find(({ id }) => id === asset)?.zone;
  const found = registry?.zones.find(({ id }) => id === inZone);
  const at = site ?? found?.site ?? '';
  const what = asset === undefined ? (found ? name(found.name) : t.maintenance.whole) : names.asset(asset);
  return { text: `${names.site(at)} · ${what}`, site: at };
}
