import { instantMillis, type Millis, type PageState } from '@keepsite/edge-contract';
import type { Alarm, AlarmPageKind } from './alarm.ts';
import type { AlarmRecipient } from './ladder.ts';

/** One line of what happened: `told` is news for whoever was paged. */
export type AlarmMoment =
  | { readonly at: Millis; readonly kind: 'silent' | 'heard'; readonly edge: string }
  | {
      readonly at: Millis;
      readonly kind: 'paged' | 'told';
      readonly who: string;
      readonly channel: string;
      readonly state: PageState;
      readonly step: number;
      readonly reason: string | null;
    }
  | { readonly at: Millis; readonly kind: 'acknowledged'; readonly who: string; readonly note: string | null }
  | { readonly at: Millis; readonly kind: 'ended' };

interface Sent {
  readonly kind: AlarmPageKind;
  readonly to: AlarmRecipient;
  readonly channel: string;
  readonly state: PageState;
  readonly at: string;
  readonly step: number;
  readonly reason: string | null;
}

/** Of what is at one instant: the cause before what came of it. */
const ORDER = ['silent', 'heard', 'paged', 'acknowledged', 'ended', 'told'] as const;

/** All that is known of an alarm, in its order; pages with what became of them last, and nobody's address. */
export function timelineOf(alarm: Alarm, pages: readonly Sent[]): AlarmMoment[] {
  const { spells, acknowledgedAt, acknowledgedBy, endedAt, note } = alarm;
  const moments: AlarmMoment[] = [
    ...spells.flatMap(({ edge, since, until }): AlarmMoment[] => [
      { at: since, kind: 'silent', edge },
      ...(until === null ? [] : [{ at: until, kind: 'heard' as const, edge }]),
    ]),
    ...pages.filter(wasSent).map(({ at, kind, to, channel, state, step, reason }): AlarmMoment => {
      const is = kind === 'blind' ? 'paged' : 'told';
      return { at: instantMillis(at), kind: is, who: to.name, channel, state, step, reason };
    }),
  ];
  if (acknowledgedAt !== null)
    moments.push({ at: acknowledgedAt, kind: 'acknowledged', who: nameOf(acknowledgedBy ?? '–', pages), note });
  if (endedAt !== null) moments.push({ at: endedAt, kind: 'ended' });
  return moments.toSorted(
    (a, b) =>
      a.at - b.at ||
      ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) ||
      ('who' in a && 'who' in b && a.who < b.who ? -1 : 1),
  );
}

/** That somebody has it is told to providers that would go on calling, and to nobody else. */
function wasSent({ kind, state, reason }: Sent): boolean {
  return kind !== 'acknowledged' || state === 'failed' || (state === 'accepted' && reason === null);
}

/** What somebody of whom an id is known is called by those who were paged; the id where nobody says. */
export function nameOf(id: string, pages: readonly { readonly to: { person: string; name: string } }[]): string {
  return pages.find(({ to }) => to.person === id)?.to.name ?? id;
}
