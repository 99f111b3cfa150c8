import type { RosterView } from '@keepsite/edge-contract';
import type { CSSProperties, ReactNode } from 'react';
import { movedDay } from '../roster/civil.ts';
import { lanesOf, pieceOf, type Piece } from '../roster/lanes.ts';
import { useSpeech } from '../words/language.tsx';
import { useShortTime } from '../words/short-time.ts';

const WEEK = 7;

/** Goes to the week before, to this one and to the next. */
export function Turning({
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

/** Seven days of a roster, a line each: who works from when to when, and when nobody does. */
export function Week({ view }: { readonly view: RosterView }): ReactNode {
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
