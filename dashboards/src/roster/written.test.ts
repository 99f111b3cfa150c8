import { ResponseBook } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { withValue } from './plan-form.ts';
import { hasComments, readBook, readText, rewritten, type RawBook } from './written.ts';

const TEXT = `# who answers
people:
  - { id: an, name: 安, addresses: &ways [ { channel: sms, to: '138' } ] } # the senior
  - { id: bo, name: 博, addresses: *ways }
plans:
  # people in a lift
  - id: trapped
    version: 1
    steps:
      - { afterSeconds: 0, page: [ an ] } # at once
      # nobody has it
      - afterSeconds: 60 # a minute
        page: [ bo ]
  - id: rest # everything else
    version: 1
    steps: []
`;
const raw = (text: string): RawBook => {
  const read = readText(text);
  if (!read.ok) throw new Error(read.fault);
  return read.raw;
};
const comments = (text: string): string[] => [...text.matchAll(/# .*/g)].map(String).toSorted();

/** Whatever may stand in a document. */
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'grapheme' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((it) => !Object.is(it, -0)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ minLength: 1, maxLength: 6 }).filter((key) => key !== '__proto__'),
      tie('value'),
      {
        maxKeys: 4,
        noNullPrototype: true,
      },
    ),
  ),
})).value;
const book = fc.dictionary(fc.constantFrom('people', 'plans', 'crews', 'rosters'), anything, { noNullPrototype: true });

describe('a text after a change', () => {
  test('says what it was changed to, whatever it said before', () => {
    fc.assert(
      fc.property(book, book, (before, after) => {
        expect(raw(rewritten(stringify(before), after as RawBook))).toEqual(after);
      }),
    );
  });

  test('is as it was where nothing has changed', () => {
    const text = TEXT.replace('&ways ', '').replace('*ways', "[ { channel: sms, to: '138' } ]");
    expect(rewritten(text, raw(text))).toBe(text);
  });

  test('keeps every comment when a field is changed, one is added, and rows change places', () => {
    const faster = withValue(raw(TEXT), ['plans', 0, 'steps', 1, 'afterSeconds'], 45);
    const noted = withValue(faster, ['plans', 0, 'steps', 0, 'note'], 'by name');
    const [first, second] = (noted['plans'] as unknown[]) ?? [];
    const after = rewritten(TEXT, { ...noted, plans: [second, first] });
    expect(comments(after)).toEqual(comments(TEXT));
    expect(after).toMatch(/- \{ afterSeconds: 0, page: \[ an \], note: by name \} # at once/);
    expect(after).toMatch(/afterSeconds: 45 # a minute/);
    expect(after.indexOf('# everything else')).toBeLessThan(after.indexOf('id: trapped'));
  });

  test('loses with a row what was said of that row, and nothing else', () => {
    const after = rewritten(TEXT, withValue(raw(TEXT), ['plans'], [(raw(TEXT)['plans'] as unknown[])[0]]));
    expect(comments(after)).toEqual(comments(TEXT).filter((one) => one !== '# everything else'));
  });

  test('writes references out, so that one of two people can move away', () => {
    const after = rewritten(TEXT, withValue(raw(TEXT), ['people', 0, 'addresses', 0, 'to'], '139'));
    expect(readBook(raw(after))).toMatchObject({
      ok: true,
      book: { people: [{ addresses: [{ to: '139' }] }, { addresses: [{ to: '138' }] }] },
    });
  });
});

test('a text that is no YAML, or no book, says why in one line', () => {
  expect(readText('plans: [')).toMatchObject({ ok: false, fault: expect.not.stringContaining('\n') });
  expect(readText('- a')).toMatchObject({ ok: false });
  expect(readText('')).toEqual({ ok: true, raw: {} });
  expect(readBook({ plans: [{ id: 'p', version: 1, steps: [{ afterSeconds: '1 m' }] }] })).toMatchObject({
    ok: false,
    issues: [{ path: ['plans', 0, 'steps', 0, 'afterSeconds'] }],
  });
});

test('comments are noticed wherever they stand', () => {
  for (const text of ['# a\nplans: []', 'plans: [] # a', 'plans:\n  # a\n  - id: p', 'plans: []\n# a'])
    expect(hasComments(text), text).toBe(true);
  expect(hasComments(stringify(ResponseBook.parse({ people: [{ id: 'a', name: '# no comment' }] })))).toBe(false);
});
