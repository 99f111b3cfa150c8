import type { IncidentChange, IncidentChangeKind } from '@keepsite/edge-contract';

/** The same sentence in both languages that the house speaks. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

/** How kinds of change are told; a kind that is missing is told by its name. */
export type Tellers = {
  readonly [Kind in IncidentChangeKind]?: (change: Extract<IncidentChange, { kind: Kind }>) => Words;
};

/** A reason behind a sentence; nothing where there is none. */
export function because(reason: string | null | undefined): Words {
  return reason ? { en: ` (${reason})`, zh: `（${reason}）` } : { en: '', zh: '' };
}
