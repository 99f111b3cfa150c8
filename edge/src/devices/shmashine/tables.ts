import type { Fault, Mode } from '@keepsite/edge-contract';

/**
 * The platform's own fault types (`GovernFaultTypeEnum`). Not listed, so `unknown` with their code:
 * 18 and 42 (a sensor of the monitor itself), 23–36 (escalators), 39 (no face mask), 41 (switched
 * off on purpose).
 */
export const FAULT_TYPES: ReadonlyMap<number, Fault> = new Map<number, Fault>([
  [1, 'overrun_top'],
  [2, 'overrun_bottom'],
  [3, 'overspeed'],
  [4, 'door_open_while_running'],
  [5, 'unintended_movement'],
  [6, 'stopped_outside_door_zone'],
  [7, 'entrapment'],
  [8, 'entrapment'],
  [9, 'power_loss'],
  [10, 'safety_chain_open'],
  [11, 'door_fails_to_open'],
  [12, 'door_fails_to_close'],
  [13, 'door_lock_chain_open'],
  [14, 'stuck_button'],
  [15, 'abnormal_speed'],
  [16, 'brake'],
  [17, 'motor_run_time'],
  [19, 'floor_lost'],
  [20, 'door_blocked'],
  [21, 'passenger_alarm'],
  [22, 'battery_low'],
  [37, 'ebike_in_car'],
  [38, 'abnormal_vibration'],
  [40, 'door_blocked'],
]);

/** Events of GB/T 24476 that change the mode; 44 sends the car to the fire floor, 45 is the firefighters' own ride. */
export const EVENT_MODES: ReadonlyMap<number, Mode> = new Map<number, Mode>([
  [40, 'normal'],
  [42, 'out_of_service'],
  [43, 'inspection'],
  [44, 'fire'],
  [45, 'fire'],
  [46, 'emergency_power'],
  [47, 'seismic'],
]);

/** The event of GB/T 24476 that is a fault here: the main power is gone. */
export const MAIN_POWER_OFF = 41;

/** Codes above the fault list that can only be mode events, also where a fault message carries them. */
export const FIRST_PURE_EVENT = 43;

/** `EventEscalator`. */
export const ESCALATOR_MODES: ReadonlyMap<number, Mode> = new Map<number, Mode>([
  [0, 'normal'],
  [1, 'inspection'],
]);

/** `modeStatus` of a frame. */
export const STATUS_MODES: ReadonlyMap<number, Mode> = new Map<number, Mode>([
  [0, 'normal'],
  [1, 'inspection'],
  [2, 'out_of_service'],
]);

export const DIRECTIONS: ReadonlyMap<number, string> = new Map([
  [0, 'none'],
  [1, 'up'],
  [2, 'down'],
]);

/** `door_status` of first devices and `doorStatus` of protocol 2.0.0; elsewhere that key is the landing door's lock. */
export const DOORS: ReadonlyMap<number, string> = new Map([
  [0, 'closed'],
  [1, 'open'],
  [2, 'closing'],
  [3, 'opening'],
]);

/** Bytes of a frame's tail that state a fault: 1 raised, 0 cleared. */
export const FAULT_BYTES: readonly (readonly [name: string, fault: Fault])[] = [
  ['safeLoop', 'safety_chain_open'],
  ['doorLoop', 'door_lock_chain_open'],
  ['stopOutLockArea', 'stopped_outside_door_zone'],
  ['carroofAccidentShift', 'unintended_movement'],
];

/** `nowStatus` of a box without a fault. */
export const NORMAL = 0;

/** `nowStatus`: 2 trapped at level, 3 trapped off level. */
export const TRAPPED: ReadonlyMap<number, 'raised' | 'cleared'> = new Map([
  [NORMAL, 'cleared'],
  [2, 'raised'],
  [3, 'raised'],
]);
