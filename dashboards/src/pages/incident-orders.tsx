import {
  amountText,
  type ContractorOrder,
  type Incident,
  isContractorPerson,
  type Verb,
} from '@keepsite/edge-contract';
import { useId, type ReactNode, type SubmitEvent } from 'react';
import { useMay } from '../api/access.ts';
import { order as send } from '../api/outbox.ts';
import { budgetLeft } from '../incident/orders.ts';
import { isOpen } from '../incident/urgency.ts';
import { countdownText } from '../time/countdown.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { useDirectory } from '../ui/directory.tsx';
import { useResponder } from '../ui/responder.tsx';
import { useSpeech } from '../words/language.tsx';

/** What was ordered from contractors, what it cost, what waits for approval; nothing where the plan has no authority. */
export function OrdersPanel({ incident }: { readonly incident: Incident }): ReactNode {
  const { t } = useSpeech();
  const authority = incident.plan?.authority;
  const left = budgetLeft(incident);
  if (!authority || left === null) return null;
  const { amount, currency } = authority.budget;
  return (
    <section className="panel">
      <h2>{t.orders.title}</h2>
      <p className="faint">
        {t.orders.budget(`${amountText(left)} ${currency}`, `${amount} ${currency}`)} ·{' '}
        {authority.per === 'month' ? t.orders.perMonth : t.orders.perIncident}
      </p>
      {(incident.orders ?? []).length === 0 && <p className="faint">{t.orders.none}</p>}
      <ul className="order-list">
        {incident.orders?.map((order) => (
          <OrderLine key={order.id} order={order} incident={incident} />
        ))}
      </ul>
      {isOpen(incident) && <OrderForm incident={incident} />}
    </section>
  );
}

interface LineProps {
  readonly order: ContractorOrder;
  readonly incident: Incident;
}

function OrderLine({ order, incident }: LineProps): ReactNode {
  const { t, name, format } = useSpeech();
  const { person, zoneOf } = useDirectory();
  const time = (at: string): string => format.time(at, zoneOf(incident.site));
  const what = order.quantity === null ? name(order.what) : t.orders.goods(name(order.what), String(order.quantity));
  const isAwaited = order.state === 'placed' || order.state === 'confirmed';
  return (
    <li className={`order is-${order.state}`}>
      <p>
        <b>{what}</b>{' '}
        <span className={order.state === 'asked' ? 'tag is-warn' : 'tag'}>{t.orderState[order.state]}</span>{' '}
        {isAwaited && order.overdueAt !== null && <span className="tag is-bad">{t.orders.late}</span>}
      </p>
      <p className="small">
        {name(order.contractorName)} · <span className="tabular">{`${order.cost} ${order.currency}`}</span>
        {order.placedAt !== null && (
          <> · {order.approvedBy === null ? t.orders.within : t.orders.approvedBy(person(order.approvedBy))}</>
        )}
      </p>
      {isAwaited && order.dueAt !== null && (
        <p className="small">
          {t.orders.due(time(order.dueAt))} <TimeLeft until={order.dueAt} />
        </p>
      )}
      <ContractorSaid order={order} zone={zoneOf(incident.site)} />
      {order.state === 'asked' && (
        <p className="small">{t.orders.asked(order.asked.map((each) => person(each.person)).join(', '))}</p>
      )}
      {order.reason !== null && <p className="small faint">{t.event.because(order.reason)}</p>}
      <OrderActions order={order} incident={incident} />
    </li>
  );
}

/** What was promised and what has come, and whether the contractor itself said so. */
function ContractorSaid({ order, zone }: { readonly order: ContractorOrder; readonly zone: string | undefined }) {
  const { t, name, format } = useSpeech();
  const { arrivesAt, arrivedAt, dueAt } = order;
  const promised = arrivedAt === null && arrivesAt ? t.contractor.arrives(format.time(arrivesAt, zone)) : null;
  const said = arrivedAt === null ? promised : t.contractor.arrived(format.time(arrivedAt, zone));
  if (said === null) return null;
  const by = arrivedAt === null ? order.confirmedBy : order.arrivedBy;
  const isLate = arrivedAt === null && dueAt !== null && arrivesAt ? arrivesAt > dueAt : false;
  return (
    <p className={isLate ? 'small is-bad' : 'small'}>
      {said}
      {by && isContractorPerson(by) && ` · ${t.contractor.saidBy(name(order.contractorName))}`}
    </p>
  );
}

