import type { OrderLinkBody } from '@keepsite/edge-contract';
import { useId, useState, type ReactNode, type SubmitEvent } from 'react';
import { ApiError } from '../api/http.ts';
import { orderLinkName, type OrderLinkShown, sayOfOrder, useOrderLink } from '../api/order-links.ts';
import { lastOutcome } from '../api/outbox.ts';
import { useValue } from '../api/value.ts';
import { countdownText } from '../time/countdown.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { usePending } from '../ui/actions.tsx';
import { LinkFrame, useLinkRefreshed } from '../ui/link-frame.tsx';
import { useSpeech } from '../words/language.tsx';

/** What may be promised by one tap, minutes. */
const PROMISES = [10, 20, 30, 45, 60, 120] as const;

/** One order for whoever is to bring it, on a phone and without a login: what, where, until when, and three answers. */
export function OrderLinkPage({ token }: { readonly token: string }): ReactNode {
  const { data: view, error } = useOrderLink(token);
  const { t } = useSpeech();
  useLinkRefreshed();
  const code = error instanceof ApiError ? error.code : null;
  const isOver = error instanceof ApiError && !error.transient;
  const ended = code !== null && (isOver || !view) ? t.contractor.ended[code] : undefined;
  return (
    <LinkFrame ended={ended} waiting={error ? t.acting.noLine : t.common.loading}>
      {view ? <OrderOf token={token} view={view} /> : null}
    </LinkFrame>
  );
}

interface Props {
  readonly token: string;
  readonly view: OrderLinkShown;
}

function OrderOf({ token, view }: Props): ReactNode {
  const { t, name, format } = useSpeech();
  const { order, contractor, place, contact, timeZone, simulated, expiresAt } = view;
  const what = order.quantity === null ? name(order.what) : t.orders.goods(name(order.what), String(order.quantity));
  return (
    <>
      <section className="panel">
        <p className="incident-marks">
          <span className="tag">{t.contractor.title}</span>
          <span className="tag">{t.orderState[order.state]}</span>
          {simulated && <span className="tag is-sim">{t.wall.simulated}</span>}
        </p>
        <h1>{what}</h1>
        <p className="lead">{t.contractor.for(name(contractor))}</p>
        {order.dueAt !== null && <Due dueAt={order.dueAt} timeZone={timeZone} />}
        <dl className="facts">
          <div>
            <dt>{t.contractor.where}</dt>
            <dd>{name(place)}</dd>
          </div>
          <div>
            <dt>{t.contractor.price}</dt>
            <dd className="tabular">{`${order.cost} ${order.currency}`}</dd>
          </div>
        </dl>
        {contact && <Contact contact={contact} />}
      </section>
      <Answers token={token} view={view} />
      <p className="faint small">{t.contractor.works(format.dateTime(expiresAt, timeZone))}</p>
    </>
  );
}

function Due({ dueAt, timeZone }: { readonly dueAt: string; readonly timeZone: string }): ReactNode {
  const { t, format } = useSpeech();
  const now = useServerNow(1000);
  const left = now === null ? null : Date.parse(dueAt) - now;
  const isLate = left !== null && left < 0;
  return (
    <p className={`order-due${isLate ? ' is-bad' : ''}`}>
      <span>
        {isLate ? t.contractor.overdue : t.contractor.due} {format.time(dueAt, timeZone)}
      </span>
      {left !== null && <b className="tabular">{countdownText(left)}</b>}
    </p>
  );
}

function Contact({ contact }: { readonly contact: NonNullable<OrderLinkShown['contact']> }): ReactNode {
  const { t } = useSpeech();
  const { name, phone } = contact;
  if (phone === null)
    return (
      <p>
        {t.contractor.contact}: <b>{name}</b>
      </p>
    );
  return (
    <a className="act order-call" href={`tel:${phone.replaceAll(/[^+\d]/g, '')}`}>
      {t.contractor.call(name)} <span className="tabular">{phone}</span>
    </a>
  );
}

