import {
  contractorPerson,
  type FrozenAuthority,
  type FrozenPlan,
  type Plan,
  type Recipient,
  type ResponseBook,
} from '@keepsite/edge-contract';
import type { Teller } from './finding.ts';
import { addresses } from './addresses.ts';
import { people } from './shifts.ts';

/**
 * A plan's authority as it stands at T0: contractors and approvers with their addresses, and the zone whose
 * months a monthly budget is counted in. A crew that may approve is asked member by member.
 */
export function freezeAuthority(
  book: ResponseBook,
  { authority }: Pick<Plan, 'authority'>,
  timeZone: string,
): Pick<FrozenPlan, 'authority'> {
  if (!authority) return {};
  const { budget, per, askNextAfterSeconds, contractors, approvers } = authority;
  const known = new Map(book.people.map((person) => [person.id, person]));
  const persons = [...new Set(approvers.flatMap((id) => people(id, book)))];
  const frozen: FrozenAuthority = {
    budget,
    per,
    askNextAfterSeconds,
    timeZone,
    contractors: contractors.map((contractor) => ({
      id: contractor.id,
      name: contractor.name,
      to: contractor.addresses.map(({ channel, to }): Recipient => {
        const { id, name } = contractor;
        return { person: contractorPerson(id), name: name.zh, channel, address: to };
      }),
    })),
    approvers: persons.flatMap((id) => {
      const person = known.get(id);
      return person ? [{ person: id, to: addresses(person, undefined) }] : [];
    }),
  };
  return { authority: frozen };
}

/** Orders that nobody may place, contractors and approvers whom nobody knows. */
export function checkAuthority({ authority, steps }: Plan, book: ResponseBook, tell: Teller): void {
  const known = new Set(authority?.contractors.map(({ id }) => id));
  steps.forEach(({ dispatch = [] }, index) => {
    for (const { contractor } of dispatch.flatMap((order) => [order, ...(order.otherwise ?? [])]))
      if (!known.has(contractor))
        tell
          .on('dispatch')
          .error(
            `it orders of ${contractor}, which is no contractor of the plan’s authority`,
            `向 ${contractor} 下单，但它不在该预案授权的承包商名单中`,
            `steps.${index + 1}`,
          );
  });
  const persons = new Set(book.people.map(({ id }) => id));
  for (const id of authority?.approvers ?? [])
    if (!people(id, book).some((person) => persons.has(person)))
      tell
        .on('approvers')
        .error(`${id} may approve and is nobody who is known here`, `审批人 ${id} 不在人员名单中`, 'authority');
}
