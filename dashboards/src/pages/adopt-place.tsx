import { ASSET_KINDS, type AssetChoice, type Places, type Site } from '@keepsite/edge-contract';
import { useId, useState, type ReactNode } from 'react';
import { newAsset, searchPlaces, type Typed, type TypedAsset } from '../adoption/choice.ts';
import { useSpeech } from '../words/language.tsx';
import { TimeZoneList } from './adopt-more.tsx';

interface PlaceFieldProps {
  readonly places: Places;
  /** What a new asset probably is. */
  readonly kind: TypedAsset['kind'];
  /** Null while nothing is chosen, or a new place still lacks a name. */
  readonly onChoose: (asset: AssetChoice | null) => void;
}

/** Where a device belongs: an asset found by its names, or a new one made here. */
export function PlaceField({ places, kind, onChoose }: PlaceFieldProps): ReactNode {
  const { t } = useSpeech();
  const [isNew, setNew] = useState(places.assets.length === 0);
  const turn = (next: boolean): void => {
    setNew(next);
    onChoose(null);
  };
  return (
    <fieldset className="place">
      <legend>{t.adopt.where}</legend>
      {isNew ? (
        <NewAssetFields places={places} kind={kind} onChoose={onChoose} />
      ) : (
        <AssetSearch places={places} onChoose={onChoose} />
      )}
      {places.assets.length > 0 && (
        <button type="button" className="act is-small" onClick={() => turn(!isNew)}>
          {isNew ? t.adopt.chooseAsset : `+ ${t.adopt.newAsset}`}
        </button>
      )}
    </fieldset>
  );
}

function AssetSearch({ places, onChoose }: Omit<PlaceFieldProps, 'kind'>): ReactNode {
  const { t, name } = useSpeech();
  const group = useId();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState('');
  const { groups, found, left } = searchPlaces(places, text, t.assetKind);
  return (
    <>
      <input
        type="search"
        aria-label={t.adopt.search}
        placeholder={t.adopt.search}
        value={text}
        onChange={(change) => setText(change.target.value)}
        onKeyDown={(key) => key.key === 'Enter' && key.preventDefault()}
      />
      <output className="unseen">{t.adopt.found(found)}</output>
      <div className="place-list">
        {found === 0 && <p className="quiet-note">{t.adopt.foundNone}</p>}
        {groups.map(({ id, site, zone, assets }) => (
          <fieldset key={id} aria-label={`${name(site)} · ${name(zone)}`}>
            <p className="place-zone" aria-hidden="true">
              {name(site)} · {name(zone)}
            </p>
            {assets.map((asset) => (
              <label key={asset.id} className="place-one">
                <input
                  type="radio"
                  name={group}
                  checked={chosen === asset.id}
                  onChange={() => {
                    setChosen(asset.id);
                    onChoose(asset.id);
                  }}
                />
                <span>{name(asset.name)}</span>
                <small className="faint">
                  {t.assetKind[asset.kind]}
                  {asset.devices.length > 0 && ` · ${t.adopt.standsThere(asset.devices.length)}`}
                </small>
              </label>
            ))}
          </fieldset>
        ))}
        {left > 0 && <p className="faint small place-zone">{t.adopt.foundMore(left)}</p>}
      </div>
    </>
  );
}

const NOTHING: Typed = { own: '', other: '' };
const SITE_KINDS: readonly Site['kind'][] = ['office-park', 'data-center', 'mall', 'residential', 'other'];

