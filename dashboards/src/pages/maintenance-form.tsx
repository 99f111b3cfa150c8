import { type Fault, LIFE_SAFETY, type MaintenanceBody } from '@keepsite/edge-contract';
import type { ReactNode, SubmitEvent } from 'react';
import { useAnnounce } from '../api/maintenance.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { useDirectory } from '../ui/directory.tsx';
import { ResponderPicker, useResponder } from '../ui/responder.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useSpeech } from '../words/language.tsx';

const MINUTES = [30, 60, 120, 240, 480, 1440] as const;
const USUAL = 120;

/** Announces work at a site, in a zone or on an asset. */
export function MaintenanceForm(): ReactNode {
  const { t } = useSpeech();
  const responder = useResponder();
  const now = useServerNow(1_000);
  const announce = useAnnounce();
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    if (responder === null || now === null) return;
    announce.mutate(bodyOf(new FormData(form), responder, now), { onSuccess: () => form.reset() });
  };
  return (
    <form className="panel form" onSubmit={submit}>
      <h2>{t.maintenance.announce}</h2>
      <ResponderPicker />
      <PlaceField />
      <label>
        {t.maintenance.reason}
        <input name="reason" required maxLength={500} />
      </label>
      <label>
        {t.maintenance.from} <small className="faint">{t.maintenance.now}</small>
        <input name="from" type="datetime-local" />
      </label>
      <label>
        {t.maintenance.length}
        <select name="minutes" defaultValue={USUAL}>
          {MINUTES.map((minutes) => (
            <option key={minutes} value={minutes}>
              {t.maintenance.spans[minutes]}
            </option>
          ))}
        </select>
      </label>
      <FaultsField />
      <button type="submit" className="act is-primary is-big" disabled={responder === null || announce.isPending}>
        {t.maintenance.announce}
      </button>
      <Refusal error={announce.error} />
      <output>{announce.isSuccess && t.maintenance.made}</output>
    </form>
  );
}

function PlaceField(): ReactNode {
  const { t, name } = useSpeech();
  const { registry } = useDirectory();
  return (
    <label>
      {t.maintenance.where}
      <select name="place" required defaultValue="">
        <option value="" disabled>
          {t.report.choose}
        </option>
        {registry?.sites.map((site) => {
          const zones = registry.zones.filter((zone) => zone.site === site.id);
          return (
            <optgroup key={site.id} label={name(site.name)}>
              <option value={`site:${site.id}`}>
                {name(site.name)} · {t.maintenance.whole}
              </option>
              {zones.map((zone) => (
                <option key={zone.id} value={`zone:${zone.id}`}>
                  {name(zone.name)} · {t.maintenance.zone}
                </option>
              ))}
              {registry.assets
                .filter((asset) => zones.some(({ id }) => id === asset.zone))
                .map((asset) => (
                  <option key={asset.id} value={`asset:${asset.id}`}>
                    {name(asset.name)} · {t.assetKind[asset.kind]}
                  </option>
                ))}
            </optgroup>
          );
        })}
      </select>
    </label>
  );
}

function FaultsField(): ReactNode {
  const { t } = useSpeech();
  return (
    <details className="window-faults">
      <summary>{t.maintenance.faults}</summary>
      <p className="faint small">{t.maintenance.faultsHint}</p>
      {(Object.entries(t.fault) as [Fault, string][]).map(([fault, word]) => (
        <label key={fault} className="choice">
          <input type="checkbox" name="fault" value={fault} />
          {word}
          {LIFE_SAFETY.has(fault) && ' !'}
        </label>
      ))}
    </details>
  );
}

/** A start that was typed is in the time of the browser's own zone, as the field shows it. */
function bodyOf(form: FormData, by: string, now: number): MaintenanceBody {
  const [kind, id = ''] = String(form.get('place')).split(/:(.*)/s);
  const typed = String(form.get('from') ?? '');
  const from = typed === '' ? now : new Date(typed).getTime();
  const faults = form.getAll('fault') as Fault[];
  return {
    [kind as 'site']: id,
    reason: String(form.get('reason')).trim(),
    by,
    to: new Date(from + Number(form.get('minutes')) * 60_000).toISOString(),
    ...(typed === '' ? {} : { from: new Date(from).toISOString() }),
    ...(faults.length > 0 ? { faults } : {}),
  };
}
