import type { Duty } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { useSpeech } from '../words/language.tsx';

/** Says when somebody is not on call by the rotation alone. */
export function DutyMark({ because }: Pick<Duty, 'because'>): ReactNode {
  const { t } = useSpeech();
  if (because === 'rotation') return null;
  return <span className="tag">{because === 'swap' ? t.rosters.swapped : t.rosters.stands}</span>;
}
