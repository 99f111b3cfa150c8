import type { Person, Recipient } from '@keepsite/edge-contract';

/** True when a person has every skill that is asked for. */
export function hasSkills({ skills }: Pick<Person, 'skills'>, asked: readonly string[] = []): boolean {
  return asked.every((skill) => skills.includes(skill));
}

/** The addresses of a person that a step may use. */
export function addresses(person: Person, channels: readonly string[] | undefined): Recipient[] {
  return person.addresses
    .filter((address) => channels?.includes(address.channel) ?? true)
    .map((address) => ({ person: person.id, name: person.name, channel: address.channel, address: address.to }));
}
