import type { ReactNode } from 'react';
import { useSpeech } from '../words/language.tsx';
import { metricWords, valueWords, type Point } from '../words/values.ts';

/** Metric, value and unit, and the quality where it is not good. */
export function PointList({ points }: { readonly points: readonly Point[] }): ReactNode {
  const { t, format } = useSpeech();
  return (
    <dl className="points-list">
      {points.map((point) => (
        <div key={`${point.metric} ${point.part}`} className={point.quality === 'good' ? undefined : 'is-doubtful'}>
          <dt>{metricWords(point, t)}</dt>
          <dd>
            <b>{valueWords(point, t, format)}</b>
            {point.quality !== 'good' && <span className="tag">{t.quality[point.quality]}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
