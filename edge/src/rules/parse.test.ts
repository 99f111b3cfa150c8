import { expect, test } from 'vitest';
import { parseRules, ruleErrorText } from './parse.ts';

const GOOD = `rules:
  - id: a
    fault: leak
    severity: critical
    when: { kind: state, metric: leak, is: true }
    summary: { en: Water, zh: 漏水 }
`;

function errors(text: string): string[] {
  const parsed = parseRules(text, 'x.yaml');
  return parsed.ok ? [] : parsed.errors.map(ruleErrorText);
}

test('a good file gives its rules', () => {
  const parsed = parseRules(GOOD, 'x.yaml');
  expect(parsed.ok && parsed.rules.map((rule) => rule.id)).toEqual(['a']);
});

test.each([
  ['a wrong value', GOOD.replace('critical', 'awful'), /^x\.yaml:4: rules\.0\.severity: /],
  [
    'a wrong word deep inside',
    GOOD.replace('is: true', 'is: wet'),
    /^x\.yaml:5: rules\.0\.when\.is: leak is never "wet"$/,
  ],
  ['a key that does not exist', `${GOOD}    colour: red\n`, /^x\.yaml:7: rules\.0\.colour: /],
  ['a key that is missing', GOOD.replace('    fault: leak\n', ''), /^x\.yaml:2: rules\.0\.fault: /],
  ['a key twice', GOOD.replace('    fault: leak', '    fault: leak\n    fault: leak'), /^x\.yaml:4: .*unique/],
  ['text that is no YAML', 'rules: [', /^x\.yaml:1: /],
  ['nothing', '', /^x\.yaml:1: /],
  ['one id twice', GOOD + GOOD.replace('rules:\n', ''), /^x\.yaml:7: rules\.1\.id: another rule has this id$/],
])('%s is told with its line', (_, text, message) => {
  expect(errors(text)).toContainEqual(expect.stringMatching(message));
});

test('every fault of a file is told at once', () => {
  expect(errors(GOOD.replace('critical', 'awful').replace('fault: leak', 'fault: x'))).toHaveLength(2);
});

test('a file that grows without end when it is read is refused', () => {
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (const [name, before] of [
    ['b', 'a'],
    ['c', 'b'],
    ['d', 'c'],
    ['e', 'd'],
  ]) {
    bomb.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join()}]`);
  }
  expect(errors(bomb.join('\n'))[0]).toMatch(/alias/);
});
