import type { Incident, WhoAmI } from '@keepsite/edge-contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { ApiError, getJson, isFinal } from '../api/http.ts';
import { keptLinks, useCodePlace, type KeptLink } from '../api/links.ts';
import { order, orderByLink, setSender, type Outcome } from '../api/outbox.ts';
import { AloneHeader, NoLine } from '../ui/alone.tsx';
import { keptResponder } from '../ui/responder.tsx';
import { useSpeech } from '../words/language.tsx';

/** What a scanned sticker opens: whoever has a link on this phone, or is signed in, says that he is there. */
export function CodePage({ code }: { readonly code: string }): ReactNode {
  const { t } = useSpeech();
  const { data: who } = useQuery({ queryKey: ['who scans'], queryFn: whoScans, retry: false });
  const { data: place, error } = useCodePlace(code);
  const links = keptLinks();
  useEffect(() => setSender(who ? (who.user.account ?? null) : undefined), [who]);
  const isUnknown = error instanceof ApiError && error.code === 'CODE_UNKNOWN';
  return (
    <div className="alone">
      <AloneHeader />
      <main className="page">
        <section className="panel link-actions">
          <p className="faint">{t.acting.scanned}</p>
          {isUnknown && <p className="warn">{t.acting.scannedUnknown}</p>}
          {place && <Place place={place} />}
          {place?.incidents.map((incident) => (
            <Arrive
              key={incident.id}
              incident={incident.id}
              label={t.fault[incident.fault]}
              arrive={() => order(incident.id, 'arrive', { responder: actor(who, incident), code })}
            />
          ))}
          {place === null && links.map((link) => <ByLink key={link.token} link={link} code={code} />)}
          {place === null && links.length === 0 && (
            <p>
              {t.acting.scannedWho} <a href="/">{t.acting.signIn}</a>
            </p>
          )}
        </section>
      </main>
    </div>
  );
}

function Place({ place }: { readonly place: NonNullable<ReturnType<typeof useCodePlace>['data']> }): ReactNode {
  const { t, name } = useSpeech();
  return (
    <>
      <h1>{name(place.name)}</h1>
      <p className="lead">{name(place.place)}</p>
      {!place.isCurrent && <p className="warn">{t.acting.scannedOld}</p>}
      {place.incidents.length === 0 && <p>{t.acting.scannedNothing}</p>}
    </>
  );
}

/** Without a login the phone knows only what its links have told it; the edge judges whether the code fits. */
function ByLink({ link, code }: { readonly link: KeptLink; readonly code: string }): ReactNode {
  return (
    <Arrive
      incident={link.incident}
      label={link.asset}
      arrive={() => orderByLink(link.token, link.incident, 'arrive', { code })}
      next={`/l/${link.token}`}
    />
  );
}

interface ArriveProps {
  readonly incident: string;
  readonly label: string;
  readonly arrive: () => Promise<Outcome>;
  /** Where to go on afterwards; absent: to the incident's page. */
  readonly next?: string;
}

function Arrive({
  incident,
  label,
  arrive,
  next = `/incidents/${encodeURIComponent(incident)}`,
}: ArriveProps): ReactNode {
  const { t } = useSpeech();
  const [refused, setRefused] = useState<string | null>(null);
  const act = async (): Promise<void> => {
    const { result, reason } = await arrive();
    if (result === 'refused') setRefused(reason ?? '');
    else if (result !== 'waiting') location.assign(next);
  };
  return (
    <>
      <NoLine incident={incident} />
      <button type="button" className="act is-primary is-big" onClick={() => void act()}>
        {t.acting.onSiteOf(label)}
      </button>
      {refused !== null && (
        <p className="warn" role="alert">
          {t.acting.refused(refused)}
        </p>
      )}
    </>
  );
}

async function whoScans(): Promise<WhoAmI | null> {
  return getJson<WhoAmI>('/api/whoami').catch((error: unknown) => {
    if (isFinal(error)) return null;
    throw error;
  });
}

/** Where nobody signs in, whoever was chosen on this phone. */
function actor(who: WhoAmI | null | undefined, { responder }: Incident): string {
  if (who?.user.account) return who.user.responder ?? who.user.id;
  return keptResponder() ?? responder ?? who?.user.id ?? '';
}
