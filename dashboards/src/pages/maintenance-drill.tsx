import type { DrillBody, Fault, Severity } from '@keepsite/edge-contract';
import type { ReactNode, SubmitEvent } from 'react';
import { Link } from 'wouter';
import { newId } from '../api/id.ts';
import { useDrill } from '../api/maintenance.ts';
import { SEVERITY_ORDER } from '../incident/urgency.ts';
import { useDirectory } from '../ui/directory.tsx';
import { ResponderPicker, useResponder } from '../ui/responder.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useSpeech } from '../words/language.tsx';

/** Starts an exercise on an asset. */
export function DrillForm(): ReactNode {
  const { t, name } = useSpeech();
  const { registry } = useDirectory();
  const responder = useResponder();
  const drill = useDrill();
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (responder !== null) drill.mutate(bodyOf(new FormData(event.currentTarget), responder));
  };
  return (
    <form className="panel form" onSubmit={submit}>
      <h2>{t.drills.title}</h2>
      <p className="faint">{t.drills.lead}</p>
      <ResponderPicker />
      <label>
        {t.report.asset}
        <select name="asset" required defaultValue="">
          <option value="" disabled>
            {t.report.choose}
          </option>
          {registry?.assets.map((asset) => (
            <option key={asset.id} value={asset.id}>
              {name(asset.name)} · {t.assetKind[asset.kind]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t.report.fault}
        <select name="fault" defaultValue="entrapment">
          {Object.entries(t.fault).map(([fault, word]) => (
            <option key={fault} value={fault}>
              {word}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t.report.severity}
        <select name="severity" defaultValue="critical">
          {SEVERITY_ORDER.map((severity) => (
            <option key={severity} value={severity}>
              {t.severity[severity]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t.drills.note} <small className="faint">{t.action.optional}</small>
        <input name="note" maxLength={4000} />
      </label>
      <button type="submit" className="act is-big" disabled={responder === null || drill.isPending}>
        {t.drills.start}
      </button>
      <Refusal error={drill.error} />
      <output>
        {drill.data && (
          <>
            {t.drills.started}{' '}
            <Link href={`/incidents/${encodeURIComponent(drill.data.incident.id)}`}>{t.drills.open} →</Link>
          </>
        )}
      </output>
    </form>
  );
}

function bodyOf(form: FormData, by: string): DrillBody {
  const note = String(form.get('note') ?? '').trim();
  return {
    commandId: newId(),
    asset: String(form.get('asset')),
    fault: form.get('fault') as Fault,
    severity: form.get('severity') as Severity,
    by,
    ...(note === '' ? {} : { note }),
  };
}
