import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useIsCrew } from '../api/access.ts';
import { useIsEdge } from '../api/adoption.ts';
import { useBarrier, useThisPhone } from '../api/phone.ts';
import { useWhoAmI } from '../api/queries.ts';
import { createValue, useValue } from '../api/value.ts';
import { useSpeech } from '../words/language.tsx';

const KEPT = 'keepsite-phone-later';
const isLater = createValue(localStorage.getItem(KEPT) !== null);

/** Tells a crew once on each phone that calls could come up on it, where nothing stands in the way. */
export function PhoneHint(): ReactNode {
  const { t } = useSpeech();
  const { data: who } = useWhoAmI();
  const person = who?.user.responder ?? null;
  const here = useThisPhone(person);
  const barrier = useBarrier();
  const later = useValue(isLater);
  const isCrew = useIsCrew();
  const isEdge = useIsEdge() === true;
  if (!isCrew || !isEdge || person === null) return null;
  if (here !== null || barrier !== null || later) return null;
  return (
    <p className="phone-hint">
      <span>{t.phone.hint}</span>
      <Link href="/account" className="act is-small">
        {t.phone.add}
      </Link>
      <button type="button" className="act is-small" onClick={putOff}>
        {t.phone.later}
      </button>
    </p>
  );
}

function putOff(): void {
  localStorage.setItem(KEPT, '1');
  isLater.set(true);
}
