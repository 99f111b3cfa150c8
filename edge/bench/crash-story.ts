import type { Fault } from '@keepsite/edge-contract';
import type { LoadDevice } from './devices.ts';
import type { Letter } from './publisher.ts';

/** A reading that was said: its device time, ms, is its name; `trips_total` counts the device's readings. */
export interface SpokenReading {
  readonly at: number;
  readonly value: number;
  readonly letter: Letter;
}

/** What one device said of one fault, in order: raised, cleared, raised again. */
export interface SpokenFault {
  readonly asset: string;
  readonly fault: Fault;
  readonly letters: Letter[];
}

/** Everything that the devices of one connection have said. */
export interface CrashLane {
  readonly devices: readonly LoadDevice[];
  readonly readings: ReadonlyMap<string, readonly SpokenReading[]>;
  readonly faults: readonly SpokenFault[];
  readonly next: () => Letter;
}

export const CRASH_METRIC = 'trips_total';

const FAULTS: readonly Fault[] = [
  ...(['entrapment', 'overspeed', 'brake', 'overrun_top', 'overrun_bottom', 'passenger_alarm'] as const),
  ...(['safety_chain_open', 'power_loss', 'abnormal_speed', 'ebike_in_car', 'pit_flooding', 'tamper'] as const),
  ...(['door_blocked', 'stuck_button', 'floor_lost'] as const),
];
const STATES = ['raised', 'cleared', 'raised'] as const;
const FAULT_EVERY_MS = 250;

/** Elevators that count their trips and, four times a second, one of them states a fault. */
export function createCrashLane(lane: number, elevators: number): CrashLane {
  const ids = Array.from({ length: elevators }, (_, i) => `lift-${lane}-${i}`);
  const readings = new Map<string, SpokenReading[]>(ids.map((id) => [id, []]));
  const faults: SpokenFault[] = [];
  let [turn, faultAt, open]: [number, number, SpokenFault | null] = [0, 0, null];

  function reading(now: number): Letter {
    const id = ids[turn++ % ids.length] as string;
    const own = readings.get(id) as SpokenReading[];
    const at = Math.max(now, (own.at(-1)?.at ?? 0) + 1);
    const value = own.length + 1;
    const letter = write(`${id}/reading`, { at, metric: CRASH_METRIC, value });
    own.push({ at, value, letter });
    return letter;
  }

  /** A statement follows only once the one before it was acknowledged: a device knows what it has said. */
  function statement(now: number): Letter | null {
    if (open?.letters.at(-1)?.acknowledged === false) return null;
    if (!open || open.letters.length === STATES.length) open = another();
    if (!open) return null;
    const letter = write(`${open.asset.slice('asset-'.length)}/fault`, {
      at: now,
      fault: open.fault,
      state: STATES[open.letters.length],
    });
    open.letters.push(letter);
    return letter;
  }

  function another(): SpokenFault | null {
    const fault = FAULTS[Math.floor(faults.length / ids.length)];
    if (!fault) return null;
    const begun: SpokenFault = { asset: `asset-${ids[faults.length % ids.length]}`, fault, letters: [] };
    faults.push(begun);
    return begun;
  }

  return {
    devices: ids.map((id) => ({
      id,
      family: 'keepsite',
      kind: 'elevator',
      readings: 1,
      says: () => ({ topic: '', payload: '' }),
    })),
    readings,
    faults,
    next() {
      const now = Date.now();
      if (now < faultAt) return reading(now);
      faultAt = now + FAULT_EVERY_MS;
      return statement(now) ?? reading(now);
    },
  };
}

function write(path: string, content: object): Letter {
  return { topic: `keepsite/bench/devices/${path}`, payload: JSON.stringify(content), sent: 0, acknowledged: false };
}
