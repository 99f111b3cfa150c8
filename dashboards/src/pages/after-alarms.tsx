import type { AlarmView } from '@keepsite/cloud-contract';
import { useState, type ReactNode } from 'react';
import { useAlarm } from '../api/alarm-links.ts';
import { useAlarms, useTakeAlarm } from '../api/after.ts';
import { useEdges } from '../api/queries.ts';
import { AlarmTimeline } from '../ui/alarm-timeline.tsx';
import { CloudPage } from '../ui/cloud-page.tsx';
import { useDirectory } from '../ui/directory.tsx';
import { Loaded } from '../ui/loading.tsx';
import { useResponder } from '../ui/responder.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useSpeech } from '../words/language.tsx';

/** Since when nothing is known: the alarm was opened half a minute later. */
function firstSilence({ spells, openedAt }: AlarmView): string {
  const lasting = spells.filter(({ until }) => until === null).map(({ since }) => since);
  return lasting.toSorted()[0] ?? openedAt;
}

/** Sites of which nothing is heard, who takes care of it, and how long it lasted before. */
export function AlarmsPage(): ReactNode {
  const { t } = useSpeech();
  return (
    <CloudPage title={t.after.alarms} lead={t.alarm.lead}>
      <Loaded query={useAlarms()}>
        {({ items }) => {
          const open = items.filter(({ endedAt }) => endedAt === null);
          const ended = items.filter(({ endedAt }) => endedAt !== null);
          return (
            <>
              <h2>{t.alarm.open}</h2>
              {open.length === 0 && <p className="quiet-note">{t.alarm.none}</p>}
              <AlarmList alarms={open} />
              <h2>{t.alarm.ended}</h2>
              {ended.length === 0 && <p className="quiet-note">{t.alarm.never}</p>}
              <AlarmList alarms={ended} />
            </>
          );
        }}
      </Loaded>
    </CloudPage>
  );
}

function AlarmList({ alarms }: { readonly alarms: readonly AlarmView[] }): ReactNode {
  return (
    <ul className="stack">
      {alarms.map((alarm) => (
        <AlarmCard key={alarm.id} alarm={alarm} />
      ))}
    </ul>
  );
}

function AlarmCard({ alarm }: { readonly alarm: AlarmView }): ReactNode {
  const { t, format } = useSpeech();
  const { site, person } = useDirectory();
  const edges = useEdges();
  const responder = useResponder();
  const take = useTakeAlarm();
  const isOpen = alarm.endedAt === null;
  const sites = alarm.edges.flatMap((id) => edges?.find((edge) => edge.id === id)?.sites ?? []);
  return (
    <li className={isOpen ? 'panel after-card is-late' : 'panel after-card'}>
      <p className="after-marks">
        <b>{sites.length > 0 ? sites.map(site).join(', ') : alarm.edges.join(', ')}</b>
        <span className="tag">{t.alarm.gateways(alarm.edges.length)}</span>
        <span className={isOpen ? 'is-bad' : 'faint'}>
          {alarm.blind.length === 0 && isOpen
            ? t.alarm.back
            : alarm.endedAt === null
              ? t.alarm.since(format.dateTime(firstSilence(alarm)))
              : t.alarm.from(format.dateTime(alarm.openedAt), format.dateTime(alarm.endedAt))}
        </span>
      </p>
      <p className={alarm.acknowledgedBy ? 'faint' : isOpen ? 'is-bad' : 'faint'}>
        {alarm.acknowledgedBy && alarm.acknowledgedAt
          ? t.alarm.taken(person(alarm.acknowledgedBy), format.dateTime(alarm.acknowledgedAt))
          : isOpen && t.alarm.nobody}
      </p>
      {alarm.duty.map((source) => (
        <p key={JSON.stringify(source)} className="faint small">
          {source.list === 'roster' ? t.pagedBy.roster(source.plan) : t.pagedBy.file}
        </p>
      ))}
      <ul className="after-about">
        {alarm.spells.map(({ edge, since, until }) => (
          <li key={`${edge} ${since}`}>
            <code>{edge}</code>{' '}
            <small className="faint tabular">
              {until === null
                ? t.alarm.since(format.dateTime(since))
                : t.alarm.from(format.dateTime(since), format.dateTime(until))}
            </small>
          </li>
        ))}
      </ul>
      <Story id={alarm.id} />
      <Refusal error={take.error} />
      {isOpen && alarm.acknowledgedAt === null && (
        <button
          type="button"
          className="act is-primary"
          disabled={take.isPending}
          onClick={() => take.mutate({ id: alarm.id, by: responder ?? 'unknown' })}
        >
          {t.alarm.acknowledge}
        </button>
      )}
    </li>
  );
}

/** What happened, once somebody wants to know. */
function Story({ id }: { readonly id: string }): ReactNode {
  const { t } = useSpeech();
  const [isOpen, setOpen] = useState(false);
  const { data } = useAlarm(id, isOpen);
  return (
    <details className="timeline" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{t.alarm.story}</summary>
      {data ? <AlarmTimeline moments={data.timeline} /> : <p className="faint small">{t.common.loading}</p>}
    </details>
  );
}
