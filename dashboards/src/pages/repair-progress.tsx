import type { RepairProgress } from '@keepsite/edge-contract';
import { useState, type ReactNode } from 'react';
import { ApiError } from '../api/http.ts';
import { shrinkPhoto } from '../api/photo.ts';
import { addRepairPhoto, useRepairProgress } from '../api/repairs.ts';
import { AloneHeader } from '../ui/alone.tsx';
import { useSpeech } from '../words/language.tsx';

/** What whoever reported something sees: how far it has come, with times, and nobody's name. */
export function RepairProgressPage({ token }: { readonly token: string }): ReactNode {
  const { t } = useSpeech();
  const { data, error } = useRepairProgress(token);
  const isMissing = error instanceof ApiError && error.status === 404;
  const said = isMissing && error.code === 'LINK_FORGED' ? t.repairs.unknown : t.repairs.notYet;
  return (
    <div className="alone">
      <AloneHeader />
      <main className="page narrow">
        {data && <Progress token={token} progress={data} now={data.now} />}
        {!data && <p className="quiet-note">{isMissing ? said : error ? t.repairs.waiting : t.common.loading}</p>}
      </main>
    </div>
  );
}

interface Props {
  readonly token: string;
  readonly progress: RepairProgress;
  readonly now: string;
}

function Progress({ token, progress, now }: Props): ReactNode {
  const { t, name, format } = useSpeech();
  const { stages, dueAt, appointmentAt, fixed, timeZone } = progress;
  const isAnswered = stages.some(({ stage, at }) => stage !== 'received' && at !== null);
  return (
    <>
      <h1>{t.repairs.progress}</h1>
      <section className="panel">
        <p>
          <b>{t.repairCategory[progress.category]}</b> <span className="tag">{t.urgency[progress.urgency]}</span>
        </p>
        <p className="lead">{progress.text}</p>
        <p className="faint">
          {name(progress.asset)} · {name(progress.place)}
        </p>
        {!isAnswered && dueAt !== null && <p>{t.repairs.promised(format.dateTime(dueAt, timeZone))}</p>}
      </section>
      <section className="panel">
        <ol className="repair-stages">
          {stages.map(({ stage, at }) => (
            <li key={stage} className={at === null ? '' : 'is-done'} aria-current={at === null ? undefined : 'step'}>
              <b>{t.repairStage[stage]}</b>
              {at !== null && (
                <time className="tabular faint" dateTime={at}>
                  {format.dateTime(at, timeZone)}
                </time>
              )}
              {stage === 'appointment' && at !== null && appointmentAt !== null && (
                <strong>{t.repairs.appointment(format.dateTime(appointmentAt, timeZone))}</strong>
              )}
              {stage === 'fixed' && at !== null && fixed !== null && (
                <strong>{fixed ? t.repairs.saysFixed : t.repairs.saysNotFixed}</strong>
              )}
            </li>
          ))}
        </ol>
        <p className="faint small">
          {t.repairs.keepLink} {t.repairs.updated(format.time(now, timeZone))}
        </p>
      </section>
      {stages.every(({ stage, at }) => at === null || (stage !== 'fixed' && stage !== 'cancelled')) && (
        <AddPhoto token={token} />
      )}
    </>
  );
}

function AddPhoto({ token }: { readonly token: string }): ReactNode {
  const { t } = useSpeech();
  const [said, say] = useState<string | null>(null);
  const add = (file: File | undefined): void => {
    if (!file) return;
    void shrinkPhoto(file)
      .then((photo) => addRepairPhoto(token, photo))
      .then(() => say(t.repairs.photoSent))
      .catch((error: unknown) =>
        say(error instanceof ApiError && !error.transient ? error.message : t.repairs.waiting),
      );
  };
  return (
    <label className="act">
      {t.repairs.addPhoto}
      <input
        type="file"
        accept="image/*"
        capture="environment"
        className="unseen"
        onChange={(change) => add(change.target.files?.[0])}
      />
      <output>{said}</output>
    </label>
  );
}
