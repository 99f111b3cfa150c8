import type { AlarmLinkView } from '@keepsite/cloud-contract';
import type { ReactNode } from 'react';
import { useAlarmLink, useTakeByLink } from '../api/alarm-links.ts';
import { ApiError } from '../api/http.ts';
import { AlarmTimeline } from '../ui/alarm-timeline.tsx';
import { LinkFrame } from '../ui/link-frame.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useSpeech } from '../words/language.tsx';

/** A silent site for whoever was paged, on a phone and without a login: what is known, who has it, and one answer. */
export function AlarmLinkPage({ token }: { readonly token: string }): ReactNode {
  const { data: view, error } = useAlarmLink(token);
  const { t } = useSpeech();
  const code = error instanceof ApiError ? error.code : null;
  const isOver = error instanceof ApiError && !error.transient;
  const ended = code !== null && (isOver || !view) ? t.alarm.linkEnded[code] : undefined;
  return (
    <LinkFrame ended={ended} waiting={error ? t.acting.noLine : t.common.loading}>
      {view ? <AlarmOf token={token} view={view} /> : null}
    </LinkFrame>
  );
}

function AlarmOf({ token, view }: { readonly token: string; readonly view: AlarmLinkView }): ReactNode {
  const { t, name, format } = useSpeech();
  const take = useTakeByLink(token);
  const { person, place, isBlind, openedAt, endedAt, acknowledgedBy, acknowledgedAt, timeline } = view;
  const since = format.dateTime(timeline.find(({ kind }) => kind === 'silent')?.at ?? openedAt);
  return (
    <>
      <section className="panel stack">
        <p className="incident-marks">
          <span className="tag">{t.after.alarms}</span>
          <span className={isBlind ? 'is-bad' : 'is-good'}>{isBlind ? t.alarm.unknown : t.alarm.heardAgain}</span>
        </p>
        <h1>{name(place)}</h1>
        <p className="lead">
          {endedAt === null ? t.alarm.since(since) : t.alarm.from(since, format.dateTime(endedAt))}
        </p>
        {isBlind && <p>{t.alarm.todo}</p>}
        {acknowledgedBy && acknowledgedAt && (
          <p className="is-good">
            {acknowledgedBy.id === person.id
              ? t.alarm.yours(format.dateTime(acknowledgedAt))
              : t.alarm.taken(acknowledgedBy.name, format.dateTime(acknowledgedAt))}
          </p>
        )}
        <Refusal error={take.error} />
        {acknowledgedBy === null && endedAt === null && (
          <button type="button" className="act is-primary" disabled={take.isPending} onClick={() => take.mutate()}>
            {t.alarm.acknowledgeAs(person.name)}
          </button>
        )}
      </section>
      <section className="panel timeline" aria-label={t.alarm.story}>
        <h2>{t.alarm.story}</h2>
        <AlarmTimeline moments={timeline} />
      </section>
    </>
  );
}
