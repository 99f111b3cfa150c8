import type { Incident } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { countdownText } from '../time/countdown.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { useSpeech } from '../words/language.tsx';
import { useDirectory } from './directory.tsx';
import { VerdictMark } from './shapes.tsx';

/** Until when it is to be answered or arranged, and how long that is. */
export function AnswerClock({ incident }: { readonly incident: Incident }): ReactNode {
  const { t, format } = useSpeech();
  const { zoneOf } = useDirectory();
  const now = useServerNow(1000);
  const clock = answerOf(incident);
  if (!clock || !incident.repair) return null;
  const say = incident.repair.urgency === 'urgent' ? t.repairs.answerBy : t.repairs.arrangeBy;
  const left = now === null ? null : Date.parse(clock.dueAt) - now;
  return (
    <p className="small">
      <VerdictMark verdict={clock.verdict} /> {say(format.dateTime(clock.dueAt, zoneOf(incident.site)))}{' '}
      {clock.verdict === 'running' && left !== null && <b className="tabular">{countdownText(left)}</b>}
    </p>
  );
}

/** The clock of the promise to answer. */
export function answerOf({ clocks }: Incident): Incident['clocks'][number] | undefined {
  return clocks.find(({ term }) => term === 'acknowledge');
}
