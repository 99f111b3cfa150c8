import type { Appointment, OrderChange, Repair } from '@keepsite/edge-contract';
import type { Words } from '../words/en.ts';
import type { Teller } from './timeline.ts';

type Kind = OrderChange['kind'] | 'reported_again' | 'arranged';
type Detail = Readonly<Record<string, unknown>>;

const always =
  (tone: ReturnType<Teller['tone']>): Teller['tone'] =>
  () =>
    tone;

/** How orders to contractors and repairs are told. */
export const ORDER_TELLERS: { readonly [K in Kind]: Teller } = {
  ordered: {
    tone: always('act'),
    text(d, t) {
      const goods = (d['order'] ?? {}) as Detail;
      return t.orderEvent.ordered(nameOf(goods['what'], t), nameOf(goods['contractorName'], t), moneyOf(goods));
    },
  },
  approval_asked: {
    tone: always('bad'),
    text: (d, t, names) =>
      t.orderEvent.approval_asked(
        names.person(word(d['person'])),
        moneyOf(d),
        `${word(d['remaining'])} ${word(d['currency'])}`,
      ),
  },
  approved: { tone: always('good'), text: (d, t, names) => t.orderEvent.approved(names.person(word(d['responder']))) },
  declined: {
    tone: always('bad'),
    text(d, t, names) {
      const { responder, reason } = d;
      const said =
        typeof responder === 'string' ? t.orderEvent.declined(names.person(responder)) : t.orderEvent.dropped;
      return typeof reason === 'string'
        ? said + t.event.because(t.response[reason as keyof Words['response']] ?? reason)
        : said;
    },
  },
  spent: {
    tone: always('act'),
    text(d, t, names) {
      const [what, from] = [nameOf(d['what'], t), nameOf(d['contractorName'], t)];
      const { approvedBy } = d;
      if (typeof approvedBy === 'string')
        return t.orderEvent.spentApproved(what, from, moneyOf(d), names.person(approvedBy));
      return t.orderEvent.spent(what, from, moneyOf(d), `${word(d['remaining'])} ${word(d['currency'])}`);
    },
  },
  order_confirmed: {
    tone: always('act'),
    text(d, t, _, incident) {
      const what = goodsOf(d, t, incident);
      const early = minutesEarly(d, incident);
      if (early === null) return t.orderEvent.order_confirmed(what);
      const say = early < 0 ? t.contractor.promisedLate : t.contractor.promisedEarly;
      return say(what, String(Math.abs(early)));
    },
  },
  order_overdue: {
    tone: always('bad'),
    text: (d, t, _, incident) => t.orderEvent.order_overdue(goodsOf(d, t, incident)),
  },
  order_arrived: {
    tone: (d) => (d['inTime'] === true ? 'good' : 'bad'),
    text: (d, t, _, incident) =>
      (d['inTime'] === true ? t.orderEvent.order_arrived : t.orderEvent.arrivedLate)(goodsOf(d, t, incident)),
  },
  order_called_off: {
    tone: (d) => (d['turnedDown'] === true ? 'bad' : 'plain'),
    text(d, t, _, incident) {
      const [what, cost] = [goodsOf(d, t, incident), moneyOf(d)];
      const from = nameOf(orderOf(d, incident)?.contractorName, t);
      const said =
        d['turnedDown'] === true
          ? t.contractor.turnedDown(what, from, cost)
          : t.orderEvent.order_called_off(what, cost);
      return said + t.event.because(word(d['reason']));
    },
  },
  reported_again: {
    tone: always('plain'),
    text: (d, t) => t.orderEvent.reported_again(word((d['repair'] as Partial<Repair> | undefined)?.text)),
  },
  arranged: {
    tone: always('good'),
    text(d, t, names) {
      const { at, by } = (d['appointment'] ?? {}) as Partial<Appointment>;
      return t.orderEvent.arranged(at === undefined ? '–' : at.slice(0, 16).replace('T', ' '), names.person(word(by)));
    },
  },
};

type OfIncident = Parameters<Teller['text']>[3];

function orderOf(detail: Detail, { orders }: OfIncident) {
  return orders?.find(({ id }) => id === detail['order']);
}

function goodsOf(detail: Detail, t: Words, incident: OfIncident): string {
  const order = orderOf(detail, incident);
  return order ? nameOf(order.what, t) : '–';
}

/** How long before it is due the contractor promises to be there; below nought: after. Null: it promised nothing. */
function minutesEarly(detail: Detail, incident: OfIncident): number | null {
  const [arrivesAt, dueAt] = [detail['arrivesAt'], orderOf(detail, incident)?.dueAt];
  if (typeof arrivesAt !== 'string' || typeof dueAt !== 'string') return null;
  return Math.round((Date.parse(dueAt) - Date.parse(arrivesAt)) / 60_000);
}

/** A name in the language of the dictionary. */
function nameOf(name: unknown, t: Words): string {
  const { en, zh } = (name ?? {}) as { en?: string; zh?: string };
  return (t.language === '中文' ? zh : en) ?? '–';
}

function moneyOf(detail: Detail): string {
  return `${word(detail['cost'])} ${word(detail['currency'])}`;
}

function word(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : '–';
}