function Answers({ token, view }: Props): ReactNode {
  const { t, format } = useSpeech();
  const [open, setOpen] = useState<'when' | 'decline' | null>(null);
  const pending = usePending(orderLinkName(token));
  const onTheWay = (view.orders ?? []).some(({ state }) => state === 'pending' || state === 'delivered');
  const refused = useRefused(token, view);
  const { order, timeZone } = view;
  const isConfirmed = order.state === 'confirmed';
  const say = (...[verb, words]: [Parameters<typeof sayOfOrder>[1], Words?]): void => {
    setOpen(null);
    void sayOfOrder(token, verb, words);
  };
  // The cloud keeps a word until the gateway has decided, whichever visit sent it.
  const isBusy = onTheWay || pending.size > 0;
  const isKept = [...pending.values()].some(({ state }) => state === 'waiting');
  return (
    <section className="panel link-actions">
      {order.arrivesAt !== null && <p>{t.contractor.promised(format.time(order.arrivesAt, timeZone))}</p>}
      {isBusy && <output className="warn no-line">{isKept ? t.contractor.kept : t.contractor.sent}</output>}
      {refused !== null && (
        <p className="warn" role="alert">
          {t.acting.refused(refused)}
        </p>
      )}
      {!isConfirmed && open !== 'when' && (
        <button type="button" className="act is-primary is-big" disabled={isBusy} onClick={() => setOpen('when')}>
          {t.contractor.confirm}
        </button>
      )}
      {open === 'when' && <When isBusy={isBusy} onChoose={(arrivesAt) => say('confirm_order', { arrivesAt })} />}
      <button
        type="button"
        className={`act is-big${isConfirmed ? ' is-primary' : ''}`}
        disabled={isBusy}
        onClick={() => say('receive_order')}
      >
        {t.contractor.there}
        <small>{t.contractor.thereWhy}</small>
      </button>
      <div className="link-row">
        {isConfirmed && open !== 'when' && (
          <button type="button" className="act" disabled={isBusy} onClick={() => setOpen('when')}>
            {t.contractor.another}
          </button>
        )}
        {open !== 'decline' && (
          <button type="button" className="act is-danger" disabled={isBusy} onClick={() => setOpen('decline')}>
            {t.contractor.decline}
          </button>
        )}
      </div>
      {open === 'decline' && <Decline isBusy={isBusy} onDecline={(note) => say('decline', { note })} />}
    </section>
  );
}

type Words = Omit<OrderLinkBody, 'commandId'>;

/** Why the newest word was not taken; null: it was, or nobody has decided. */
function useRefused(token: string, { orders = [] }: OrderLinkShown): string | null {
  const outcome = useValue(lastOutcome);
  const told = orders.at(-1);
  if (outcome?.order.incident === orderLinkName(token) && outcome.result === 'refused') return outcome.reason ?? '';
  return told?.state === 'refused' ? (told.reason ?? '') : null;
}

interface WhenProps {
  readonly isBusy: boolean;
  readonly onChoose: (arrivesAt: string) => void;
}

/** By the server's clock: what a phone's says is nobody's promise. */
function When({ isBusy, onChoose }: WhenProps): ReactNode {
  const { t } = useSpeech();
  const now = useServerNow(1000);
  const choose = (minutes: number): void => {
    if (now !== null) onChoose(new Date(now + minutes * 60_000).toISOString());
  };
  return (
    <fieldset className="order-when">
      <legend>{t.contractor.when}</legend>
      <div className="link-row">
        {PROMISES.map((minutes) => (
          <button
            key={minutes}
            type="button"
            className="act"
            disabled={isBusy || now === null}
            onClick={() => choose(minutes)}
          >
            {t.contractor.inMinutes(minutes)}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

interface DeclineProps {
  readonly isBusy: boolean;
  readonly onDecline: (why: string) => void;
}

function Decline({ isBusy, onDecline }: DeclineProps): ReactNode {
  const { t } = useSpeech();
  const id = useId();
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const why = new FormData(event.currentTarget).get('why');
    if (typeof why === 'string' && why.trim() !== '') onDecline(why.trim());
  };
  return (
    <form className="link-note" onSubmit={submit}>
      <label htmlFor={id}>{t.contractor.why}</label>
      <textarea id={id} name="why" rows={2} maxLength={500} required />
      <button type="submit" className="act is-danger" disabled={isBusy}>
        {t.contractor.declineSend}
      </button>
    </form>
  );
}
