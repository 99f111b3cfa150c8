import { flappingOf, type Raise } from './flapping.ts';
import { explanationOf } from './explain.ts';
import { type Joining, joiningOf } from './group.ts';
import type { Holding, Newcomer, Scene } from './scene.ts';
import { maintenanceOf } from './windows.ts';

/** What becomes of a fault that begins: what holds it, and the group that it joins. Neither: it pages for itself. */
export interface Arrival {
  readonly holding: Holding | null;
  readonly joining: Joining | null;
}

/**
 * Decides whether a fault that sensors tell of pages for itself. Announced work goes first, because it is
 * known; then what is known to cause it, what it has done of late, and what comes at the same time.
 */
export function arrive(newcomer: Newcomer, raises: readonly Raise[], scene: Scene): Arrival {
  const known = announced(newcomer, scene) ?? explanationOf(newcomer, scene) ?? flappingOf(newcomer, raises, scene);
  const joining = known ? null : joiningOf(newcomer, scene);
  return { holding: known ?? joining?.holding ?? null, joining };
}

/** What a person reports has been seen by a person: only announced work holds it back. */
export function announced(newcomer: Newcomer, { windows, now }: Scene): Holding | null {
  return maintenanceOf(newcomer, windows, now);
}
