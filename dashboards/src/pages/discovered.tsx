import type { DiscoveredDevice, RawMessage } from '@keepsite/edge-contract';
import { useState, type ReactNode } from 'react';
import { Link, useSearchParams } from 'wouter';
import { useDiscovered, useDiscoveredDevice } from '../api/adoption.ts';
import { familyName } from '../adoption/families.ts';
import { adoptHref, describeHref } from '../adoption/links.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { OnEdge } from '../ui/on-edge.tsx';
import { Loaded } from '../ui/loading.tsx';
import { Permitted } from '../ui/permitted.tsx';
import { RawMessageView } from '../ui/raw-message.tsx';
import { PointList } from '../ui/values.tsx';
import { useSpeech } from '../words/language.tsx';
import { reasonWords } from '../words/values.ts';
import { AdoptForm } from './adopt.tsx';

/** Devices that were heard and that nobody has adopted; `?device=` shows one of them and adopts it. */
export function DiscoveredPage(): ReactNode {
  const { t } = useSpeech();
  const [query] = useSearchParams();
  const device = query.get('device');
  return (
    <>
      <h1>{t.discovered.title}</h1>
      <p className="lead">{t.discovered.lead}</p>
      <OnEdge elsewhere={t.discovered.notHere} to="discovered.read">
        {device ? <OneDevice key={device} device={device} mapping={query.get('mapping')} /> : <Waiting />}
      </OnEdge>
    </>
  );
}

function Waiting(): ReactNode {
  const { t } = useSpeech();
  const list = useDiscovered(4_000);
  const inOrder = useSteadyOrder();
  const [text, setText] = useState('');
  const wanted = (one: DiscoveredDevice): boolean =>
    [one.device, one.name, one.maker, one.model, one.family, ...one.topics]
      .join(' ')
      .toLowerCase()
      .includes(text.trim().toLowerCase());
  return (
    <Loaded query={list}>
      {({ pages }) => {
        const all = inOrder(pages.flatMap((page) => page.items));
        if (all.length === 0) return <NobodyWaits />;
        return (
          <>
            {all.length > 4 && (
              <div className="filters">
                <input
                  type="search"
                  placeholder={t.discovered.filter}
                  aria-label={t.discovered.filter}
                  value={text}
                  onChange={(change) => setText(change.target.value)}
                />
              </div>
            )}
            <ul className="heard">
              {all.filter(wanted).map((one) => (
                <li key={one.device}>
                  <HeardCard heard={one} />
                </li>
              ))}
            </ul>
            {list.hasNextPage && (
              <button
                type="button"
                className="act"
                disabled={list.isFetchingNextPage}
                onClick={() => void list.fetchNextPage()}
              >
                {t.discovered.more}
              </button>
            )}
          </>
        );
      }}
    </Loaded>
  );
}

/** Newest first as they were met: who speaks again stays in place, lest a card moves from under a finger. */
function useSteadyOrder(): (all: readonly DiscoveredDevice[]) => DiscoveredDevice[] {
  const [places] = useState(() => new Map<string, number>());
  return (all) => {
    for (const { device } of all.toReversed()) if (!places.has(device)) places.set(device, places.size);
    return all.toSorted((a, b) => (places.get(b.device) ?? 0) - (places.get(a.device) ?? 0));
  };
}

function NobodyWaits(): ReactNode {
  const { t } = useSpeech();
  return (
    <div className="empty">
      <strong>{t.discovered.none}</strong>
      <p>{t.discovered.noneText}</p>
    </div>
  );
}

/** What to call a device that nobody has named yet. */
function titleOf({ name, model, device }: DiscoveredDevice): string {
  return name ?? model ?? device;
}

function HeardCard({ heard }: { readonly heard: DiscoveredDevice }): ReactNode {
  const title = titleOf(heard);
  return (
    <article className="panel heard-card" aria-label={title}>
      <HeardHead heard={heard} />
      <HeardBody heard={heard} />
      <HeardActs heard={heard} title={title} />
    </article>
  );
}

/** The way to the map, for whoever may put a device on it. */
function HeardActs({ heard, title }: { readonly heard: DiscoveredDevice; readonly title: string }): ReactNode {
  const { t } = useSpeech();
  return (
    <Permitted to="device.adopt">
      <footer className="heard-acts">
        {heard.family === null ? (
          <>
            <Link
              href={describeHref(heard.device, heard.topics[0])}
              className="act is-primary"
              aria-label={t.discovered.describeName(title)}
            >
              {t.discovered.describe}
            </Link>
            <Link href={adoptHref(heard.device)} className="act" aria-label={t.discovered.adoptName(title)}>
              {t.discovered.adopt}
            </Link>
          </>
        ) : (
          <>
            <Link href={adoptHref(heard.device)} className="act is-primary" aria-label={t.discovered.adoptName(title)}>
              {t.discovered.adopt}
            </Link>
            {heard.reason !== null && (
              <Link
                href={describeHref(heard.device, heard.topics[0])}
                className="act"
                aria-label={t.discovered.describeName(title)}
              >
                {t.discovered.describe}
              </Link>
            )}
          </>
        )}
      </footer>
    </Permitted>
  );
}

