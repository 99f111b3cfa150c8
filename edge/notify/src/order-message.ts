import { type ContractorOrder, instantMillis } from '@keepsite/edge-contract';
import type { OutgoingPage } from './channel.ts';
import type { Language } from './message.ts';

/** What a page about an order to a contractor says, beside where it is and where to answer. */
export interface OrderTold {
  readonly title: string;
  readonly lines: readonly string[];
}

interface Words {
  readonly title: Record<'order' | 'called_off' | 'approval' | 'overdue' | 'turned_down', string>;
  readonly goods: (what: string, quantity: number | null) => string;
  readonly by: (time: string) => string;
  readonly was: (time: string) => string;
  readonly cost: (money: string) => string;
  readonly from: (contractor: string) => string;
  readonly left: (money: string) => string;
  readonly decide: string;
  readonly next: (contractor: string) => string;
  readonly nobody: string;
  readonly why: (reason: string) => string;
}

const WORDS: Record<Language, Words> = {
  en: {
    title: {
      order: 'ORDER',
      called_off: 'CALLED OFF',
      approval: 'APPROVE?',
      overdue: 'OVERDUE',
      turned_down: 'NOT COMING',
    },
    goods: (what, quantity) => (quantity === null ? what : `${what} (×${quantity})`),
    by: (time) => `On site by: ${time}`,
    was: (time) => `Was to be on site by: ${time}`,
    cost: (money) => `Cost: ${money}`,
    from: (contractor) => `From: ${contractor}`,
    left: (money) => `Left of the emergency budget: ${money}`,
    decide: 'It exceeds the budget: nothing is ordered until somebody approves it.',
    next: (contractor) => `Asked instead: ${contractor}`,
    nobody: 'Nobody else is asked by the plan: order anew, or do without.',
    why: (reason) => `Reason: ${reason}`,
  },
  zh: {
    title: {
      order: '派单',
      called_off: '取消派单',
      approval: '待批准',
      overdue: '到场超时',
      turned_down: '承包商拒单',
    },
    goods: (what, quantity) => (quantity === null ? what : `${what}（×${quantity}）`),
    by: (time) => `请于 ${time} 前到场`,
    was: (time) => `应于 ${time} 前到场`,
    cost: (money) => `费用：${money}`,
    from: (contractor) => `承包商：${contractor}`,
    left: (money) => `应急授权余额：${money}`,
    decide: '超出授权额度，批准后才会下单。',
    next: (contractor) => `已改派：${contractor}`,
    nobody: '预案中已无其他承包商，请另行派单或自行处置。',
    why: (reason) => `原因：${reason}`,
  },
};

/** Null for a page that is about no order of its incident: it is the ladder's. */
export function orderTold({ page, incident, timeZone }: OutgoingPage, language: Language): OrderTold | null {
  const order = incident.orders?.find(({ id }) => id === page.about?.order);
  if (!page.about || !order) return null;
  const words = WORDS[language];
  const title = `[${words.title[page.about.kind]}] ${words.goods(order.what[language], order.quantity)}`;
  return {
    title,
    lines: LINES[page.about.kind](order, {
      words,
      timeZone,
      language,
      remaining: leftOf(incident, order),
      next: incident.orders?.find(({ instead }) => instead === order.id) ?? null,
    }),
  };
}

interface Telling {
  readonly words: Words;
  readonly timeZone: string;
  readonly language: Language;
  readonly remaining: string | null;
  /** Who is asked in its place. */
  readonly next: ContractorOrder | null;
}

const LINES: Record<keyof Words['title'], (order: ContractorOrder, telling: Telling) => string[]> = {
  order: (order, { words, timeZone }) => [...dueLine(order, words.by, timeZone), words.cost(moneyOf(order))],
  called_off: (order, { words }) => (order.reason === null ? [] : [words.why(order.reason)]),
  approval: (order, { words, language, remaining }) => [
    words.cost(moneyOf(order)),
    ...(remaining === null ? [] : [words.left(remaining)]),
    words.from(order.contractorName[language]),
    words.decide,
  ],
  overdue: (order, { words, timeZone, language }) => [
    ...dueLine(order, words.was, timeZone),
    words.from(order.contractorName[language]),
  ],
  turned_down: (order, { words, language, next }) => [
    words.from(order.contractorName[language]),
    ...(order.reason === null ? [] : [words.why(order.reason)]),
    next === null ? words.nobody : words.next(next.contractorName[language]),
  ],
};

function moneyOf({ cost, currency }: Pick<ContractorOrder, 'cost' | 'currency'>): string {
  return `${cost} ${currency}`;
}

function dueLine({ dueAt }: ContractorOrder, say: (time: string) => string, timeZone: string): string[] {
  if (dueAt === null) return [];
  const local = Temporal.Instant.fromEpochMilliseconds(instantMillis(dueAt)).toZonedDateTimeISO(timeZone);
  return [say(`${local.toPlainDate().toString()} ${local.toPlainTime().toString({ smallestUnit: 'minute' })}`)];
}

/** What its approver was told. */
function leftOf({ timeline }: OutgoingPage['incident'], { id, currency }: ContractorOrder): string | null {
  const asked = timeline.findLast(({ kind, detail }) => kind === 'approval_asked' && detail['order'] === id);
  const left = asked?.detail['remaining'];
  return typeof left === 'string' ? `${left} ${currency}` : null;
}
