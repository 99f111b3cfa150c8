import type { Fault, Severity } from '@keepsite/edge-contract';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { Link } from 'wouter';
import { reportFault, type Outcome } from '../api/outbox.ts';
import { SEVERITY_ORDER } from '../incident/urgency.ts';
import { AssetField } from '../ui/asset-field.tsx';
import { PermittedPage } from '../ui/permitted.tsx';
import { ResponderPicker, useResponder } from '../ui/responder.tsx';
import { SeverityMark } from '../ui/shapes.tsx';
import { useSpeech } from '../words/language.tsx';

/** A person reports what no sensor has seen; it starts the same clock. */
export function ReportPage(): ReactNode {
  return (
    <PermittedPage to="incident.report">
      <ReportForm />
    </PermittedPage>
  );
}

function ReportForm(): ReactNode {
  const { t } = useSpeech();
  const responder = useResponder();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (responder === null) return;
    const form = event.currentTarget;
    void reportFault(reportOf(new FormData(form), responder)).then((result) => {
      setOutcome(result);
      if (result.result !== 'refused') form.reset();
    });
  };
  return (
    <div className="narrow">
      <h1>{t.report.title}</h1>
      <p className="lead">{t.report.lead}</p>
      <form className="panel form" onSubmit={submit}>
        <ResponderPicker />
        <AssetField label={t.report.asset} />
        <FaultField />
        <SeverityField />
        <label>
          {t.report.note} <small className="faint">{t.action.optional}</small>
          <textarea name="note" rows={3} maxLength={4000} />
        </label>
        <button type="submit" className="act is-primary is-big" disabled={responder === null}>
          {t.report.send}
        </button>
        <Answer outcome={outcome} />
      </form>
    </div>
  );
}

function Answer({ outcome }: { readonly outcome: Outcome | null }): ReactNode {
  const { t } = useSpeech();
  return (
    <output>
      {outcome?.result === 'waiting' && t.report.waiting}
      {outcome?.result === 'refused' && t.action.refused(outcome.reason ?? '–')}
      {(outcome?.result === 'done' || outcome?.result === 'unchanged') && t.report.sent}{' '}
      {outcome?.incident && <Link href={`/incidents/${encodeURIComponent(outcome.incident)}`}>{t.report.open} →</Link>}
    </output>
  );
}

function FaultField(): ReactNode {
  const { t } = useSpeech();
  return (
    <label>
      {t.report.fault}
      <select name="fault" required defaultValue="">
        <option value="" disabled>
          {t.report.choose}
        </option>
        {Object.entries(t.fault).map(([fault, word]) => (
          <option key={fault} value={fault}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
}

function SeverityField(): ReactNode {
  const { t } = useSpeech();
  return (
    <fieldset className="choices">
      <legend>{t.report.severity}</legend>
      {SEVERITY_ORDER.map((severity) => (
        <label key={severity} className="choice">
          <input type="radio" name="severity" value={severity} defaultChecked={severity === 'major'} />
          <SeverityMark severity={severity} />
          <small className="faint">
            {severity === 'critical' || severity === 'major' ? t.report.startsClock : t.report.noClock}
          </small>
        </label>
      ))}
    </fieldset>
  );
}

function reportOf(form: FormData, reporter: string): Parameters<typeof reportFault>[0] {
  const note = textOf(form, 'note');
  return {
    asset: textOf(form, 'asset'),
    fault: form.get('fault') as Fault,
    severity: form.get('severity') as Severity,
    reporter,
    ...(note ? { note } : {}),
  };
}

function textOf(form: FormData, field: string): string {
  const value = form.get(field);
  return typeof value === 'string' ? value.trim() : '';
}
