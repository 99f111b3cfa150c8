import {
  type Incident,
  instantMillis,
  instantText,
  type MaintenanceWindow,
  type Millis,
} from '@keepsite/edge-contract';
import { familyOf } from './cause.ts';
import type { Holding, Newcomer } from './scene.ts';

type What = Pick<Newcomer, 'site' | 'zone' | 'asset' | 'fault'>;

/**
 * Whether a window is about such a fault there. What endangers people, and what people ask to have mended,
 * must be named in it.
 */
export function isAbout(window: MaintenanceWindow, { site, zone, asset, fault }: What): boolean {
  const here = window.site === site || window.zone === zone || window.asset === asset;
  return here && (window.faults?.includes(fault) ?? familyOf(fault) !== undefined);
}

/**
 * The maintenance that holds a fault at this instant. Windows that overlap or follow each other without a
 * gap are one: it is held until the last of them ends. Null: none is on.
 */
export function maintenanceOf(what: What, windows: readonly MaintenanceWindow[], now: Millis): Holding | null {
  const about = windows.filter((window) => isAbout(window, what));
  const on = about.find((window) => isOn(window, now));
  if (!on) return null;
  const until = endOf(about, now);
  const text = { en: `${on.reason} (${on.by})`, zh: `${on.reason}（${on.by}）` };
  return { reason: 'maintenance', by: on.id, text, until };
}

/** From `from` on, up to and without `to`. */
export function isOn({ from, to }: MaintenanceWindow, now: Millis): boolean {
  return instantMillis(from) <= now && now < instantMillis(to);
}

/** Whether a hold says the same as another: then nothing needs to be written down. */
export function isSameHold(hold: Incident['hold'], holding: Holding): boolean {
  const until = holding.until === null ? null : instantText(holding.until);
  return hold?.reason === holding.reason && hold.by === holding.by && hold.until === until;
}

function endOf(windows: readonly MaintenanceWindow[], now: Millis): Millis {
  let end = now;
  for (let grown = true; grown;) {
    const next = Math.max(end, ...windows.filter((window) => isOn(window, end)).map(({ to }) => instantMillis(to)));
    grown = next > end;
    end = next;
  }
  return end;
}
