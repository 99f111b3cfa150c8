import type { Person, Plan, Registry } from '@keepsite/edge-contract';
import { PHONES } from '@keepsite/edge-notify';
import type { Directory } from '../domain/directory.ts';
import type { PhoneBook } from './phone-book.ts';

/** A registry in which people are reached on their phones too. */
export type Reach = (registry: Registry) => Registry;

/**
 * Whoever wants to be paged on a phone is paged there by every step that pages them, whatever channels
 * it names: they have said so themselves, and after the plan was written. Where nobody has a phone the
 * registry is what it was.
 */
export function createReach(phones: Pick<PhoneBook, 'people'>): Reach {
  let last: { readonly from: Registry; readonly who: string; readonly made: Registry } | null = null;
  return (from) => {
    const people = phones.people();
    if (people.length === 0) return from;
    const who = people.join('\n');
    if (last?.from !== from || last.who !== who) last = { from, who, made: reached(from, new Set(people)) };
    return last.made;
  };
}

/** The directory of such a registry, as it is whenever somebody asks. */
export function reachingDirectory(directory: Directory, reach: Reach): Directory {
  return {
    ...directory,
    get registry() {
      return reach(directory.registry);
    },
  };
}

function reached(registry: Registry, who: ReadonlySet<string>): Registry {
  const people = registry.people.map((person) => (who.has(person.id) ? withPhone(person) : person));
  return { ...registry, people, plans: registry.plans.map(withPhones) };
}

function withPhone(person: Person): Person {
  if (person.addresses.some(({ channel }) => channel === PHONES)) return person;
  return { ...person, addresses: [...person.addresses, { channel: PHONES, to: person.id }] };
}

function withPhones(plan: Plan): Plan {
  const steps = plan.steps.map((step) =>
    step.channels && !step.channels.includes(PHONES) ? { ...step, channels: [...step.channels, PHONES] } : step,
  );
  return { ...plan, steps };
}
