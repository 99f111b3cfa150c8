import type { RosterView } from '@keepsite/edge-contract';
import { useState, type CSSProperties, type ReactNode } from 'react';
import { usePeople, useTakeBack, useRoster, type ResponseDoor } from '../api/response.ts';
import { movedDay } from '../roster/civil.ts';
import { lanesOf, pieceOf, type Piece } from '../roster/lanes.ts';
import { Loaded } from '../ui/loading.tsx';
import { Permitted } from '../ui/permitted.tsx';
import { GatewayPicker, useDoor } from '../ui/gateway-picker.tsx';
import { useSpeech } from '../words/language.tsx';
import { useShortTime } from '../words/short-time.ts';
import { RosterForm } from './roster-form.tsx';
import { Notes } from './rosters.tsx';

const WEEK = 7;

/** One roster, week by week: who works when, what was changed, and a way to change it. */
export function RosterPage({ id }: { readonly id: string }): ReactNode {
  const { t, name } = useSpeech();
  const door = useDoor();
  const [from, setFrom] = useState<string | null>(null);
  return (
    <Loaded query={useRoster(door, id, from)} missing={t.rosters.unknown}>
      {(view) => (
        <>
          <h1>{name(view.name)}</h1>
          <p className="lead">{t.rosterForm.zone(view.zone)}</p>
          <GatewayPicker />
          <Turning view={view} onTurn={setFrom} />
          <Week view={view} />
          <div className="roster-below">
            <Changes view={view} door={door} />
            <section className="panel" aria-label={t.rosters.notes}>
              <h2>{t.rosters.notes}</h2>
              {view.notes.length === 0 && <p className="faint">{t.rosters.noNotes}</p>}
              <Notes notes={view.notes} zone={view.zone} />
            </section>
            {door && (
              <Permitted to="roster.change">
                <RosterForm door={door} roster={view} />
              </Permitted>
            )}
          </div>
        </>
      )}
    </Loaded>
  );
}

function Turning({
  view,
  onTurn,
}: {
  readonly view: RosterView;
  readonly onTurn: (from: string | null) => void;
}): ReactNode {
  const { t } = useSpeech();
  const first = view.days[0]?.day;
  if (first === undefined) return null;
  return (
    <div className="turning">
      <button type="button" className="act is-small" onClick={() => onTurn(movedDay(first, -WEEK))}>
        ← {t.rosters.earlier}
      </button>
      <button type="button" className="act is-small" onClick={() => onTurn(null)}>
        {t.rosters.thisWeek}
      </button>
      <button type="button" className="act is-small" onClick={() => onTurn(movedDay(first, WEEK))}>
        {t.rosters.later} →
      </button>
    </div>
  );
}

function Week({ view }: { readonly view: RosterView }): ReactNode {
  return (
    <ol className="week panel">
      {view.days.map((day) => (
        <Day key={day.day} day={day} view={view} />
      ))}
    </ol>
  );
}

function Day({ day, view }: { readonly day: RosterView['days'][number]; readonly view: RosterView }): ReactNode {
  const { t, name, format } = useSpeech();
  const { hour } = useShortTime();
  const weekday = weekdayOf(day.day);
  const gaps = view.gaps.flatMap((gap) => {
    const piece = pieceOf(gap, day);
    return piece ? [{ ...piece, gap }] : [];
  });
  return (
    <li className={`week-day is-${day.kind}`}>
      <div className="week-name">
        <b>{t.weekday[weekday]}</b> {format.shortDay(day.day)}
        <small className="faint">{day.name ? name(day.name) : t.dayKind[day.kind]}</small>
      </div>
      <div className="week-lanes">
        {lanesOf(view.shifts, day).map((lane, index) => (
          <div key={index} className="lane">
            {lane.map(({ duty, ...piece }) => (
              <span
                key={`${duty.person}${duty.from}`}
                className={`shift is-${duty.because}`}
                style={{ ...placed(piece), ...colourOf(duty.person) }}
                title={`${duty.name} ${hour(duty.from, view.zone)}–${hour(duty.to, view.zone)}`}
              >
                {duty.name}
              </span>
            ))}
          </div>
        ))}
        {gaps.map(({ gap, ...piece }) => (
          <span
            key={gap.from}
            className="gap"
            style={placed(piece)}
            title={t.rosters.gap(hour(gap.from, view.zone), hour(gap.to, view.zone))}
          >
            {t.rosters.nobody}
          </span>
        ))}
      </div>
    </li>
  );
}

function Changes({ view, door }: { readonly view: RosterView; readonly door: ResponseDoor | null }): ReactNode {
  const { t } = useSpeech();
  const { moment } = useShortTime();
  const people = usePeople(door);
  const named = (ids: readonly string[], none: string): string =>
    ids.map((id) => people.find((person) => person.id === id)?.name ?? id).join(', ') || none;
  const lines = [
    ...view.overrides.map(({ id, on, off, from, to, reason }) => ({
      id,
      reason,
      what:
        off.length === 0
          ? t.rosters.inAddition(named(on, t.rosters.nobodyInstead))
          : t.rosters.overrideIs(
              named(on, t.rosters.nobodyInstead),
              off === 'everybody' ? t.rosters.everybody : named(off, ''),
            ),
      when: `${moment(from, view.zone)} – ${moment(to, view.zone)}`,
    })),
    ...view.swaps.map(({ id, give, take, reason }) => ({
      id,
      reason,
      what: t.rosters.swapIs(named([give.person], ''), named([take.person], '')),
      when: `${moment(give.from, view.zone)} / ${moment(take.from, view.zone)}`,
    })),
  ];
  return (
    <section className="panel" aria-label={t.rosters.changes}>
      <h2>{t.rosters.changes}</h2>
      {lines.length === 0 && <p className="faint">{t.rosters.noChanges}</p>}
      <ul className="row-list">
        {lines.map(({ id, what, when, reason }) => (
          <li key={id}>
            <span>
              <b>{what}</b>
              <small className="faint block">
                {when} {reason && `· ${reason}`}
              </small>
            </span>
            {door && view.local.includes(id) && (
              <Permitted to="roster.change">
                <TakeBack door={door} roster={view.roster} change={id} />
              </Permitted>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function TakeBack({
  door,
  roster,
  change,
}: {
  readonly door: ResponseDoor;
  readonly roster: string;
  readonly change: string;
}): ReactNode {
  const { t } = useSpeech();
  const takeBack = useTakeBack(door, roster);
  return (
    <button
      type="button"
      className="act is-small"
      title={t.rosters.here}
      disabled={takeBack.isPending}
      onClick={() => takeBack.mutate(change)}
    >
      {t.rosters.takeBack}
    </button>
  );
}

function placed({ from, to }: Piece): { insetInlineStart: string; inlineSize: string } {
  return { insetInlineStart: `${from * 100}%`, inlineSize: `${(to - from) * 100}%` };
}

/** The same person has the same colour wherever they stand. */
function colourOf(person: string): CSSProperties {
  let hue = 0;
  for (const letter of person) hue = (hue * 31 + (letter.codePointAt(0) ?? 0)) % 360;
  return { '--hue': hue } as CSSProperties;
}

const SUNDAY_FIRST = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

function weekdayOf(day: string): (typeof SUNDAY_FIRST)[number] {
  return SUNDAY_FIRST[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? 'sun';
}
