import type { Mode } from '@keepsite/edge-contract';
import { shelf } from '../shelf.ts';
import type { Telling } from './telling.ts';

/** The weakest first. */
const STRENGTH: readonly Mode[] = ['normal', 'inspection', 'out_of_service'];
/** Twice as long as a box may be silent. */
const HELD_MS = 10 * 60_000;
const MOST_BOXES = 8;

interface Told {
  readonly sensorType: string;
  readonly mode: Mode;
  readonly heardAt: number | null;
}

/** What the boxes of an elevator say of its mode, where it is not normal. */
const told = shelf<readonly Told[]>('shmashine-modes');

/**
 * The strongest mode that an elevator's boxes tell, as the platform has it (`motorRoomUpdateModeStatus`):
 * car roof and machine room have a switch each, and one that is off does not end what the other says.
 * A box that has fallen silent no longer counts.
 */
export function strongestMode(telling: Telling, at: number | null, mode: Mode): Mode {
  const { context, device, message } = telling;
  const sensorType = telling.sensorType.toLowerCase();
  const heardAt = message.receivedAt ?? at;
  const before = told.find(context.memory, device) ?? [];
  const others = before.filter((one) => one.sensorType !== sensorType && !isOver(one.heardAt, heardAt));
  const all = mode === 'normal' ? others : [...others, { sensorType, mode, heardAt }];
  if (all.length > 0) told.put(context.memory, device, all.slice(-MOST_BOXES));
  else told.drop(context.memory, device);
  return STRENGTH.findLast((one) => one === mode || all.some((box) => box.mode === one)) ?? mode;
}

function isOver(heardAt: number | null, now: number | null): boolean {
  return heardAt !== null && now !== null && now - heardAt > HELD_MS;
}
