import { Suspense, useEffect, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useSender, useSignedOut } from './api/access.ts';
import { firstTime } from './api/live.ts';
import { useKeptPhone } from './api/phone.ts';
import { useOpenIncidents, useWhoAmI } from './api/queries.ts';
import { needsSomebody } from './incident/urgency.ts';
import { Pages } from './places/pages.tsx';
import { usePlaces } from './places/use-places.ts';
import { AccountLink } from './ui/account-link.tsx';
import { showBadge } from './ui/badge.ts';
import { Entrance } from './ui/entrance.tsx';
import { isKiosk, useKiosk } from './ui/kiosk.ts';
import { LanguageButton } from './ui/language-button.tsx';
import { Navigation, PlaceTabs } from './ui/navigation.tsx';
import { Announcer, DeadBanner, FreshnessChip, OutcomeToast } from './ui/notices.tsx';
import { PhoneHint } from './ui/phone-hint.tsx';
import { ResponderPicker } from './ui/responder.tsx';
import { Sign } from './ui/shapes.tsx';
import { useSpeech } from './words/language.tsx';

/** The whole app: one header, one page. Served alike by edge and cloud. */
export function App(): ReactNode {
  const { t } = useSpeech();
  const { data: who } = useWhoAmI();
  const [path] = useLocation();
  const isOut = useSignedOut();
  useKiosk();
  useSender();
  useKeptPhone();
  useTitle(path);
  useEffect(() => who && firstTime(who), [who]);
  useEffect(() => {
    document.documentElement.toggleAttribute('data-board', path === '/');
  }, [path]);
  return (
    <>
      <a className="skip" href="#main">
        {t.places.skip}
      </a>
      {!isKiosk && <Header isOut={isOut} />}
      {!isOut && <DeadBanner />}
      {!isOut && !isKiosk && <PlaceTabs />}
      {!isOut && !isKiosk && path === '/' && <PhoneHint />}
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

/** The tab tells where one is, and how much is open. */
function useTitle(path: string): void {
  const { t } = useSpeech();
  const { data: open } = useOpenIncidents();
  const { group, place } = usePlaces();
  const title =
    group && place && place.name !== 'wall'
      ? place.href === path
        ? t.place[place.name]
        : t.group[group.name]
      : t.wall.title;
  useEffect(() => showBadge(title, open?.items.filter(needsSomebody).length ?? 0), [open, title]);
}

/** Whoever is not signed in may still choose the language, and has nowhere to go. */
function Header({ isOut }: { readonly isOut: boolean }): ReactNode {
  const { t } = useSpeech();
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
        <LanguageButton />
      </div>
    </header>
  );
}
