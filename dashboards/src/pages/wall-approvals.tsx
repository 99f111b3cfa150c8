import type { Incident } from '@keepsite/edge-contract';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { waitingOrders } from '../incident/orders.ts';
import { useDirectory } from '../ui/directory.tsx';
import { useSpeech } from '../words/language.tsx';
import { OrderActions } from './incident-orders.tsx';

/** Orders that exceed their budget and wait for somebody: above everything else, because help waits for them. */
export function WallApprovals({ incidents }: { readonly incidents: readonly Incident[] }): ReactNode {
  const { t, name } = useSpeech();
  const { title } = useDirectory();
  const waiting = incidents.flatMap((incident) => waitingOrders(incident).map((order) => ({ incident, order })));
  if (waiting.length === 0) return null;
  return (
    <section className="panel approvals" aria-label={t.orders.waiting(String(waiting.length))}>
      <h2>{t.orders.waiting(String(waiting.length))}</h2>
      <ul className="order-list">
        {waiting.map(({ incident, order }) => (
          <li key={order.id} className="order is-asked">
            <p>
              <b>
                {order.quantity === null ? name(order.what) : t.orders.goods(name(order.what), String(order.quantity))}
              </b>{' '}
              <span className="tabular">{`${order.cost} ${order.currency}`}</span> · {name(order.contractorName)}
            </p>
            <p className="small">
              <Link href={`/incidents/${encodeURIComponent(incident.id)}`}>{title(incident)}</Link>
            </p>
            <OrderActions order={order} incident={incident} />
          </li>
        ))}
      </ul>
    </section>
  );
}
