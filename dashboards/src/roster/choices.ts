import type { Language } from '../words/format.ts';
import type { Part } from './differences.ts';
import { listOf, textsOf, valueAt } from './plan-form.ts';
import { isRecord, type RawBook } from './written.ts';

/** Something that may be ticked. */
export interface Choice {
  readonly id: string;
  readonly label: string;
}

/** The entries of a part of a book by their names, also while the rest of it is wrong. */
export function choicesOf(raw: RawBook, part: Part, language: Language): Choice[] {
  return listOf(raw[part]).flatMap((one) => {
    const id = valueAt(one, ['id']);
    const name = valueAt(one, ['name']);
    const label = isRecord(name) ? name[language] : name;
    return typeof id === 'string' ? [{ id, label: typeof label === 'string' && label ? label : id }] : [];
  });
}

/** Every skill that somebody has. */
export function skillsOf(raw: RawBook): string[] {
  return unique(listOf(raw['people']).flatMap((person) => textsOf(valueAt(person, ['skills']))));
}

/** Every channel over which somebody is reached. */
export function channelsOf(raw: RawBook): string[] {
  const addresses = listOf(raw['people']).flatMap((person) => listOf(valueAt(person, ['addresses'])));
  return unique(textsOf(addresses.map((address) => valueAt(address, ['channel']))));
}

/** Every contractor whom a plan may call. */
export function contractorsOf(plan: unknown, language: Language): Choice[] {
  return listOf(valueAt(plan, ['authority', 'contractors'])).flatMap((one) => {
    const [id, name] = [valueAt(one, ['id']), valueAt(one, ['name', language])];
    return typeof id === 'string' ? [{ id, label: typeof name === 'string' ? name : id }] : [];
  });
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)].toSorted();
}