function TimeLeft({ until }: { readonly until: string }): ReactNode {
  const now = useServerNow(1000);
  if (now === null) return null;
  const left = Date.parse(until) - now;
  return <b className={`tabular${left < 0 ? ' is-bad' : ''}`}>{countdownText(left)}</b>;
}

const NEXT: Partial<Record<ContractorOrder['state'], readonly Verb[]>> = {
  asked: ['approve', 'decline'],
  placed: ['receive_order', 'confirm_order', 'call_off_order'],
  confirmed: ['receive_order', 'call_off_order'],
};

/** What may be done with an order now; calling it off asks for a reason. */
export function OrderActions({ order, incident }: LineProps): ReactNode {
  const { t } = useSpeech();
  const may = useMay();
  const responder = useResponder();
  const verbs = (NEXT[order.state] ?? []).filter((verb) => may(`incident.${verb}`));
  if (verbs.length === 0) return null;
  const act = (verb: Verb): void => {
    const note = verb === 'call_off_order' ? prompt(t.orders.why)?.trim() : undefined;
    if (responder === null || note === '' || (verb === 'call_off_order' && note === undefined)) return;
    void send(incident.id, verb, { responder, order: order.id, ...(note === undefined ? {} : { note }) });
  };
  return (
    <p className="order-acts">
      {verbs.map((verb, index) => (
        <button
          key={verb}
          type="button"
          className={`act is-small${index === 0 ? ' is-primary' : ''}`}
          disabled={responder === null}
          onClick={() => act(verb)}
        >
          {t.verb[verb]}
        </button>
      ))}
    </p>
  );
}

function OrderForm({ incident }: { readonly incident: Incident }): ReactNode {
  const { t, name } = useSpeech();
  const may = useMay();
  const responder = useResponder();
  const id = useId();
  const authority = incident.plan?.authority;
  if (!authority || !may('incident.dispatch')) return null;
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (responder === null) return;
    const form = new FormData(event.currentTarget);
    const quantity = Number(textOf(form, 'quantity'));
    const dispatch = {
      contractor: textOf(form, 'contractor'),
      what: textOf(form, 'what'),
      withinMinutes: Number(textOf(form, 'minutes')),
      cost: textOf(form, 'cost'),
      ...(quantity > 0 ? { quantity } : {}),
    };
    void send(incident.id, 'dispatch', { responder, dispatch });
    event.currentTarget.reset();
  };
  return (
    <details>
      <summary>{t.orders.order}</summary>
      <form className="form" onSubmit={submit}>
        <label htmlFor={`${id}c`}>{t.orders.contractor}</label>
        <select id={`${id}c`} name="contractor" required>
          {authority.contractors.map((contractor) => (
            <option key={contractor.id} value={contractor.id}>
              {name(contractor.name)}
            </option>
          ))}
        </select>
        <label htmlFor={`${id}w`}>{t.orders.what}</label>
        <input id={`${id}w`} name="what" required maxLength={300} />
        <label htmlFor={`${id}q`}>
          {t.orders.quantity} <small className="faint">{t.action.optional}</small>
        </label>
        <input id={`${id}q`} name="quantity" type="number" min={1} max={10_000} inputMode="numeric" />
        <label htmlFor={`${id}m`}>{t.orders.minutes}</label>
        <input
          id={`${id}m`}
          name="minutes"
          type="number"
          min={1}
          max={100_000}
          defaultValue={30}
          required
          inputMode="numeric"
        />
        <label htmlFor={`${id}k`}>
          {t.orders.cost}, {authority.budget.currency}
        </label>
        <input id={`${id}k`} name="cost" required pattern="(0|[1-9]\d{0,11})(\.\d{1,2})?" inputMode="decimal" />
        <p className="faint small">{t.orders.over}</p>
        <button type="submit" className="act is-primary" disabled={responder === null}>
          {t.orders.send}
        </button>
      </form>
    </details>
  );
}

function textOf(form: FormData, field: string): string {
  const value = form.get(field);
  return typeof value === 'string' ? value.trim() : '';
}
