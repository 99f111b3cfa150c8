import {
  type ContractorOrder,
  instantText,
  type Millis,
  type PageAbout,
  type Recipient,
} from '@keepsite/edge-contract';
import type { Draft } from '../draft.ts';

/** Owes a page about an order to everybody once: its id says what it is about, so the same is never owed twice. */
export function pageAbout(
  draft: Draft,
  order: ContractorOrder,
  { kind, to }: { readonly kind: PageAbout['kind']; readonly to: readonly Recipient[] },
  now: Millis,
): void {
  const step = order.step ?? Math.max(0, draft.incident.stepsDone - 1);
  for (const recipient of to) {
    const { person, channel } = recipient;
    const id = `${order.id}.${kind}.${person}.${channel}`;
    if (draft.incident.pages.some((page) => page.id === id)) continue;
    draft.system(
      {
        kind: 'paged',
        page: {
          id,
          step,
          to: recipient,
          channel,
          state: 'queued',
          at: instantText(now),
          possibleDuplicate: false,
          reason: null,
          about: { kind, order: order.id },
        },
      },
      now,
    );
  }
}

/** The question is answered: whoever has not read it need not. */
export function withdrawQuestions(draft: Draft, order: string, now: Millis): void {
  const queued = draft.incident.pages.filter(
    ({ state, about }) => state === 'queued' && about?.kind === 'approval' && about.order === order,
  );
  for (const { id } of queued)
    draft.system({ kind: 'page', page: id, state: 'withdrawn', reason: 'decided', possibleDuplicate: false }, now);
}
