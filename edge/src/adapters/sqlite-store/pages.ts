import type { Page } from '@keepsite/edge-contract';
import type { DatabaseSync } from 'node:sqlite';
import type { Commit, OwedPage, Store } from '../../ports.ts';
import { guarded, rowsOf, type Transaction } from './connection.ts';

/** Writes pages owed and takes settled ones away; inside the caller's transaction. */
export function createPageWriter(writer: DatabaseSync): (part: Pick<Commit, 'pages' | 'settledPages'>) => void {
  // A page that is written again is free again: its sender has reported.
  const put = writer.prepare(
    `INSERT INTO pages (id, incident, attempts, not_before, urgency, lease_until, json) VALUES (?, ?, ?, ?, ?, NULL, ?)
     ON CONFLICT (id) DO UPDATE SET incident = excluded.incident, attempts = excluded.attempts,
       not_before = excluded.not_before, urgency = excluded.urgency, lease_until = NULL, json = excluded.json`,
  );
  const settle = writer.prepare('DELETE FROM pages WHERE id = ?');
  return ({ pages, settledPages }) => {
    for (const { page, incident, attempts, notBefore, urgency } of pages) {
      put.run(page.id, incident, attempts, notBefore, urgency, JSON.stringify(page));
    }
    for (const id of settledPages) settle.run(id);
  };
}

interface PageRow {
  readonly incident: string;
  readonly attempts: number;
  readonly notBefore: number;
  readonly urgency: number;
  readonly leaseUntil: number | null;
  readonly json: string;
}

/** Hands out pages under a lease that survives the sender's death. */
export function createLeasing(writer: DatabaseSync, transaction: Transaction): Store['leasePages'] {
  const due = writer.prepare(
    `SELECT incident, attempts, not_before AS notBefore, urgency, lease_until AS leaseUntil, json FROM pages
     WHERE not_before <= ?1 AND (lease_until IS NULL OR lease_until <= ?1) ORDER BY urgency, not_before, rowid LIMIT ?2`,
  );
  const lease = writer.prepare('UPDATE pages SET lease_until = ?, json = ? WHERE id = ?');

  function handOut(row: PageRow, leaseUntil: number): OwedPage {
    const stored = JSON.parse(row.json) as Page;
    // Its last sender never said what became of it: it may have been sent.
    const possibleDuplicate = stored.possibleDuplicate || row.leaseUntil !== null;
    const page: Page = { ...stored, state: 'sending', possibleDuplicate };
    lease.run(leaseUntil, JSON.stringify(page), page.id);
    const { incident, attempts, notBefore, urgency } = row;
    return { incident, page, attempts, notBefore, urgency };
  }

  return (now, leaseMs, limit) => {
    // Asked every second, and mostly nothing is due: look before opening a transaction that writes.
    if (rowsOf(due, now, 1).length === 0) return [];
    return transaction(() => rowsOf<PageRow>(due, now, limit).map((row) => handOut(row, now + leaseMs)));
  };
}

/** What is owed, without a word written: for a sender whose disk takes no lease. */
export function createDuePages(reader: DatabaseSync): Store['duePages'] {
  const due = reader.prepare(
    `SELECT incident, attempts, not_before AS notBefore, urgency, json FROM pages
     WHERE not_before <= ? ORDER BY urgency, not_before, rowid LIMIT ?`,
  );
  return (now, limit) =>
    guarded(() =>
      rowsOf<Omit<PageRow, 'leaseUntil'>>(due, now, limit).map(({ incident, attempts, notBefore, urgency, json }) => ({
        incident,
        page: JSON.parse(json) as Page,
        attempts,
        notBefore,
        urgency,
      })),
    );
}

/** A lease of 0 has run out, and still tells that somebody had it. */
export function takeBackLeases(writer: DatabaseSync): void {
  writer.exec('UPDATE pages SET lease_until = 0 WHERE lease_until IS NOT NULL');
}
