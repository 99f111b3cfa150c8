import type { AlarmMoment } from '@keepsite/cloud-contract';
import type { ReactNode } from 'react';
import { durationText } from '../time/countdown.ts';
import type { Words } from '../words/en.ts';
import { useSpeech } from '../words/language.tsx';

/** All that happened to an alarm of the cloud, in its order. */
export function AlarmTimeline({ moments }: { readonly moments: readonly AlarmMoment[] }): ReactNode {
  const { t, format } = useSpeech();
  const first = Date.parse(moments[0]?.at ?? '');
  return (
    <ol>
      {moments.map((moment, index) => (
        <li key={index} className={`tone-${toneOf(moment)}`}>
          <b className="tabular since">{durationText(Date.parse(moment.at) - first)}</b>
          <div>
            <p>{sentence(moment, t)}</p>
            <small className="faint">
              <time dateTime={moment.at}>{format.dateTime(moment.at)}</time>
              {'reason' in moment && moment.reason !== null && ` · ${moment.reason}`}
              {'note' in moment && moment.note !== null && ` · ${moment.note}`}
            </small>
          </div>
        </li>
      ))}
    </ol>
  );
}

function sentence(moment: AlarmMoment, t: Words): string {
  switch (moment.kind) {
    case 'silent':
    case 'heard':
      return t.alarm.moment[moment.kind](moment.edge);
    case 'paged':
    case 'told':
      return t.alarm.moment[moment.kind](
        moment.who,
        t.channel[moment.channel] ?? moment.channel,
        t.pageState[moment.state],
      );
    case 'acknowledged':
      return t.alarm.moment.acknowledged(moment.who);
    case 'ended':
      return t.alarm.moment.ended;
  }
}

function toneOf(moment: AlarmMoment): 'plain' | 'good' | 'bad' | 'act' {
  if ('state' in moment) return moment.state === 'failed' ? 'bad' : 'plain';
  return ({ silent: 'bad', heard: 'good', acknowledged: 'act', ended: 'good' } as const)[moment.kind];
}
