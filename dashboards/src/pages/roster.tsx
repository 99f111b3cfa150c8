import type { RosterView } from '@keepsite/edge-contract';
import { useState, type ReactNode } from 'react';
import { usePeople, useTakeBack, useRoster, type ResponseDoor } from '../api/response.ts';
import { Loaded } from '../ui/loading.tsx';
import { Permitted } from '../ui/permitted.tsx';
import { GatewayPicker, useDoor } from '../ui/gateway-picker.tsx';
import { useSpeech } from '../words/language.tsx';
import { useShortTime } from '../words/short-time.ts';
import { RosterForm } from './roster-form.tsx';
import { Turning, Week } from './roster-week.tsx';
import { Notes } from './rosters.tsx';

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
