import { type Person, type Plan, type PlanStep, type ResponseBook, type Term, TERMS } from '@keepsite/edge-contract';
import { checkAuthority } from './authority.ts';
import { type Finding, teller, type Teller } from './finding.ts';
import { addresses, hasSkills } from './addresses.ts';
import { people } from './shifts.ts';

/** Response plans that reach somebody at every step, in time, and that can be chosen at all. */
export function checkPlans(book: ResponseBook, channels: readonly string[] | undefined, found: Finding[]): void {
  book.plans.forEach((plan, index) => {
    const tell = teller(found, `plans.${plan.id}`);
    plan.steps.forEach((step, at) =>
      checkStep(step, book, channels, teller(found, `plans.${plan.id}.steps.${at + 1}`)),
    );
    checkAuthority(plan, book, tell);
    checkOrder(plan, tell);
    checkTargets(plan, book, tell);
    for (const id of unknownIds(plan.alert ?? [], book)) tell.error(nobodyKnows(id), nobodyKnowsZh(id), 'alert');
    const earlier = book.plans.slice(0, index).find((other) => takesAll(other, plan));
    if (earlier)
      tell.warning(
        `it is never chosen: ${earlier.id} stands before it and serves everything that it serves`,
        `永远不会被选中：排在前面的 ${earlier.id} 已涵盖其全部情形`,
      );
    if (pagesRosters(plan, book) && !plan.alert?.length)
      tell.warning(
        'it pages rosters and names nobody to alert when nobody is on call',
        '按值班表通知，但未指定无人值班时通知谁',
        'alert',
      );
  });
}

function checkStep(step: PlanStep, book: ResponseBook, channels: readonly string[] | undefined, tell: Teller): void {
  if (step.page.length === 0 && !step.release && !step.dispatch?.length)
    tell
      .on('page')
      .error('the step is empty: it pages nobody and releases nothing', '步骤为空：既不通知任何人，也不释放认领');
  const unknown = unknownIds(step.page, book);
  for (const id of unknown) tell.on('page').error(nobodyKnows(id), nobodyKnowsZh(id));
  if (step.page.length === 0 || unknown.length > 0) return;
  const able = everybody(step.page, book).filter((person) => hasSkills(person, step.skills));
  if (able.length === 0) {
    const skills = (step.skills ?? []).join(', ');
    tell.on('skills').error(`nobody of ${step.page.join(', ')} has the skill ${skills}`, `无人具备技能：${skills}`);
    return;
  }
  checkWays(able, step, channels, tell.on(step.channels ? 'channels' : 'page'));
}

/** Whoever cannot be reached is told; when nobody can, the step is unreachable. */
function checkWays(
  able: readonly Person[],
  step: PlanStep,
  channels: readonly string[] | undefined,
  tell: Teller,
): void {
  const mute = able.filter(
    (person) => !addresses(person, step.channels).some(({ channel }) => channels?.includes(channel) ?? true),
  );
  const names = mute.map(({ name }) => name).join(', ');
  const over = step.channels ? ` over ${step.channels.join(', ')}` : '';
  if (mute.length === able.length)
    tell.error(
      `the step reaches nobody: ${names} cannot be reached${over}`,
      `步骤无法通知到任何人：${names} 没有可用联系方式`,
    );
  else if (mute.length > 0) tell.warning(`${names} cannot be reached${over}`, `${names} 没有可用联系方式`);
}

function checkOrder({ steps, repeatEverySeconds }: Plan, tell: Teller): void {
  steps.forEach(({ afterSeconds }, index) => {
    const before = steps[index - 1]?.afterSeconds ?? 0;
    if (afterSeconds < before)
      tell
        .on('afterSeconds')
        .error(
          `it comes after ${afterSeconds} s, and the step before it after ${before} s`,
          `本步骤为 ${afterSeconds} 秒，前一步骤却为 ${before} 秒`,
          `steps.${index + 1}`,
        );
  });
  if (steps.length === 0 && repeatEverySeconds !== undefined)
    tell.error('it repeats its last step and has none', '没有任何步骤却设置了重复', 'repeatEverySeconds');
}

/** A target that has passed before anybody is paged cannot be met. Which plan a contract's incidents get is not known here. */
function checkTargets(plan: Plan, { contracts }: ResponseBook, tell: Teller): void {
  const first = Math.min(...plan.steps.filter(({ page }) => page.length > 0).map(({ afterSeconds }) => afterSeconds));
  if (!Number.isFinite(first)) return;
  const late = (terms: Plan['terms'], who: string, say: (term: Term) => Teller['error']) => {
    for (const term of TERMS) {
      const seconds = terms[term];
      if (seconds !== undefined && seconds <= first)
        say(term)(
          `${who} promises ${term} within ${seconds} s, and the first page goes out after ${first} s`,
          `${who} 承诺 ${seconds} 秒内完成 ${term}，而第一次通知在 ${first} 秒后才发出`,
        );
    }
  };
  late(plan.terms, plan.id, (term) => tell.on(`terms.${term}`).error);
  for (const { id, terms } of contracts) late(terms, id, () => tell.warning);
}

function unknownIds(ids: readonly string[], { people: persons, crews, rosters }: ResponseBook): string[] {
  const known = new Set([...persons, ...crews, ...rosters].map(({ id }) => id));
  return ids.filter((id) => !known.has(id));
}

/** Everybody whom ids may ever lead to; of a roster all of its members. */
function everybody(ids: readonly string[], book: ResponseBook): Person[] {
  const members = ids.flatMap((id) => {
    const roster = book.rosters.find((candidate) => candidate.id === id);
    return roster ? roster.layers.flatMap((layer) => layer.members) : [id];
  });
  const wanted = new Set(members.flatMap((id) => people(id, book)));
  return book.people.filter(({ id }) => wanted.has(id));
}

function pagesRosters({ steps }: Plan, { rosters }: ResponseBook): boolean {
  return steps.some(({ page }) => page.some((id) => rosters.some((roster) => roster.id === id)));
}

/** True when whatever the one serves the other does too. */
function takesAll(wider: Plan, narrow: Plan): boolean {
  const choices = [
    [wider.clients, narrow.clients],
    [wider.sites, narrow.sites],
    [wider.severities, narrow.severities],
    [wider.faults, narrow.faults],
  ] as const;
  return choices.every(
    ([wide, few]) => wide === undefined || (few?.every((one) => (wide as readonly string[]).includes(one)) ?? false),
  );
}

function nobodyKnows(id: string): string {
  return `${id} is no roster, crew or person that is known here`;
}

function nobodyKnowsZh(id: string): string {
  return `${id} 不是已知的值班表、班组或人员`;
}
