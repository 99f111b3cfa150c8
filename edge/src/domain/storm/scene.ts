import type { Fault, Incident, MaintenanceWindow, Millis, Severity } from '@keepsite/edge-contract';
import type { Directory } from '../directory.ts';
import { membersOf, rootOf, type Standing } from './standing.ts';

/** What a fault that has just begun finds around it. */
export interface Scene {
  readonly directory: Directory;
  readonly standing: Standing;
  readonly windows: readonly MaintenanceWindow[];
  readonly now: Millis;
}

/** An incident that is about to be opened, or one that stands and is looked at anew. */
export interface Newcomer {
  readonly site: string;
  readonly zone: string;
  readonly asset: string;
  readonly device: string | null;
  readonly fault: Fault;
  readonly severity: Severity;
  /** Its plan's id; null: it would page nobody. */
  readonly plan: string | null;
  readonly beganAt: Millis;
}

/** What is decided about it: who holds it, and what its page would have said. */
export interface Holding {
  readonly reason: 'maintenance' | 'explained' | 'grouped' | 'flapping';
  readonly by: string;
  readonly text: { readonly en: string; readonly zh: string };
  /** Epoch ms; null: it ends with what it waits for. */
  readonly until: Millis | null;
  readonly storm?: boolean;
}

/** What an asset is called. */
export function nameOf(asset: string, directory: Directory): { readonly en: string; readonly zh: string } {
  return directory.asset(asset)?.asset.name ?? { en: asset, zh: asset };
}

/** Whether an incident may stand for others: somebody hears of it, and it does not wait for them itself. */
export function standsFor(above: Incident, plan: string | null, { standing }: Pick<Scene, 'standing'>): boolean {
  const root = rootOf(above, standing);
  return !root.hold && !root.drill && (root.plan !== null || plan === null);
}

/** True when `below` already waits for `above`: the other way round they would wait for each other. */
export function waitsFor(below: Incident, above: Incident, { standing }: Pick<Scene, 'standing'>): boolean {
  return below.id === above.id || membersOf(above.id, standing).some(({ id }) => id === below.id);
}
