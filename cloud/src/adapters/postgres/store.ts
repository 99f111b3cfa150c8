import type { Store } from '../../ports.ts';
import { afterStore } from './after.ts';
import { alarmStore } from './alarms.ts';
import { clientStore } from './clients.ts';
import { commandStore } from './commands.ts';
import type { Database } from './database.ts';
import { edgeStore } from './edges.ts';
import { energyStore } from './energy.ts';
import { incidentStore } from './incidents.ts';
import { linkStore } from './links.ts';
import { responseStore } from './response.ts';
import { repairStore } from './repairs.ts';
import { scoreStore } from './scores.ts';
import { spendingStore } from './spending.ts';

/** Everything that one tenant keeps in PostgreSQL; makes the tenant when it is new. */
export async function postgresStore(database: Database, tenant: string): Promise<Store> {
  await database.as(tenant, (db) =>
    db
      .insertInto('tenants')
      .values({ tenant_id: tenant, name: tenant })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
  return {
    tenant,
    edges: edgeStore(database, tenant),
    incidents: incidentStore(database, tenant),
    clients: clientStore(database, tenant),
    scores: scoreStore(database, tenant),
    commands: commandStore(database, tenant),
    response: responseStore(database, tenant),
    alarms: alarmStore(database, tenant),
    after: afterStore(database, tenant),
    energy: energyStore(database, tenant),
    spending: spendingStore(database, tenant),
    repairs: repairStore(database, tenant),
    links: linkStore(database, tenant),
    ping: () => database.ping(),
  };
}
