import type { AssetChoice, DeviceStatus, MoveBody, Places } from '@keepsite/edge-contract';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { Link, useLocation } from 'wouter';
import { useMove, usePlaces, useRelease } from '../api/adoption.ts';
import { useNewestValues } from '../api/queries.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { useDirectory } from '../ui/directory.tsx';
import { Loaded } from '../ui/loading.tsx';
import { Permitted } from '../ui/permitted.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { PointList } from '../ui/values.tsx';
import { useSpeech } from '../words/language.tsx';
import { SilenceField, TimeZoneField, type More } from './adopt-more.tsx';
import { PlaceField } from './adopt-place.tsx';

/** An adopted device is called otherwise, stands elsewhere, or is no longer ours, from today on. */
export function DeviceChange({ device }: { readonly device: DeviceStatus }): ReactNode {
  const { t } = useSpeech();
  const { device: nameOf, asset } = useDirectory();
  const name = nameOf(device.device) ?? device.device;
  return (
    <>
      <p>
        <Link href="/devices">← {t.change.back}</Link>
      </p>
      <NewestValues device={device} name={name} />
      <Permitted to="device.adopt">
        <div className="adopt-page">
          <section className="panel adopt" aria-label={t.change.title(name)}>
            <h2>{t.change.title(name)}</h2>
            <p className="lead">{t.change.lead}</p>
            {device.asset !== null && <p>{t.adopt.doneAt(asset(device.asset))}</p>}
            <Loaded query={usePlaces()}>{(places) => <Fields device={device} name={name} places={places} />}</Loaded>
          </section>
          <Release device={device.device} />
        </div>
      </Permitted>
    </>
  );
}

interface NewestValuesProps {
  readonly device: DeviceStatus;
  readonly name: string;
}

/** What the device has told last; it follows while somebody looks. */
function NewestValues({ device: { device, lastHeardAt }, name }: NewestValuesProps): ReactNode {
  const { t, format } = useSpeech();
  const now = useServerNow(1_000);
  const { data: values } = useNewestValues(device, lastHeardAt);
  return (
    <section className="panel heard-card newest-values" aria-label={t.discovered.says}>
      <header>
        <h2>{name}</h2>
        <p className="faint small">
          {t.discovered.says} ·{' '}
          {lastHeardAt !== null && now !== null ? format.ago(now - Date.parse(lastHeardAt)) : t.devices.heardNever}
        </p>
      </header>
      {values && values.length > 0 ? (
        <PointList points={values} />
      ) : (
        <p className="quiet-note">{t.discovered.saysNothing}</p>
      )}
    </section>
  );
}

interface FieldsProps {
  readonly device: DeviceStatus;
  readonly name: string;
  readonly places: Places;
}

function Fields({ device: { device }, name: called, places }: FieldsProps): ReactNode {
  const { t } = useSpeech();
  const move = useMove();
  const [name, setName] = useState(called);
  const [asset, setAsset] = useState<AssetChoice | null>(null);
  const [moving, setMoving] = useState(false);
  const [more, setMore] = useState<Omit<More, 'family'>>({ timeZone: '', silence: '' });
  const body: MoveBody = {
    device,
    ...(name.trim() !== '' && name.trim() !== called && { name: name.trim() }),
    ...(moving && asset !== null && { asset }),
    ...(more.timeZone !== '' && { timeZone: more.timeZone }),
    ...(more.silence !== '' && { expectEverySeconds: Number(more.silence) }),
  };
  const changes = Object.keys(body).length > 1;
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (changes) move.mutate(body);
  };
  return (
    <form className="form" onSubmit={submit}>
      <label>
        {t.adopt.name}
        <input type="text" required maxLength={200} value={name} onChange={(change) => setName(change.target.value)} />
      </label>
      {moving ? (
        <PlaceField places={places} kind="other" onChoose={setAsset} />
      ) : (
        <button type="button" className="act" onClick={() => setMoving(true)}>
          {t.change.elsewhere}
        </button>
      )}
      <SilenceField
        value={more.silence}
        unchanged={t.change.unchanged}
        onChange={(silence) => setMore({ ...more, silence })}
      />
      <TimeZoneField
        value={more.timeZone}
        unchanged={t.change.unchanged}
        onChange={(timeZone) => setMore({ ...more, timeZone })}
      />
      <button type="submit" className="act is-primary is-big" disabled={!changes || move.isPending}>
        {t.change.save}
      </button>
      <output>{move.isSuccess && <p className="is-good">✓ {t.change.saved}</p>}</output>
      <Refusal error={move.error} />
    </form>
  );
}

function Release({ device }: { readonly device: string }): ReactNode {
  const { t } = useSpeech();
  const [, go] = useLocation();
  const release = useRelease();
  const [sure, setSure] = useState(false);
  return (
    <section className="panel heard-card" aria-label={t.change.release}>
      <h2>{t.change.release}</h2>
      <p className="lead">{t.change.releaseLead}</p>
      <label className="check">
        <input type="checkbox" checked={sure} onChange={(change) => setSure(change.target.checked)} />
        {t.change.sure}
      </label>
      <p className="heard-acts">
        <button
          type="button"
          className="act is-danger"
          disabled={!sure || release.isPending}
          onClick={() => release.mutate({ device }, { onSuccess: () => go('/devices') })}
        >
          {t.change.release}
        </button>
      </p>
      <Refusal error={release.error} />
    </section>
  );
}
