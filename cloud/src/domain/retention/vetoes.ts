import type { CrmFact } from '@keepsite/cloud-contract';
import { instantMillis, instantText } from '@keepsite/edge-contract';
import { dayOf, daysBetween } from '../calendar.ts';
import { knownAt, type ClientFacts } from '../facts.ts';

type Veto = CrmFact<'vetoes'>;

export const OVERDUE_VETO_DAYS = 90;

/**
 * What forces red now: recorded vetoes (injury, written notice, old debt) that nobody has released,
 * and invoices more than 90 days overdue whose veto has not been recorded yet.
 */
export function vetoesInForce(facts: ClientFacts): Veto[] {
  const recorded = knownAt(facts.crm.vetoes, facts.asOf).filter((veto) => instantMillis(veto.at) <= facts.asOf);
  const unreleased = recorded.filter(({ releasedAt }) => releasedAt === null || instantMillis(releasedAt) > facts.asOf);
  return [...unreleased, ...overdueVetoes(facts)];
}

/**
 * A veto for every invoice more than 90 days overdue that has none yet. Store them: once recorded, a
 * veto ends only when somebody releases it with a reason, not when the money arrives. A veto that
 * was released is not raised again for the same invoice.
 */
export function overdueVetoes(facts: ClientFacts): Veto[] {
  const today = dayOf(facts.asOf, facts.timeZone);
  const recorded = new Set(knownAt(facts.crm.vetoes, facts.asOf).map(({ id }) => id));
  return knownAt(facts.crm.invoices, facts.asOf)
    .filter(({ id, paidOn }) => !recorded.has(vetoId(id)) && (paidOn === null || paidOn > today))
    .filter(({ dueOn }) => daysBetween(dueOn, today) > OVERDUE_VETO_DAYS)
    .map(({ id, amount, currency, dueOn }) => ({
      id: vetoId(id),
      at: instantText(facts.asOf),
      kind: 'invoice_over_90_days',
      note: `${id}: ${amount} ${currency}, ${dueOn}`,
      releasedAt: null,
      releasedReason: null,
    }));
}

function vetoId(invoice: string): string {
  return `invoice:${invoice}`;
}
