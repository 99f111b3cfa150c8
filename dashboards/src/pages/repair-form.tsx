import type { ReactNode } from 'react';
import { ApiError } from '../api/http.ts';
import { type PlaceForm, reportAtPlace, usePlaceForm } from '../api/repairs.ts';
import { AloneHeader } from '../ui/alone.tsx';
import { useSpeech } from '../words/language.tsx';
import { RepairFields, RepairSent, useRepairForm } from './repair-fields.tsx';

/** The form behind the code at a place: whoever stands there reports what is wrong, without signing in. */
export function RepairFormPage({ token }: { readonly token: string }): ReactNode {
  const { t } = useSpeech();
  const { data, error } = usePlaceForm(token);
  const unknown = error instanceof ApiError && error.status === 404;
  return (
    <div className="alone">
      <AloneHeader />
      <main className="page narrow">
        {data ? (
          <PlaceFormView token={token} form={data} />
        ) : (
          <p className="quiet-note">{unknown ? t.repairs.unknown : error ? t.repairs.waiting : t.common.loading}</p>
        )}
      </main>
    </div>
  );
}

function PlaceFormView({ token, form }: { readonly token: string; readonly form: PlaceForm }): ReactNode {
  const { t, name } = useSpeech();
  const { sent, submit } = useRepairForm((words) => reportAtPlace(token, words));
  return (
    <>
      <h1>{t.repairs.report}</h1>
      <p className="lead">
        {name(form.asset)} · {name(form.place)}
      </p>
      <form className="panel form" onSubmit={submit}>
        <RepairFields categories={form.categories} promise={form.promise} />
        <button type="submit" className="act is-primary is-big" disabled={sent.state === 'sending'}>
          {t.repairs.send}
        </button>
        <RepairSent sent={sent} />
      </form>
    </>
  );
}
