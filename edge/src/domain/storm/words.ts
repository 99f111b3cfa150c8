import type { Incident } from '@keepsite/edge-contract';
import { faultSummary } from '../fault.ts';
import type { Why } from './hold.ts';
import { nameOf, type Scene } from './scene.ts';

/** What had led or explained it is over, and it is not; null: what had led it is gone. */
export function lastsAfter(head: Incident | null, directory: Scene['directory']): Why {
  if (!head) return { reason: 'nobody leads it', text: { en: 'It stands for itself now', zh: '现单独通知' } };
  const what = faultSummary(head.fault);
  const where = nameOf(head.asset, directory);
  return {
    reason: 'still lasts',
    text: {
      en: `Still lasts after: ${what.en}, ${where.en}`,
      zh: `“${where.zh}${what.zh}”已结束，此故障仍在`,
    },
  };
}

export function endOfMaintenance(): Why {
  return { reason: 'maintenance over', text: { en: 'Still lasts after the maintenance', zh: '检修已结束，故障仍在' } };
}

export function calmAgain(text: Why['text']): Why {
  return { reason: 'calm', text };
}
