import { readdirSync, readFileSync } from 'node:fs';
import type { Rule } from '../domain/rule.ts';
import { parseRules, ruleErrorText } from './parse.ts';

const FOLDER = new URL('../../rules/', import.meta.url);

/** The rule files that come with the edge: name and text. */
export const TEXTS: readonly (readonly [name: string, text: string])[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .toSorted()
  .map((name) => [name, readFileSync(new URL(name, FOLDER), 'utf8')]);

/** The rules that come with the edge. Throws a RangeError that names file and line when one of them is no rule. */
export const RULES: readonly Rule[] = TEXTS.flatMap(([name, text]) => {
  const parsed = parseRules(text, name);
  if (parsed.ok) return parsed.rules;
  throw new RangeError(parsed.errors.map(ruleErrorText).join('\n'));
});
