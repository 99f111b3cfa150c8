import {
  instantMillis,
  instantText,
  type MaintenanceBody,
  type MaintenanceNotice,
  MaintenanceWindow,
  type Registry,
} from '@keepsite/edge-contract';
import { z } from 'zod';
import { isOn } from '../domain/storm/windows.ts';
import { EdgeError } from '../errors.ts';
import type { Clock, Pipeline, Store } from '../ports.ts';

/** Where the store keeps them. */
const KEY = 'maintenance.windows';
const DAY_MS = 86_400_000;
/** Longer work is announced anew: a window that everybody forgot must not silence a building for a year. */
const LONGEST_MS = 31 * DAY_MS;
/** What is over is shown for so long. */
const KEPT_MS = 30 * DAY_MS;
const MOST = 500;

const Stage = z.enum(['planned', 'started', 'ended']);
const Kept = z.array(z.object({ window: MaintenanceWindow, told: Stage }));
type Kept = z.infer<typeof Kept>;
type Stage = z.infer<typeof Stage>;

export interface MaintenanceParts {
  readonly store: Pick<Store, 'cursor' | 'saveCursor'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly registry: () => Registry;
  readonly newId: () => string;
  /** What they hold is to be looked at anew. */
  readonly changed: Pick<Pipeline, 'windowsChanged'>['windowsChanged'];
  /** Tells everybody who listens; a courtesy, never a duty. */
  readonly tell: (notice: MaintenanceNotice) => void;
  /** A site's windows that are not over, whenever they change. */
  readonly publish: (site: string, current: readonly MaintenanceWindow[]) => void;
}

/** The windows of announced work, on disk before they count; the cloud is not needed. */
export interface MaintenanceDesk {
  /** As they stand now, for the pipeline: it asks at every fault. */
  readonly windows: () => readonly MaintenanceWindow[];
  /** Those that are on or to come first, then what is over, the newest first. */
  list(): MaintenanceWindow[];
  make(body: MaintenanceBody, by: string): Promise<MaintenanceWindow>;
  /** Ends it now. */
  end(id: string, by: string): Promise<MaintenanceWindow>;
  extend(id: string, to: string, by: string): Promise<MaintenanceWindow>;
  /** Gives the notices of windows that have begun or ended since somebody last looked. */
  look(): void;
  /** The broker is there (again): tells every site's windows. */
  greet(): void;
}

/** Reads what the store keeps. Throws MAINTENANCE_UNKNOWN and MAINTENANCE_REFUSED, and what the store throws. */
export function createMaintenanceDesk(parts: MaintenanceParts): MaintenanceDesk {
  const { store, clock, registry } = parts;
  let kept: Kept = Kept.parse(JSON.parse(store.cursor(KEY) ?? '[]'));
  let windows = windowsOf(kept);

  function save(next: Kept): void {
    const now = clock.now();
    const recent = next.filter(({ window, told }) => told !== 'ended' || instantMillis(window.to) > now - KEPT_MS);
    store.saveCursor(KEY, JSON.stringify(recent));
    kept = recent;
    windows = windowsOf(kept);
  }

  function siteOf(window: MaintenanceWindow): string {
    const { sites, zones, assets } = registry();
    const zone = window.zone ?? assets.find(({ id }) => id === window.asset)?.zone;
    return window.site ?? zones.find(({ id }) => id === zone)?.site ?? sites[0]?.id ?? '-';
  }

  function notify(window: MaintenanceWindow, change: MaintenanceNotice['change']): void {
    const site = siteOf(window);
    parts.tell({ site, change, window });
    publish(site);
  }

  function publish(site: string): void {
    const now = clock.now();
    parts.publish(
      site,
      windows.filter((window) => siteOf(window) === site && instantMillis(window.to) > now),
    );
  }

  function running(id: string): MaintenanceWindow {
    const found = windows.find((window) => window.id === id);
    if (!found) throw new EdgeError('MAINTENANCE_UNKNOWN', `no maintenance window ${id} is known here`);
    if (instantMillis(found.to) <= clock.now())
      throw new EdgeError('MAINTENANCE_REFUSED', `maintenance window ${id} is over already`);
    return found;
  }

  async function replace(window: MaintenanceWindow, change: MaintenanceNotice['change']): Promise<MaintenanceWindow> {
    const told: Stage =
      change === 'ended' ? 'ended' : (kept.find((one) => one.window.id === window.id)?.told ?? 'planned');
    save([...kept.filter((one) => one.window.id !== window.id), { window, told }]);
    notify(window, change);
    await parts.changed();
    return window;
  }

  function look(): void {
    const now = clock.now();
    const moved = kept.filter(({ window, told }) => stageOf(window, now) !== told);
    if (moved.length === 0) return;
    save(kept.map(({ window }) => ({ window, told: stageOf(window, now) })));
    for (const { window } of moved) notify(window, stageOf(window, now));
  }

  return {
    windows: () => windows,
    list() {
      const now = clock.now();
      const isOver = ({ to }: MaintenanceWindow) => instantMillis(to) <= now;
      return windows.toSorted((a, b) => Number(isOver(a)) - Number(isOver(b)) || (a.from < b.from ? 1 : -1));
    },
    async make(body, by) {
      const now = clock.now();
      const { from = instantText(now), ...rest } = body;
      const window: MaintenanceWindow = { ...rest, id: parts.newId(), from, by, madeAt: instantText(now) };
      refuseUnsound(window, registry(), now);
      if (windows.length >= MOST) throw new EdgeError('MAINTENANCE_REFUSED', `there are ${MOST} windows already`);
      await replace(window, 'planned');
      look();
      return window;
    },
    end(id, by) {
      const window = running(id);
      const now = instantText(clock.now());
      const from = window.from > now ? now : window.from;
      return replace({ ...window, from, to: now, endedBy: by }, 'ended');
    },
    async extend(id, to, by) {
      const window = { ...running(id), to, by };
      refuseUnsound(window, registry(), clock.now());
      return replace(window, 'extended');
    },
    look,
    greet: () => registry().sites.forEach(({ id }) => publish(id)),
  };
}

function windowsOf(kept: Kept): readonly MaintenanceWindow[] {
  return kept.map(({ window }) => window);
}

function stageOf(window: MaintenanceWindow, now: number): Stage {
  if (isOn(window, now)) return 'started';
  return instantMillis(window.to) <= now ? 'ended' : 'planned';
}

function refuseUnsound({ site, zone, asset, from, to }: MaintenanceWindow, registry: Registry, now: number): void {
  const [begins, ends] = [instantMillis(from), instantMillis(to)];
  const isKnown =
    (site !== undefined && registry.sites.some(({ id }) => id === site)) ||
    (zone !== undefined && registry.zones.some(({ id }) => id === zone)) ||
    (asset !== undefined && registry.assets.some(({ id }) => id === asset));
  const wrong = [
    ...(isKnown ? [] : [`nothing here is called ${site ?? zone ?? asset ?? '-'}`]),
    ...(ends > begins ? [] : ['it ends before it begins']),
    ...(ends > now ? [] : ['it is over already']),
    ...(ends - begins <= LONGEST_MS ? [] : ['it is longer than 31 days']),
  ];
  if (wrong.length > 0) throw new EdgeError('MAINTENANCE_REFUSED', `this maintenance cannot be: ${wrong.join('; ')}`);
}
