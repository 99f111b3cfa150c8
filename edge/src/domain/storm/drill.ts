import type { Fault, Severity } from '@keepsite/edge-contract';

/** An exercise that somebody starts. */
export interface DrillOrder {
  readonly commandId: string;
  readonly asset: string;
  readonly fault: Fault;
  readonly severity: Severity;
  readonly note: string | null;
  readonly by: string;
}
