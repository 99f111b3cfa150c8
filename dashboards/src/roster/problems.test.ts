import { expect, test } from 'vitest';
import { problemsAt, problemsOf } from './problems.ts';

const text = { en: 'nobody', zh: '无人' };
const finding = (place: string, field?: string) => ({ level: 'error' as const, place, text, ...(field && { field }) });
const issue = (...path: PropertyKey[]) => ({ path, message: 'wrong' });

test('a sentence stands at the field that it concerns', () => {
  const problems = problemsOf(
    { part: 'plans', index: 1, entry: { id: 'p' } },
    [
      finding('plans.p.steps.2', 'page'),
      finding('plans.p.steps.2'),
      finding('plans.p', 'terms.on_site'),
      finding('plans.p.authority', 'approvers'),
      finding('plans.p.alert'),
      finding('plans.p'),
      finding('plans.pq.steps.1', 'page'),
      finding('rosters.p'),
    ],
    [issue('plans', 1, 'steps', 0, 'dispatch', 0, 'cost'), issue('plans', 0, 'id')],
  );
  expect([...problems.keys()]).toEqual([
    'steps.1.page',
    'steps.1',
    'terms.on_site',
    'authority.approvers',
    'alert',
    '',
    'steps.0.dispatch.0.cost',
  ]);
  expect(problemsAt(problems, ['steps', 0, 'dispatch', 0, 'cost'])).toEqual([{ level: 'error', wrong: 'money' }]);
  expect(problemsAt(problems, ['steps', 1])).toHaveLength(1);
  expect(problemsAt(problems, ['steps', 1], true)).toHaveLength(2);
});

test('a layer or an override is known by its id in sentences, and by its place in the form', () => {
  const entry = { id: 'duty', layers: [{ id: 'day' }, { id: 'night.late' }], overrides: [{ id: 'o-1' }] };
  const problems = problemsOf(
    { part: 'rosters', index: 0, entry },
    [
      finding('rosters.duty.layers.night.late', 'members'),
      finding('rosters.duty.overrides.o-1', 'on'),
      finding('rosters.duty', 'zone'),
      finding('rosters.duty.layers.gone'),
      finding('plans.duty'),
    ],
    [issue('rosters', 0, 'layers', 0, 'every')],
  );
  expect([...problems.keys()]).toEqual(['layers.1.members', 'overrides.0.on', 'zone', 'layers.gone', 'layers.0.every']);
  const days = problemsOf(
    { part: 'calendars', index: 0, entry: { id: 'c', days: [{}, {}] } },
    [finding('calendars.c.days.1', 'to')],
    [],
  );
  expect([...days.keys()]).toEqual(['days.1.to']);
});
