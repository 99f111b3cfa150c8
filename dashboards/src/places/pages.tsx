import { lazy, type ComponentType, type ReactNode } from 'react';
import { Redirect, Route, Switch, useParams } from 'wouter';
import { IncidentPage } from '../pages/incident.tsx';
import { IncidentsPage } from '../pages/incidents.tsx';
import { WallPage } from '../pages/wall.tsx';
import { DOORS } from '../ui/entrance.tsx';
import { useSpeech } from '../words/language.tsx';
import { PAGES, type PagePath } from './places.ts';

/** A page is given what its address holds. */
type Shown = ComponentType<{ readonly id: string; readonly name: string }>;

/** What is needed at three in the morning is there at once; the rest is loaded when somebody goes there. */
const SHOWN: Record<PagePath, Shown> = {
  '/': WallPage,
  '/incidents': IncidentsPage,
  '/incidents/:id': IncidentPage,
  '/incidents/:id/review': later(() => import('../pages/after-review.tsx'), 'ReviewPage'),
  '/repairs': later(() => import('../pages/repairs.tsx'), 'RepairsPage'),
  '/alarms': later(() => import('../pages/after-alarms.tsx'), 'AlarmsPage'),
  '/reviews': later(() => import('../pages/after-reviews.tsx'), 'ReviewsPage'),
  '/report': later(() => import('../pages/report.tsx'), 'ReportPage'),
  '/rosters': later(() => import('../pages/rosters.tsx'), 'RostersPage'),
  '/rosters/:id': later(() => import('../pages/roster.tsx'), 'RosterPage'),
  '/plans': later(() => import('../pages/plans.tsx'), 'PlansPage'),
  '/channels': later(() => import('../pages/channels.tsx'), 'ChannelsPage'),
  '/maintenance': later(() => import('../pages/maintenance.tsx'), 'MaintenancePage'),
  '/clients': later(() => import('../pages/clients.tsx'), 'ClientsPage'),
  '/clients/:id': later(() => import('../pages/client.tsx'), 'ClientPage'),
  '/clients/:id/energy': later(() => import('../pages/energy-report.tsx'), 'EnergyReportPage'),
  '/follow-ups': later(() => import('../pages/follow-ups.tsx'), 'FollowUpsPage'),
  '/response-times': later(() => import('../pages/after-times.tsx'), 'ResponseTimesPage'),
  '/devices': later(() => import('../pages/devices.tsx'), 'DevicesPage'),
  '/discovered': later(() => import('../pages/discovered.tsx'), 'DiscoveredPage'),
  '/quarantine': later(() => import('../pages/quarantine.tsx'), 'QuarantinePage'),
  '/mappings': later(() => import('../pages/mappings.tsx'), 'MappingsPage'),
  '/mappings/:name': later(() => import('../pages/mapping.tsx'), 'MappingPage'),
  '/account': later(() => import('../pages/account.tsx'), 'AccountPage'),
  '/accounts': later(() => import('../pages/accounts.tsx'), 'AccountsPage'),
  '/simulator': later(() => import('../pages/simulator.tsx'), 'SimulatorPage'),
};

/** The page that the address names. */
export function Pages(): ReactNode {
  const { t } = useSpeech();
  return (
    <Switch>
      {(Object.keys(PAGES) as PagePath[]).map((path) => (
        <Route key={path} path={path}>
          <Given page={SHOWN[path]} />
        </Route>
      ))}
      {Object.keys(DOORS).map((door) => (
        <Route key={door} path={door}>
          <Redirect to="/" replace />
        </Route>
      ))}
      <Route>
        <p className="quiet-note">{t.common.notFound}</p>
      </Route>
    </Switch>
  );
}

function Given({ page: Page }: { readonly page: Shown }): ReactNode {
  const { id = '', name = '' } = useParams();
  return <Page id={id} name={name} />;
}

function later<Name extends string>(load: () => Promise<Record<Name, Shown>>, name: Name): Shown {
  return lazy<Shown>(() =>
    load().then(
      (pages) => ({ default: pages[name] }),
      () => ({ default: PageAway }),
    ),
  );
}

/** Without a line, and not kept here; or of a build that the server does not have any more. */
function PageAway(): ReactNode {
  const { t } = useSpeech();
  return (
    <p className="quiet-note" role="alert">
      {t.common.failed}{' '}
      <button type="button" className="act is-small" onClick={() => location.reload()}>
        {t.common.retry}
      </button>
    </p>
  );
}
