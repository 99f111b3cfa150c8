import {
  type ContractorOrder,
  type Incident,
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

/** What was to be told of an order and was not told yet need not be any more. */
export function withdraw(draft: Draft, order: string, kinds: readonly PageAbout['kind'][], now: Millis): void {
  const queued = draft.incident.pages.filter(
    ({ state, about }) => state === 'queued' && about?.order === order && kinds.includes(about.kind),
  );
  for (const { id } of queued)
    draft.system({ kind: 'page', page: id, state: 'withdrawn', reason: 'decided', possibleDuplicate: false }, now);
}

/** Who hears of what goes wrong with an order: whoever has the incident, else those whom the ladder reached last. */
export function whoHasIt({ plan, responder, stepsDone }: Incident): readonly Recipient[] {
  const steps = plan?.steps.slice(0, stepsDone) ?? [];
  const owner = steps.flatMap(({ to }) => to).filter(({ person }) => person === responder);
  return owner.length > 0 ? owner : (steps.findLast(({ to }) => to.length > 0)?.to ?? []);
}