function NewAssetFields({ places, kind: likely, onChoose }: PlaceFieldProps): ReactNode {
  const { t, language, name } = useSpeech();
  const [typed, setTyped] = useState<TypedAsset>(() => ({
    name: NOTHING,
    kind: likely,
    zone: places.zones[0]?.id ?? '',
    zoneName: NOTHING,
    client: '',
    site: places.sites[0]?.id ?? '',
    siteName: NOTHING,
    siteKind: 'office-park',
    siteZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  }));
  const type = (part: Partial<TypedAsset>): void => {
    const next = { ...typed, ...part };
    setTyped(next);
    onChoose(newAsset(next, language, places));
  };
  return (
    <div className="form is-inner">
      <NameFields label={t.adopt.assetName} typed={typed.name} onType={(named) => type({ name: named })} />
      <label>
        {t.adopt.kind}
        <select value={typed.kind} onChange={(change) => type({ kind: change.target.value as TypedAsset['kind'] })}>
          {ASSET_KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {t.assetKind[kind]}
            </option>
          ))}
        </select>
      </label>
      {places.zones.length > 0 && (
        <label>
          {t.adopt.zone}
          <select value={typed.zone} onChange={(change) => type({ zone: change.target.value })}>
            {places.sites.map((site) => (
              <optgroup key={site.id} label={name(site.name)}>
                {places.zones
                  .filter((zone) => zone.site === site.id)
                  .map((zone) => (
                    <option key={zone.id} value={zone.id}>
                      {name(zone.name)}
                    </option>
                  ))}
              </optgroup>
            ))}
            <option value="">{t.adopt.newZone}</option>
          </select>
        </label>
      )}
      {typed.zone === '' && <NewZoneFields places={places} typed={typed} type={type} />}
    </div>
  );
}

interface NewFieldsProps {
  readonly places: Places;
  readonly typed: TypedAsset;
  readonly type: (part: Partial<TypedAsset>) => void;
}

function NewZoneFields({ places, typed, type }: NewFieldsProps): ReactNode {
  const { t, name } = useSpeech();
  return (
    <>
      <NameFields label={t.adopt.zoneName} typed={typed.zoneName} onType={(zoneName) => type({ zoneName })} />
      {places.clients.length > 0 && (
        <label>
          {t.adopt.client}
          <select value={typed.client} onChange={(change) => type({ client: change.target.value })}>
            <option value="">{t.adopt.noClient}</option>
            {places.clients.map((client) => (
              <option key={client}>{client}</option>
            ))}
          </select>
        </label>
      )}
      {places.sites.length > 0 && (
        <label>
          {t.adopt.site}
          <select value={typed.site} onChange={(change) => type({ site: change.target.value })}>
            {places.sites.map((site) => (
              <option key={site.id} value={site.id}>
                {name(site.name)}
              </option>
            ))}
            <option value="">{t.adopt.newSite}</option>
          </select>
        </label>
      )}
      {typed.site === '' && <NewSiteFields places={places} typed={typed} type={type} />}
    </>
  );
}

function NewSiteFields({ typed, type }: NewFieldsProps): ReactNode {
  const { t } = useSpeech();
  const zones = useId();
  return (
    <>
      <NameFields label={t.adopt.siteName} typed={typed.siteName} onType={(siteName) => type({ siteName })} />
      <label>
        {t.adopt.siteKind}
        <select
          value={typed.siteKind}
          onChange={(change) => type({ siteKind: change.target.value as TypedAsset['siteKind'] })}
        >
          {SITE_KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {t.siteKind[kind]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t.adopt.siteZone}
        <input
          type="text"
          list={zones}
          required
          value={typed.siteZone}
          onChange={(change) => type({ siteZone: change.target.value.trim() })}
        />
        <TimeZoneList id={zones} />
      </label>
    </>
  );
}

interface NameFieldsProps {
  readonly label: string;
  readonly typed: Typed;
  readonly onType: (typed: Typed) => void;
}

/** A name in the reader's language, and the other one where it differs. */
function NameFields({ label, typed, onType }: NameFieldsProps): ReactNode {
  const { t, language } = useSpeech();
  const other = language === 'en' ? t.adopt.nameZh : t.adopt.nameEn;
  return (
    <div className="both-names">
      <label>
        {label}
        <input
          type="text"
          required
          maxLength={200}
          value={typed.own}
          onChange={(change) => onType({ ...typed, own: change.target.value })}
        />
      </label>
      <label>
        <span>
          {other} <small className="faint">{t.action.optional}</small>
        </span>
        <input
          type="text"
          maxLength={200}
          placeholder={typed.own || t.adopt.sameName}
          aria-label={t.adopt.both(label, other)}
          value={typed.other}
          onChange={(change) => onType({ ...typed, other: change.target.value })}
        />
      </label>
    </div>
  );
}
