import type { Incident } from '@keepsite/edge-contract';
import { useId, type ReactNode, type SubmitEvent } from 'react';
import { useMay } from '../api/access.ts';
import { order } from '../api/outbox.ts';
import { useEraseReporters, useReporters } from '../api/repairs.ts';
import { AnswerClock } from '../ui/answer-clock.tsx';
import { useDirectory } from '../ui/directory.tsx';
import { useResponder } from '../ui/responder.tsx';
import { useSpeech } from '../words/language.tsx';

/** What a person reported, whom to call back, and when it will be done; nothing for what sensors raised. */
export function RepairPanel({ incident }: { readonly incident: Incident }): ReactNode {
  const { t, format } = useSpeech();
  const { person, zoneOf } = useDirectory();
  const { repair, appointment, reports = [] } = incident;
  if (!repair) return null;
  return (
    <section className="panel">
      <h2>
        {t.repairCategory[repair.category]} <span className="tag">{t.urgency[repair.urgency]}</span>
      </h2>
      <p className="lead">{repair.text}</p>
      <p className="faint small">
        {t.repairChannel[repair.channel]}
        {reports.length > 1 && ` · ${t.repairs.again(String(reports.length))}`}
      </p>
      <AnswerClock incident={incident} />
      {appointment && (
        <p>
          {t.repairs.appointment(format.dateTime(appointment.at, zoneOf(incident.site)))} · {person(appointment.by)}
        </p>
      )}
      <ReporterLines incident={incident} />
      {(incident.response === 'open' || incident.response === 'acknowledged') && <ArrangeForm incident={incident} />}
    </section>
  );
}

function ReporterLines({ incident }: { readonly incident: Incident }): ReactNode {
  const { t } = useSpeech();
  const may = useMay()('repair.contact');
  const { data } = useReporters(incident.id, may);
  if (!may || !data) return null;
  return (
    <div className="small">
      {t.repairs.reporter}:{' '}
      {data.items.length === 0
        ? t.repairs.noContact
        : data.items.map(({ report, name, contact }) => (
            <span key={report} className="nowrap">
              {name} {contact && <a href={`tel:${contact.replaceAll(/[^+\d]/g, '')}`}>{contact}</a>}{' '}
            </span>
          ))}
      {data.items.length > 0 && <EraseButton incident={incident.id} />}
    </div>
  );
}

/** Asked for twice: nobody can bring them back. */
function EraseButton({ incident }: { readonly incident: string }): ReactNode {
  const { t } = useSpeech();
  const may = useMay()('repair.erase');
  const { mutate, isPending, isError } = useEraseReporters(incident);
  if (!may) return null;
  return (
    <>
      <button
        type="button"
        className="act is-small"
        disabled={isPending}
        onClick={() => confirm(t.repairs.eraseSure) && mutate()}
      >
        {t.repairs.erase}
      </button>
      {isError && <span className="is-bad"> {t.common.failed}</span>}
    </>
  );
}

function ArrangeForm({ incident }: { readonly incident: Incident }): ReactNode {
  const { t } = useSpeech();
  const { people } = useDirectory();
  const may = useMay();
  const responder = useResponder();
  const id = useId();
  if (!may('incident.arrange')) return null;
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const at = new Date(String(form.get('at')));
    if (responder === null || Number.isNaN(at.getTime())) return;
    const appointment = { at: at.toISOString(), by: String(form.get('by')) };
    void order(incident.id, 'arrange', { responder, appointment });
  };
  const by = incident.responder ?? responder ?? undefined;
  return (
    <form className="form" onSubmit={submit}>
      <label htmlFor={`${id}a`}>{t.repairs.when}</label>
      <input id={`${id}a`} name="at" type="datetime-local" required />
      <label htmlFor={`${id}b`}>{t.repairs.who}</label>
      <select id={`${id}b`} name="by" required defaultValue={by}>
        {people.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
      <button type="submit" className="act" disabled={responder === null}>
        {t.repairs.arrange}
      </button>
    </form>
  );
}

/** Whoever closes a repair says whether it is mended: that is what the first-time-fix rate is made of. */
export function FixedButtons({
  incident,
  isPending,
}: {
  readonly incident: Incident;
  readonly isPending: boolean;
}): ReactNode {
  const { t } = useSpeech();
  const may = useMay();
  const responder = useResponder();
  if (!may('incident.resolve')) return null;
  return (
    <>
      {([true, false] as const).map((fixed) => (
        <button
          key={String(fixed)}
          type="button"
          className={`act is-big${fixed ? ' is-primary' : ''}`}
          disabled={isPending || responder === null}
          onClick={() => responder && void order(incident.id, 'resolve', { responder, fixed })}
        >
          {fixed ? t.repairs.mended : t.repairs.notMended}
        </button>
      ))}
    </>
  );
}
