import { lazy, Suspense, useEffect, type ReactNode } from 'react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { useMay, useSender, useSignedOut } from './api/access.ts';
import { firstTime } from './api/live.ts';
import { useOpenIncidents, useWhoAmI } from './api/queries.ts';
import { needsSomebody } from './incident/urgency.ts';
import { IncidentPage } from './pages/incident.tsx';
import { IncidentsPage } from './pages/incidents.tsx';
import { WallPage } from './pages/wall.tsx';
import { AccountLink } from './ui/account-link.tsx';
import { showBadge } from './ui/badge.ts';
import { isKiosk, useKiosk } from './ui/kiosk.ts';
import { Announcer, DeadBanner, FreshnessChip, OutcomeToast } from './ui/notices.tsx';
import { DOORS, Entrance } from './ui/entrance.tsx';
import { ResponderPicker } from './ui/responder.tsx';
import { Sign } from './ui/shapes.tsx';
import { useSpeech } from './words/language.tsx';

const ReportPage = lazy(() => import('./pages/report.tsx').then((page) => ({ default: page.ReportPage })));
const ClientsPage = lazy(() => import('./pages/clients.tsx').then((page) => ({ default: page.ClientsPage })));
const ClientPage = lazy(() => import('./pages/client.tsx').then((page) => ({ default: page.ClientPage })));
const EnergyReportPage = lazy(() =>
  import('./pages/energy-report.tsx').then((page) => ({ default: page.EnergyReportPage })),
);
const DevicesPage = lazy(() => import('./pages/devices.tsx').then((page) => ({ default: page.DevicesPage })));
const DiscoveredPage = lazy(() => import('./pages/discovered.tsx').then((page) => ({ default: page.DiscoveredPage })));
const QuarantinePage = lazy(() => import('./pages/quarantine.tsx').then((page) => ({ default: page.QuarantinePage })));
const MappingsPage = lazy(() => import('./pages/mappings.tsx').then((page) => ({ default: page.MappingsPage })));
const MappingPage = lazy(() => import('./pages/mapping.tsx').then((page) => ({ default: page.MappingPage })));
const AccountPage = lazy(() => import('./pages/account.tsx').then((page) => ({ default: page.AccountPage })));
const AccountsPage = lazy(() => import('./pages/accounts.tsx').then((page) => ({ default: page.AccountsPage })));
const FollowUpsPage = lazy(() => import('./pages/follow-ups.tsx').then((page) => ({ default: page.FollowUpsPage })));
const ResponseTimesPage = lazy(() =>
  import('./pages/after-times.tsx').then((page) => ({ default: page.ResponseTimesPage })),
);
const ReviewsPage = lazy(() => import('./pages/after-reviews.tsx').then((page) => ({ default: page.ReviewsPage })));
const ReviewPage = lazy(() => import('./pages/after-review.tsx').then((page) => ({ default: page.ReviewPage })));
const AlarmsPage = lazy(() => import('./pages/after-alarms.tsx').then((page) => ({ default: page.AlarmsPage })));
const RostersPage = lazy(() => import('./pages/rosters.tsx').then((page) => ({ default: page.RostersPage })));
const RosterPage = lazy(() => import('./pages/roster.tsx').then((page) => ({ default: page.RosterPage })));
const MaintenancePage = lazy(() =>
  import('./pages/maintenance.tsx').then((page) => ({ default: page.MaintenancePage })),
);
const PlansPage = lazy(() => import('./pages/plans.tsx').then((page) => ({ default: page.PlansPage })));
const RepairsPage = lazy(() => import('./pages/repairs.tsx').then((page) => ({ default: page.RepairsPage })));
const SimulatorPage = lazy(() => import('./pages/simulator.tsx').then((page) => ({ default: page.SimulatorPage })));

/** The whole app: one header, one page. Served alike by edge and cloud. */
export function App(): ReactNode {
  const { t } = useSpeech();
  const { data: who } = useWhoAmI();
  const { data: open } = useOpenIncidents();
  const [path] = useLocation();
  const isOut = useSignedOut();
  useKiosk();
  useSender();
  useEffect(() => who && firstTime(who), [who]);
  useEffect(() => {
    document.documentElement.toggleAttribute('data-board', path === '/');
  }, [path]);
  useEffect(
    () =>
      showBadge(
        path.startsWith('/clients') ? t.clients.title : t.wall.title,
        open?.items.filter(needsSomebody).length ?? 0,
      ),
    [open, path, t],
  );
  return (
    <>
      <a className="skip" href="#main">
        {t.nav.skip}
      </a>
      {!isKiosk && <Header isOut={isOut} />}
      {!isOut && <DeadBanner />}
      {isOut && <Entrance wasIn={who !== undefined} />}
      {/* Whoever was at work when the session ended finds everything as it was. */}
      <main id={isOut ? undefined : 'main'} className={path === '/' ? 'page is-wall' : 'page'} hidden={isOut}>
        {(who || !isOut) && (
          <Suspense fallback={<p className="quiet-note">{t.common.loading}</p>}>
            <Pages />
          </Suspense>
        )}
      </main>
      <OutcomeToast />
      <Announcer />
    </>
  );
}

