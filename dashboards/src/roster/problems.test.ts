import { expect, test } from 'vitest';
import { problemsAt, problemsOf } from './problems.ts';

const text = { en: 'nobody', zh: '无人' };
const finding = (place: string, field?: string) => ({ level: 'error' as const, place, text, ...(field && { field }) });
const issue = (...path: PropertyKey[]) => ({ path, message: 'wrong' });

test('a sentence stands at the field that it concerns', () => {
  const problems = problemsOf(
    { id: 'p', index: 1 },
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
