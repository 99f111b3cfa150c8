import type { ContractorOrder, IncidentEvent } from '@keepsite/edge-contract';
import { instantText } from '@keepsite/edge-contract';
import { sql } from 'kysely';
import type { IncidentFacts } from '../../domain/facts.ts';
import type { MoneyEvent, Payer, SpendingStore } from '../../ports/spending.ts';
import type { Database } from './database.ts';

interface Row {
  readonly body: IncidentEvent;
  readonly facts: IncidentFacts;
  readonly site: string;
  readonly orders: ContractorOrder[] | null;
}

/** Spends as the evidence has them; `incident_events_money` finds them without looking at any other event. */
export function spendingStore(database: Database, tenant: string): SpendingStore {
  return {
    moneyEvents: (payer, from, to) =>
      database.as(tenant, async (db) => {
        const { rows } = await sql<Row>`
          SELECT e.body, i.facts, i.site, i.body->'orders' AS orders
          FROM incident_events e JOIN incidents i ON i.id = e.incident
          WHERE e.kind IN ('spent', 'order_called_off')
            AND e.at >= ${instantText(from)}::timestamptz AND e.at < ${instantText(to)}::timestamptz AND ${owed(payer)}
          ORDER BY e.at, e.edge, e.epoch, e.seq`.execute(db);
        return rows.map(moneyEvent);
      }),
  };
}

function owed(payer: Payer) {
  if ('site' in payer) return sql`i.site = ${payer.site}`;
  return sql`i.id IN (SELECT incident FROM incident_clients WHERE client = ${payer.client})`;
}

function moneyEvent({ body, facts, site, orders }: Row): MoneyEvent {
  const { id, asset, fault, simulated, clients } = facts;
  return { event: body, incident: { id, site, asset, fault, simulated, clients }, orders: orders ?? [] };
}
