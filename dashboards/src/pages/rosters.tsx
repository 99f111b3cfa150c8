import type { HandOverNote, OnCall } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'wouter';
import { useOnCall, type ResponseDoor } from '../api/response.ts';
import { useDirectory } from '../ui/directory.tsx';
import { DutyMark } from '../ui/duty-mark.tsx';
import { Loaded } from '../ui/loading.tsx';
import { GatewayPicker, useDoor } from '../ui/gateway-picker.tsx';
import { Permitted } from '../ui/permitted.tsx';
import { useSpeech } from '../words/language.tsx';
import { useShortTime } from '../words/short-time.ts';
import { RosterForm } from './roster-form.tsx';

const TOLD_GAPS = 2;

/** Who is on call now and next on every roster, and when nobody will be. */
export function RostersPage(): ReactNode {
  const { t } = useSpeech();
  const door = useDoor();
  return (
    <>
      <h1>{t.rosters.title}</h1>
      <p className="lead">{t.rosters.lead}</p>
      <GatewayPicker />
      {door?.edge && (
        <p className="duty-edit">
          <Link href={`/plans?${new URLSearchParams({ edit: 'rosters', edge: door.edge }).toString()}`}>
            {t.bookForm.editRosters}
          </Link>
        </p>
      )}
      <Loaded query={useOnCall(door)}>
        {({ items }) =>
          items.length === 0 ? (
            <div className="empty">
              <strong>{t.rosters.none}</strong>
              <p>{t.rosters.noneText}</p>
            </div>
          ) : (
            <div className="duty-cards">
              {items.map((item) => (
                <DutyCard key={item.roster} item={item} door={door} />
              ))}
            </div>
          )
        }
      </Loaded>
    </>
  );
}

function DutyCard({ item, door }: { readonly item: OnCall; readonly door: ResponseDoor | null }): ReactNode {
  const { t, name } = useSpeech();
  const [search] = useSearchParams();
  const query = search.size > 0 ? `?${search.toString()}` : '';
  return (
    <section className="panel duty-card" aria-label={name(item.name)}>
      <h2>
        <Link href={`/rosters/${encodeURIComponent(item.roster)}${query}`}>{name(item.name)}</Link>
      </h2>
      <Now item={item} />
      <Next item={item} />
      <Gaps item={item} />
      <Notes notes={item.notes} zone={item.zone} />
      {door && (
        <Permitted to="roster.change">
          <details className="duty-change">
            <summary>{t.bookForm.changeHere}</summary>
            <RosterForm door={door} roster={item} />
          </details>
        </Permitted>
      )}
    </section>
  );
}

function Now({ item: { now, zone } }: { readonly item: OnCall }): ReactNode {
  const { t } = useSpeech();
  const { moment } = useShortTime();
  if (now.length === 0) return <p className="duty-nobody is-bad">{t.rosters.nobody}</p>;
  return (
    <ul className="duty-now">
      {now.map((duty) => (
        <li key={`${duty.person}.${duty.layer ?? ''}`}>
          <b>{duty.name}</b> <DutyMark because={duty.because} />
          <small className="faint">{t.rosters.until(moment(duty.to, zone))}</small>
        </li>
      ))}
    </ul>
  );
}

function Next({ item: { next, zone } }: { readonly item: OnCall }): ReactNode {
  const { t } = useSpeech();
  const { moment } = useShortTime();
  return (
    <p className="duty-next">
      <span className="faint">{t.rosters.next}</span>{' '}
      {next === null ? (
        t.rosters.unchanged
      ) : (
        <>
          {next.people.map((person) => person.name).join(' · ') || <span className="is-bad">{t.rosters.nobody}</span>}{' '}
          <small className="faint">{t.rosters.at(moment(next.at, zone))}</small>
        </>
      )}
    </p>
  );
}

function Gaps({ item: { gaps, zone } }: { readonly item: OnCall }): ReactNode {
  const { t, format } = useSpeech();
  const { moment } = useShortTime();
  const more = gaps.length - TOLD_GAPS;
  return gaps.slice(0, TOLD_GAPS).map(({ from, to }, index) => (
    <p key={from} className="is-warn small">
      ⚠ {t.rosters.gap(moment(from, zone), moment(to, zone))}
      {index === TOLD_GAPS - 1 && more > 0 && ` ${t.rosters.moreGaps(format.number(more))}`}
    </p>
  ));
}

/** What the shift before has written down. */
export function Notes({ notes, zone }: { readonly notes: readonly HandOverNote[]; readonly zone: string }): ReactNode {
  const { t } = useSpeech();
  const { moment } = useShortTime();
  const { person } = useDirectory();
  if (notes.length === 0) return null;
  return (
    <ul className="duty-notes" aria-label={t.rosters.notes}>
      {notes.map((note) => (
        <li key={note.id}>
          {note.text}{' '}
          <small className="faint">
            {note.by && person(note.by)} {moment(note.at, zone)}
          </small>
        </li>
      ))}
    </ul>
  );
}
