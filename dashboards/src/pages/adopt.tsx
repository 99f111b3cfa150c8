import type { AdoptBody, Adopted, AssetChoice, DiscoveredDevice, Places } from '@keepsite/edge-contract';
import { useEffect, useRef, useState, type ReactNode, type SubmitEvent } from 'react';
import { Link } from 'wouter';
import { useAdopt, useDiscovered, usePlaces } from '../api/adoption.ts';
import { likelyKind } from '../adoption/choice.ts';
import { familyName } from '../adoption/families.ts';
import { adoptHref, deviceHref } from '../adoption/links.ts';
import { Loaded } from '../ui/loading.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { RetriedFigures } from '../ui/retried.tsx';
import { useSpeech } from '../words/language.tsx';
import { MoreFields, type More } from './adopt-more.tsx';
import { PlaceField } from './adopt-place.tsx';

interface AdoptFormProps {
  readonly heard: DiscoveredDevice;
  readonly title: string;
  /** A saved mapping that reads it, where the person comes from writing one. */
  readonly mapping: string | null;
}

/** Puts a device on the map: its name, where it belongs, and what will happen; then what has happened. */
export function AdoptForm({ heard, title, mapping }: AdoptFormProps): ReactNode {
  const { t } = useSpeech();
  const places = usePlaces();
  const adopt = useAdopt();
  if (adopt.data) return <Result adopted={adopt.data} title={adopt.data.device.name ?? title} places={places.data} />;
  return (
    <section className="panel adopt" aria-label={t.adopt.title(title)}>
      <h2>{t.adopt.title(title)}</h2>
      <Loaded query={places}>
        {(known) => (
          <Fields
            heard={heard}
            title={title}
            mapping={mapping}
            places={known}
            busy={adopt.isPending}
            onAdopt={(body) => adopt.mutate(body)}
          />
        )}
      </Loaded>
      <Refusal error={adopt.error} />
    </section>
  );
}

interface FieldsProps extends AdoptFormProps {
  readonly places: Places;
  readonly busy: boolean;
  readonly onAdopt: (body: AdoptBody) => void;
}

function Fields({ heard, title, mapping, places, busy, onAdopt }: FieldsProps): ReactNode {
  const { t } = useSpeech();
  const [name, setName] = useState(title.slice(0, 200));
  const [asset, setAsset] = useState<AssetChoice | null>(null);
  const [more, setMore] = useState<More>({ family: heard.family ?? '', timeZone: '', silence: '' });
  const readable = more.family !== '' || mapping !== null;
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (asset === null || !readable) return;
    onAdopt({
      device: heard.device,
      name: name.trim() || title,
      asset,
      ...(mapping !== null && { mapping }),
      ...(mapping === null && more.family !== heard.family && { family: more.family }),
      ...(more.timeZone !== '' && { timeZone: more.timeZone }),
      ...(more.silence !== '' && { expectEverySeconds: Number(more.silence) }),
    });
  };
  return (
    <form className="form" onSubmit={submit}>
      <label>
        {t.adopt.name}
        <input type="text" required maxLength={200} value={name} onChange={(change) => setName(change.target.value)} />
      </label>
      <PlaceField places={places} kind={likelyKind(heard.points)} onChoose={setAsset} />
      <MoreFields
        heard={heard}
        places={places}
        family={more.family || (mapping ?? '')}
        needsFamily={mapping === null}
        more={more}
        onChange={setMore}
      />
      <section className="will">
        <h3>{t.adopt.will}</h3>
        <WhatWillHappen heard={heard} family={mapping ?? more.family} asset={asset} places={places} />
      </section>
      <button type="submit" className="act is-primary is-big" disabled={busy || asset === null || !readable}>
        {busy ? t.adopt.busy : t.adopt.button}
      </button>
      {asset === null && <p className="faint small">{t.adopt.placeFirst}</p>}
    </form>
  );
}

interface WillProps {
  readonly heard: DiscoveredDevice;
  readonly family: string;
  readonly asset: AssetChoice | null;
  readonly places: Places;
}

function WhatWillHappen({ heard, family, asset, places }: WillProps): ReactNode {
  const { t, format } = useSpeech();
  const placeOf = usePlaceWords(places);
  return (
    <ul>
      {asset !== null && <li>{t.adopt.willStand(placeOf(asset))}</li>}
      {family !== '' && <li>{t.adopt.willRead(familyName(family))}</li>}
      {heard.kept > 0 && (
        <li>{heard.kept === 1 ? t.adopt.willKeptOne : t.adopt.willKept(format.number(heard.kept))}</li>
      )}
      <li>{t.adopt.willPage}</li>
    </ul>
  );
}

/** Asset, zone and site of a choice in words, old or new. */
function usePlaceWords(places: Places | undefined): (choice: AssetChoice) => string {
  const { name } = useSpeech();
  return (choice) => {
    const asset = typeof choice === 'string' ? places?.assets.find(({ id }) => id === choice) : choice;
    if (!asset) return typeof choice === 'string' ? choice : choice.id;
    const zone = typeof asset.zone === 'string' ? places?.zones.find(({ id }) => id === asset.zone) : asset.zone;
    const siteOf = zone?.site;
    const site = typeof siteOf === 'object' ? siteOf : places?.sites.find(({ id }) => id === siteOf);
    return [asset, zone, site].flatMap((thing) => (thing ? name(thing.name) : [])).join(' · ');
  };
}

function Result({
  adopted,
  title,
  places,
}: {
  adopted: Adopted;
  title: string;
  places: Places | undefined;
}): ReactNode {
  const { t } = useSpeech();
  const placeOf = usePlaceWords(places);
  const { data } = useDiscovered();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const waiting = (data?.pages ?? [])
    .flatMap((page) => page.items)
    .filter(({ device }) => device !== adopted.device.id);
  const next = waiting[0];
  const left = Math.max(waiting.length, data?.pages[0]?.total ?? 0);
  return (
    <section className="panel adopt is-done" aria-label={t.adopt.done(title)}>
      <h2 ref={heading} tabIndex={-1}>
        <span aria-hidden="true">✓ </span>
        {t.adopt.done(title)}
      </h2>
      <p>{t.adopt.doneAt(placeOf(adopted.device.asset))}</p>
      <RetriedFigures retried={adopted.retried} />
      <p className="heard-acts">
        {next && (
          <Link href={adoptHref(next.device)} className="act is-primary">
            {t.adopt.next(left)}
          </Link>
        )}
        <Link href={deviceHref(adopted.device.id)} className={next ? 'act' : 'act is-primary'}>
          {t.adopt.toDevice}
        </Link>
        {adopted.retried.stillRejected > 0 && (
          <Link href="/quarantine" className="act">
            {t.adopt.toQuarantine}
          </Link>
        )}
      </p>
    </section>
  );
}
