import {
  COLOURS,
  CONDITIONS,
  FAULTS,
  PAGE_STATES,
  RESPONSES,
  SEVERITIES,
  TERMS,
  VERBS,
  VERDICTS,
} from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import { en } from './en.ts';
import { zh } from './zh.ts';

const WORDS = {
  fault: FAULTS,
  severity: SEVERITIES,
  response: RESPONSES,
  condition: CONDITIONS,
  term: TERMS,
  verdict: VERDICTS,
  verb: VERBS,
  bigVerb: VERBS,
  colour: COLOURS,
  pageState: PAGE_STATES,
} as const;

/** Every leaf of a dictionary by its path; a function is called with stand-ins. */
function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[path, (value as (...words: string[]) => string)('1', '2', '3')]];
  return Object.entries(value as object).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
}

describe('the dictionaries', () => {
  test.each(Object.entries(WORDS))('have a word for every %s of the house, in both languages', (group, words) => {
    for (const dictionary of [en, zh]) {
      expect(Object.keys(dictionary[group as keyof typeof WORDS]).toSorted()).toEqual([...words].toSorted());
    }
  });

  test('have the same entries, none of them empty', () => {
    expect(
      leaves(zh)
        .map(([path]) => path)
        .toSorted(),
    ).toEqual(
      leaves(en)
        .map(([path]) => path)
        .toSorted(),
    );
    for (const [path, text] of [...leaves(en), ...leaves(zh)]) expect(text.trim(), path).not.toBe('');
  });

  test('the Chinese one is Chinese wherever the English one is words', () => {
    const same = new Set([
      '.language',
      '.otherLanguage',
      '.common.none',
      '.event.other',
      '.event.because',
      '.clients.range',
      '.clients.win',
      '.ladder.after',
    ]);
    const signs = /^[^a-zA-Z]*$|^[pP]?\d+$|^σ$/;
    const english = new Map(leaves(en));
    const left = leaves(zh).filter(
      ([path, text]) => !/\p{Script=Han}/u.test(text) && !same.has(path) && !signs.test(english.get(path) ?? ''),
    );
    expect(left.filter(([path]) => path !== '.clients.p95')).toEqual([]);
  });

  test('the Chinese one uses Chinese punctuation between Chinese words', () => {
    const half = leaves(zh).filter(([, text]) => /\p{Script=Han}[,:;?!()]\p{Script=Han}/u.test(text));
    expect(half).toEqual([]);
  });
});