function Pages(): ReactNode {
  const { t } = useSpeech();
  return (
    <Switch>
      <Route path="/" component={WallPage} />
      <Route path="/incidents" component={IncidentsPage} />
      <Route path="/incidents/:id">{({ id }) => <IncidentPage id={id} />}</Route>
      <Route path="/incidents/:id/review">{({ id }) => <ReviewPage id={id} />}</Route>
      <Route path="/follow-ups" component={FollowUpsPage} />
      <Route path="/response-times" component={ResponseTimesPage} />
      <Route path="/reviews" component={ReviewsPage} />
      <Route path="/alarms" component={AlarmsPage} />
      <Route path="/report" component={ReportPage} />
      <Route path="/repairs" component={RepairsPage} />
      <Route path="/clients" component={ClientsPage} />
      <Route path="/clients/:id">{({ id }) => <ClientPage id={id} />}</Route>
      <Route path="/clients/:id/energy">{({ id }) => <EnergyReportPage id={id} />}</Route>
      <Route path="/devices" component={DevicesPage} />
      <Route path="/discovered" component={DiscoveredPage} />
      <Route path="/quarantine" component={QuarantinePage} />
      <Route path="/mappings" component={MappingsPage} />
      <Route path="/mappings/:name">{({ name }) => <MappingPage name={name} />}</Route>
      <Route path="/rosters" component={RostersPage} />
      <Route path="/rosters/:id">{({ id }) => <RosterPage id={id} />}</Route>
      <Route path="/plans" component={PlansPage} />
      <Route path="/maintenance" component={MaintenancePage} />
      <Route path="/account" component={AccountPage} />
      <Route path="/accounts" component={AccountsPage} />
      <Route path="/simulator" component={SimulatorPage} />
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

/** Whoever is not signed in may still choose the language, and has nowhere to go. */
function Header({ isOut }: { readonly isOut: boolean }): ReactNode {
  const { t, language, setLanguage } = useSpeech();
  const { data: who } = useWhoAmI();
  return (
    <header className="top">
      <Link href="/" className="brand" aria-label="Keepsite">
        <Sign />
        <span>Keepsite</span>
        {who && <small>{t.common.server[who.server]}</small>}
      </Link>
      {!isOut && <Navigation />}
      <div className="top-side">
        {!isOut && (
          <>
            <FreshnessChip />
            <ResponderPicker />
            <AccountLink />
          </>
        )}
        <button
          type="button"
          className="act is-small"
          lang={language === 'en' ? 'zh-CN' : 'en'}
          onClick={() => setLanguage(language === 'en' ? 'zh' : 'en')}
        >
          {t.otherLanguage}
        </button>
      </div>
    </header>
  );
}

function Navigation(): ReactNode {
  const { t } = useSpeech();
  const { data: who } = useWhoAmI();
  const [path] = useLocation();
  const may = useMay();
  const places = [
    { href: '/', label: t.nav.wall },
    { href: '/incidents', label: t.nav.incidents },
    { href: '/rosters', label: t.rosters.title, also: ['/plans'] },
    { href: '/maintenance', label: t.maintenance.title, only: who?.server === 'edge' },
    { href: '/clients', label: t.nav.clients, only: who?.server === 'cloud' },
    {
      href: '/follow-ups',
      label: t.after.nav,
      also: ['/response-times', '/reviews', '/alarms'],
      only: who?.server === 'cloud',
    },
    { href: '/devices', label: t.nav.devices, also: ['/discovered', '/quarantine', '/mappings'] },
    { href: '/repairs', label: t.repairs.title },
    { href: '/report', label: t.nav.report, only: may('incident.report') },
    { href: '/accounts', label: t.accounts.title, only: Boolean(who?.user.account) && may('account.manage') },
    { href: '/simulator', label: t.nav.simulator, only: who?.links.simulator !== undefined },
  ].filter((place) => place.only !== false);
  const here = ({ href, also = [] }: { href: string; also?: readonly string[] }): boolean =>
    href === '/' ? path === '/' : [href, ...also].some((start) => path.startsWith(start));
  return (
    <nav className="nav" aria-label={t.nav.main}>
      {places.map((place) => (
        <Link key={place.href} href={place.href} aria-current={here(place) ? 'page' : undefined}>
          {place.label}
        </Link>
      ))}
    </nav>
  );
}
