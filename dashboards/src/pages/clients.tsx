import type { ClientSummary } from '@keepsite/cloud-contract';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useClients, useWhoAmI } from '../api/queries.ts';
import { useServerNow } from '../time/use-server-now.ts';
import { Loaded } from '../ui/loading.tsx';
import { ColourMark } from '../ui/shapes.tsx';
import { useSpeech } from '../words/language.tsx';

const DAY_MS = 86_400_000;

/** The account manager's board: every client, worst first, with the reason in a sentence. */
export function ClientsPage(): ReactNode {
  const { t } = useSpeech();
  const { data: who } = useWhoAmI();
  const clients = useClients(who !== undefined);
  return (
    <>
      <h1>{t.clients.title}</h1>
      <p className="lead">{t.clients.lead}</p>
      <Loaded query={clients} missing={t.clients.edgeOnly}>
        {({ items }) => (
          <ul className="client-list">
            {items.map((client) => (
              <li key={client.id}>
                <ClientCard client={client} />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </>
  );
}

function ClientCard({ client }: { readonly client: ClientSummary }): ReactNode {
  const { t, name, format } = useSpeech();
  return (
    <Link
      href={`/clients/${encodeURIComponent(client.id)}`}
      className={`client-card panel is-toned col-${client.colour}`}
    >
      <div className="client-score">
        <ColourMark colour={client.colour} />
        <b className="tabular">{client.score === null ? '?' : format.number(client.score)}</b>
        <Range client={client} />
      </div>
      <div className="client-name">
        <h2>{name(client.name)}</h2>
        <p>{name(client.colourReason)}</p>
        <small className="faint">
          {t.clientKind[client.kind]}
          {client.officer && ` · ${t.clients.officer} ${client.officer}`}
        </small>
      </div>
      <dl className="client-facts">
        <div>
          <dt>{t.clients.attainmentShort}</dt>
          <dd>
            {client.attainment === null ? (
              <span className="faint">{t.clients.nothingCounted}</span>
            ) : (
              format.percent(client.attainment, 1)
            )}
          </dd>
        </div>
        <div>
          <dt>{t.clients.open}</dt>
          <dd className={client.openIncidents > 0 ? 'is-warn' : ''}>{client.openIncidents}</dd>
        </div>
        <div>
          <dt>{t.clients.renewal}</dt>
          <dd>
            <Renewal day={client.contractEnds} />
          </dd>
        </div>
        <div>
          <dt>{t.clients.value}</dt>
          <dd>{client.annualValue === null ? t.common.none : format.money(client.annualValue, 'CNY')}</dd>
        </div>
      </dl>
    </Link>
  );
}

/** The board tells low and high where the server does; the client's own page always does. */
function Range({
  client,
}: {
  readonly client: ClientSummary & { low?: number | null; high?: number | null };
}): ReactNode {
  const { t, format } = useSpeech();
  if (client.low === undefined || client.low === null || client.high === undefined || client.high === null) return null;
  return (
    <small className="faint tabular">{t.clients.range(format.number(client.low), format.number(client.high))}</small>
  );
}

/** The renewal date and how far away it is. */
export function Renewal({ day }: { readonly day: string | null }): ReactNode {
  const { t, format } = useSpeech();
  const now = useServerNow(3_600_000);
  if (!day) return <span className="faint">{t.common.unknown}</span>;
  const left = now === null ? null : Math.ceil((Date.parse(day) - now) / DAY_MS);
  return (
    <>
      {format.day(day)}
      {left !== null && (
        <small className={left <= 90 ? 'is-warn block' : 'faint block'}>{t.clients.inDays(left)}</small>
      )}
    </>
  );
}
