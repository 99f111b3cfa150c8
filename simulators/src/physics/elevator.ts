import type { Millis } from '@keepsite/edge-contract';
import type { Random } from '../random.ts';
import { wallClock } from '../local-time.ts';
import type { ElevatorSpec } from '../world/specs.ts';

type Door = 'open' | 'opening' | 'closed' | 'closing';

/** An elevator as its controller knows it. Floors are 3.6 m apart; floor 1 is at 0 m. */
export interface ElevatorState {
  readonly at: Millis;
  readonly positionM: number;
  readonly floor: number;
  readonly speedMps: number;
  readonly direction: 'up' | 'down' | 'none';
  readonly door: Door;
  readonly people: number;
  readonly loadKg: number;
  readonly trips: number;
  readonly doorCycles: number;
  readonly motorC: number;
  readonly vibrationMps2: number;
  readonly trapped: boolean;
}

export interface Elevator {
  /** Lives on to `at` in steps of a second; earlier instants are ignored, long gaps are skipped. */
  advance(at: Millis): void;
  /** Stops the car between two floors, doors shut, with somebody inside. */
  trap(): void;
  /** Levels the car, opens the doors and lets the people out. */
  release(): void;
  state(): ElevatorState;
}

const FLOOR_M = 3.6;
const STEP = 1000;
const LONGEST_CATCH_UP = 900_000;
const DOOR_SECONDS = { opening: 2, open: 6, closing: 2 } as const;
const ACCELERATION = 0.9;

/** Deterministic for the same stream and the same instants. */
export function elevatorOf(spec: ElevatorSpec, zone: string, random: Random, startAt: Millis): Elevator {
  let at = Math.floor(startAt / STEP) * STEP;
  let positionM = (random.int(1, spec.topFloor) - 1) * FLOOR_M;
  let speed = 0;
  let target: number | null = null;
  let door: Door = 'closed';
  let doorSeconds = 0;
  let people = 0;
  let trips = random.int(80_000, 400_000);
  let doorCycles = trips + random.int(1_000, 9_000);
  let motorC = 32;
  let trapped = false;

  function second(): void {
    motorC += (speed === 0 ? 30 - motorC : 68 - motorC) / 400;
    if (trapped) return;
    if (door !== 'closed') return moveDoor();
    if (target !== null) return run(target);
    if (random.chance(busyness(at, zone) * (spec.callsPerHour / 3600))) call();
  }

  function call(): void {
    if (people === 0) people = random.int(0, 3);
    let floor = random.int(1, spec.topFloor);
    if (floor === nearestFloor()) floor = (floor % spec.topFloor) + 1;
    target = (floor - 1) * FLOOR_M;
    trips += 1;
  }

  function run(to: number): void {
    const distance = to - positionM;
    const brake = Math.sqrt(2 * ACCELERATION * Math.abs(distance));
    const wanted = Math.sign(distance) * Math.min(spec.ratedSpeedMps, brake);
    speed += Math.max(-ACCELERATION, Math.min(ACCELERATION, wanted - speed));
    positionM += speed;
    if (Math.abs(to - positionM) > Math.max(0.5, Math.abs(speed) * 0.6)) return;
    positionM = to;
    speed = 0;
    target = null;
    openDoor();
  }

  function openDoor(): void {
    door = 'opening';
    doorSeconds = 0;
    doorCycles += 1;
  }

  function moveDoor(): void {
    doorSeconds += 1;
    if (door === 'opening' && doorSeconds >= DOOR_SECONDS.opening) return turn('open');
    if (door === 'open' && doorSeconds >= DOOR_SECONDS.open) return exchange();
    if (door === 'closing' && doorSeconds >= DOOR_SECONDS.closing) turn('closed');
  }

  function exchange(): void {
    people = random.chance(0.8) ? 0 : random.int(1, 3);
    turn('closing');
    if (people > 0) call();
  }

  function turn(next: Door): void {
    door = next;
    doorSeconds = 0;
  }

  const nearestFloor = () => Math.round(positionM / FLOOR_M) + 1;

  return {
    advance(to) {
      if (to - at > LONGEST_CATCH_UP) at = Math.floor((to - LONGEST_CATCH_UP) / STEP) * STEP;
      for (; at + STEP <= to; at += STEP) second();
    },
    trap() {
      trapped = true;
      const below = Math.min(Math.max(1, nearestFloor()), spec.topFloor - 1);
      positionM = (below - 1) * FLOOR_M + 1.7;
      speed = 0;
      target = null;
      door = 'closed';
      people = Math.max(people, 2);
    },
    release() {
      if (!trapped) return;
      trapped = false;
      positionM = (nearestFloor() - 1) * FLOOR_M;
      people = 0;
      openDoor();
    },
    state: () => ({
      at,
      positionM,
      floor: nearestFloor(),
      speedMps: Math.abs(speed),
      direction: speed > 0 ? 'up' : speed < 0 ? 'down' : 'none',
      door,
      people,
      loadKg: people * 72,
      trips,
      doorCycles,
      motorC,
      vibrationMps2: 0.02 + 0.06 * Math.min(1, Math.abs(speed)),
      trapped,
    }),
  };
}

function busyness(at: Millis, zone: string): number {
  const { hour, weekday } = wallClock(at, zone);
  if (hour < 6.5 || hour > 22) return 0.08;
  const peak = [8.6, 12.3, 18].reduce((sum, h) => sum + Math.exp(-(((hour - h) / 0.9) ** 2)), 0);
  return (weekday <= 5 ? 1 : 0.3) * Math.min(1, 0.35 + peak);
}
