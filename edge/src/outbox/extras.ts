import type { BatchResult, DailyEnergy, DeviceStatus, Registry, ToldReporter } from '@keepsite/edge-contract';
import type { RefusedRecord } from '../events.ts';
import type { Store } from '../ports.ts';
import { createReporters } from '../repair/reporters.ts';
import { createDailyQueue } from './daily-queue.ts';

const DEVICES_EVERY_MS = 30_000;

/** What travels beside events and blocks when its time has come. */
export interface Extras {
  registry?: Registry;
  devices?: DeviceStatus[];
  daily?: DailyEnergy[];
  reporters?: ToldReporter[];
}

export interface ExtrasParts {
  readonly registry: () => Registry;
  readonly devices: () => readonly DeviceStatus[];
  readonly store: Pick<Store, 'cursor' | 'saveCursor' | 'cursorKeys' | 'forgetCursor' | 'daily'>;
}

/** Keeps track of them: the registry once per start and after each change, devices every 30 s, daily energy until it has arrived. */
export interface ExtrasKeeper {
  /** `at` in real ms. */
  due(at: number): Extras;
  /** The cloud answered. */
  reached(carried: Extras, at: number): void;
  /** Notes the verdicts; answers what was refused for good. */
  settle(carried: Extras, results: BatchResult['results']): RefusedRecord[];
  /** The cloud cannot read them: answers what is given up, by kind. */
  give(carried: Extras, at: number): string[];
  dailyChanged(days: readonly string[]): void;
}

export function createExtras({ registry, devices, store }: ExtrasParts): ExtrasKeeper {
  const daily = createDailyQueue(store);
  const reporters = createReporters(store);
  /** The one that the cloud has: a change makes another of it. */
  let registrySent: Registry | null = null;
  let devicesAt = -Infinity;

  return {
    due(at) {
      const rows = daily.next();
      const told = reporters.unsent();
      return {
        ...(registrySent === registry() ? {} : { registry: registry() }),
        ...(at - devicesAt >= DEVICES_EVERY_MS ? { devices: [...devices()] } : {}),
        ...(rows.length > 0 ? { daily: rows } : {}),
        ...(told.length > 0 ? { reporters: told } : {}),
      };
    },
    reached(carried, at) {
      if (carried.devices) devicesAt = at;
      if (carried.reporters) reporters.sent(carried.reporters);
    },
    settle(carried, results) {
      const own = results.filter(({ kind }) => kind === 'registry' || kind === 'daily');
      const again = new Set(own.filter(({ verdict }) => verdict === 'retry').map(({ kind }) => kind));
      if (carried.registry && !again.has('registry')) registrySent = carried.registry;
      if (carried.daily && !again.has('daily')) daily.done();
      return own
        .filter(({ verdict }) => verdict === 'rejected')
        .map(({ kind, seq, reason }) => ({ kind, seq, reason: reason ?? 'no reason given' }));
    },
    give(carried, at) {
      if (carried.registry) registrySent = carried.registry;
      if (carried.devices) devicesAt = at;
      if (carried.daily) daily.done();
      if (carried.reporters) reporters.sent(carried.reporters);
      return Object.keys(carried);
    },
    dailyChanged: daily.add,
  };
}