function HeardHead({ heard }: { readonly heard: DiscoveredDevice }): ReactNode {
  const { t, format } = useSpeech();
  const now = useServerNow(1000);
  const title = titleOf(heard);
  const model = [heard.maker, heard.model].filter((word) => word !== null && word !== title).join(' ');
  return (
    <header className="heard-head">
      <div>
        <h2>{title}</h2>
        <p className="faint small">
          {title !== heard.device && <code>{heard.device}</code>} {model}
        </p>
        <p className={heard.family === null ? 'heard-family is-warn' : 'heard-family'}>
          {heard.family === null ? t.discovered.nobody : t.discovered.speaks(familyName(heard.family))}
        </p>
      </div>
      <dl className="heard-facts">
        <div>
          <dt>{t.discovered.lastHeard}</dt>
          <dd>{now === null ? format.time(heard.lastHeardAt) : format.ago(now - Date.parse(heard.lastHeardAt))}</dd>
        </div>
        <div>
          <dt>{t.discovered.messages}</dt>
          <dd>
            {format.number(heard.messages)}{' '}
            <small className="faint">{t.discovered.kept(format.number(heard.kept))}</small>
          </dd>
        </div>
      </dl>
    </header>
  );
}

function HeardBody({ heard, open = false }: { readonly heard: DiscoveredDevice; readonly open?: boolean }): ReactNode {
  const { t } = useSpeech();
  const raised = heard.faults.filter((fault) => fault.state === 'raised');
  return (
    <>
      {heard.reason !== null && heard.family !== null && (
        <p className="note is-warn">
          {t.discovered.unreadable} {reasonWords(heard.reason, t)}
        </p>
      )}
      {heard.points.length > 0 && <PointList points={heard.points} />}
      {raised.length > 0 && (
        <p className="note is-bad">
          {t.discovered.faults}{' '}
          {raised
            .map(({ fault, vendorCode }) => `${t.fault[fault]}${vendorCode ? ` (${vendorCode})` : ''}`)
            .join(' · ')}
        </p>
      )}
      {open || heard.family === null ? <Newest heard={heard} spread={open} /> : null}
      <Samples samples={open || heard.family === null ? heard.samples.slice(1) : heard.samples} spread={open} />
    </>
  );
}

interface SamplesProps {
  readonly samples: readonly RawMessage[];
  readonly spread: boolean;
}

function Newest({ heard, spread }: { readonly heard: DiscoveredDevice; readonly spread: boolean }): ReactNode {
  const newest = heard.samples[0];
  return newest ? <RawMessageView message={newest} spread={spread} /> : null;
}

/** Messages behind a line that opens them. */
function Samples({ samples, spread }: SamplesProps): ReactNode {
  const { t } = useSpeech();
  if (samples.length === 0) return null;
  return (
    <details className="behind">
      <summary>{t.discovered.samples(samples.length)}</summary>
      {samples.map((sample, index) => (
        <RawMessageView key={`${sample.at} ${index}`} message={sample} spread={spread} />
      ))}
    </details>
  );
}

/** One device with all that is known of it, and beside it the form that adopts it. */
function OneDevice({ device, mapping }: { readonly device: string; readonly mapping: string | null }): ReactNode {
  const { t } = useSpeech();
  const query = useDiscoveredDevice(device);
  // Once adopted it waits no more, but its page stays until the person moves on.
  const [seen, setSeen] = useState<DiscoveredDevice | null>(null);
  if (query.data && query.data !== seen) setSeen(query.data);
  return (
    <>
      <p>
        <Link href="/discovered">← {t.discovered.back}</Link>
      </p>
      <Loaded query={query}>
        {(found) => {
          const heard = found ?? seen;
          if (!heard) return <p className="quiet-note">{t.discovered.gone}</p>;
          return (
            <div className="adopt-page">
              <Permitted to="device.adopt">
                <AdoptForm heard={heard} title={titleOf(heard)} mapping={mapping} />
              </Permitted>
              {found && (
                <section className="panel heard-card">
                  <HeardHead heard={found} />
                  <HeardBody heard={found} open />
                  <Permitted to="mapping.write">
                    <footer className="heard-acts">
                      <Link href={describeHref(found.device, found.topics[0])} className="act is-small">
                        {t.discovered.describe}
                      </Link>
                    </footer>
                  </Permitted>
                </section>
              )}
            </div>
          );
        }}
      </Loaded>
    </>
  );
}
