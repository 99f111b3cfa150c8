import { type AuditEntry, instantText } from '@keepsite/edge-contract';
import type { Log } from '../events.ts';
import type { Clock } from '../ports.ts';
import type { AccessStore, StoredAuditEntry } from './ports.ts';

/** Everything that the audit tells of, one word each. */
export const AUDIT_KINDS = [
  'signed_in',
  'sign_in_failed',
  'not_allowed',
  'signed_out',
  'session_ended',
  'first_admin_added',
  'setup_code_made',
  'account_added',
  'account_changed',
  'role_changed',
  'account_disabled',
  'account_enabled',
  'code_issued',
  'password_chosen',
  'password_changed',
  'token_issued',
  'token_revoked',
  'credential_issued',
  'credential_changed',
  'credential_revoked',
  'roster_changed',
  'acted_for_another',
  'maintenance_changed',
  'code_replaced',
  'channel_tested',
  'phone_added',
  'phone_removed',
  'reporters_erased',
] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

/** Something to be written down. Secrets never belong into `detail`. */
export interface AuditFact {
  readonly kind: AuditKind;
  readonly by: string;
  readonly account?: string | null;
  readonly address?: string | null;
  readonly detail?: AuditEntry['detail'];
}

/** The audit: appended to, read, never changed. Each line also goes to the log. */
export interface Audit {
  record(fact: AuditFact): void;
  /** Newest first; `before` is the id of the last one seen. */
  read(query: { readonly before?: number; readonly limit: number }): AuditEntry[];
}

export function createAudit(parts: {
  readonly store: Pick<AccessStore, 'record' | 'audit'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'info'>;
}): Audit {
  const { store, clock, log } = parts;
  return {
    record({ kind, by, account = null, address = null, detail = {} }) {
      store.record({ at: clock.now(), kind, by, account, address, detail });
      log.info({ audit: kind, by, account, address, ...detail }, 'audit');
    },
    read: (query) => store.audit(query).map(shown),
  };
}

function shown(entry: StoredAuditEntry): AuditEntry {
  return { ...entry, at: instantText(entry.at) };
}
