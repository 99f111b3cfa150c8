import type { Client, SlaReport } from '@keepsite/cloud-contract';
import type { Millis } from '@keepsite/edge-contract';
import { blindTime } from '../domain/blind-time.ts';
import { monthBounds, monthOf } from '../domain/calendar.ts';
import { contractOf, slaReport } from '../domain/sla.ts';
import type { Store } from '../ports.ts';

const DAY = 86_400_000;
/** Late facts of an edge that was cut off may still come in; a month with running clocks waits as long. */
const GRACE_MS = 7 * DAY;
/** How many months back an open month is still looked for. */
const MONTHS_BACK = 24;

/** A month of a client: the frozen report when the month is closed, else computed from what is known now. */
export async function clientSla(
  store: Store,
  client: string,
  period: string | undefined,
  now: Millis,
  timeZone: string,
): Promise<SlaReport> {
  const contracts = (await store.clients.contracts(client)).map(({ value }) => value);
  const zone = contracts.at(-1)?.timeZone ?? timeZone;
  const month = period ?? monthOf(now, zone);
  const closed = await store.scores.closedMonth(client, month);
  if (closed) return closed;
  const contract = contractOf(contracts, month);
  const bounds = monthBounds(month, contract?.timeZone ?? 'UTC');
  const incidents = await store.incidents.ofClient(client, bounds.from, bounds.to);
  const spells = await store.alarms.spellsOf(client, bounds.from, bounds.to);
  const report = slaReport({
    client,
    contract,
    period: month,
    incidents,
    now,
  });
  return { ...report, blind: blindTime(spells, { ...bounds, now }) };
}

/** Freezes every month that is over and settled; answers the months that it froze. */
export async function closeMonths(store: Store, client: Client, now: Millis, timeZone: string): Promise<string[]> {
  const contracts = (await store.clients.contracts(client.id)).map(({ value }) => value);
  const closed: string[] = [];
  for (const period of monthsBefore(monthOf(now, contracts.at(-1)?.timeZone ?? timeZone))) {
    const contract = contractOf(contracts, period);
    if (!contract || (await store.scores.closedMonth(client.id, period))) continue;
    const report = await clientSla(store, client.id, period, now, timeZone);
    if (!isSettled(report, now)) continue;
    await store.scores.closeMonth({ ...report, closed: true });
    closed.push(period);
  }
  return closed;
}

function isSettled(report: SlaReport, now: Millis): boolean {
  const age = now - Date.parse(report.to);
  return age >= GRACE_MS || (age >= DAY && report.terms.every(({ running }) => running === 0));
}

function monthsBefore(period: string): string[] {
  const current = Temporal.PlainYearMonth.from(period);
  return Array.from({ length: MONTHS_BACK }, (_, back) => current.subtract({ months: back + 1 }).toString());
}
