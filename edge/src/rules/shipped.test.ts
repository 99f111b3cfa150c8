import { MODES } from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import { suppressedByMode } from '../domain/fault.ts';
import { RULES, TEXTS } from './shipped.ts';
import { trial } from './trial.ts';

describe('the files', () => {
  test.each(TEXTS)('%s: every number has its reason in a comment at it or just above', (_, text) => {
    let reasoned = false;
    for (const [i, line] of text.split('\n').entries()) {
      const code = line.replace(/#.*/, '');
      if (line.includes('#')) reasoned = true;
      else if (/^ {2}- id:/.test(line)) reasoned = false;
      if (/(above|below|Seconds|atLeast|weeks|scale|Days|times):? ?[{]?.*\d/.test(code))
        expect(reasoned, `line ${i + 1}: ${line}`).toBe(true);
    }
  });

  test('no two rules of any file share an id', () => {
    expect(new Set(RULES.map((rule) => rule.id)).size).toBe(RULES.length);
  });

  test('the modes that keep an elevator rule quiet are those that explain its fault', () => {
    for (const rule of RULES.filter((it) => it.id.startsWith('elevator.'))) {
      const quiet = rule.quietWhen?.kind === 'state' ? [rule.quietWhen.is].flat() : [];
      expect(quiet, rule.id).toEqual(MODES.filter((mode) => suppressedByMode(rule.fault, mode)));
    }
  });
});

describe('silence', () => {
  test.each([
    ['elevator', 'minor'],
    ['room', 'major'],
    ['sump', 'major'],
    ['pump', 'major'],
    ['meter', 'minor'],
    ['switchboard', 'minor'],
    ['gateway', 'minor'],
    ['other', 'minor'],
  ] as const)(
    'a silent device at an asset of kind %s is told once, %s, and cleared by its next word',
    (kind, severity) => {
      const t = trial(RULES, {
        kind,
        devices: [{ id: 'dev-1', expectEverySeconds: 60 }],
        traits: { criticalLevelM: 1 },
      });
      t.says(0, 'battery_pct', 90);
      expect(t.ticks(59)).toEqual([]);
      expect(t.ticks(60)).toEqual([expect.stringMatching(new RegExp(`^60 no_data silence\\.\\w+:dev-1 ${severity}$`))]);
      expect(t.ticks(600)).toEqual([]);
      expect(t.says(601, 'battery_pct', 90)).toHaveLength(1);
    },
  );
});
