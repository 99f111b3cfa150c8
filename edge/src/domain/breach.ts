import type { Fault, Millis, Severity, Value } from '@keepsite/edge-contract';

/** What evaluation hands to the incidents: a rule fired or recovered, or a device stated a fault. */
export interface Breach {
  readonly state: 'raised' | 'cleared' | 'no_data';
  /** `rule:<id>` or `device:<device>`; one incident may be held open by several sources. */
  readonly source: string;
  readonly asset: string;
  readonly device: string | null;
  readonly fault: Fault;
  readonly severity: Severity;
  readonly vendorCode: string | null;
  readonly summary: { readonly en: string; readonly zh: string };
  /** The device's own time of the first sample that showed it; null when it has none. */
  readonly deviceAt: Millis | null;
  /** When the edge first saw the condition begin (before any hold time). */
  readonly firstSeenAt: Millis;
  readonly evidence: readonly Evidence[];
}

export interface Evidence {
  readonly metric: string;
  readonly part: string | null;
  readonly value: Value;
  readonly at: Millis;
}
