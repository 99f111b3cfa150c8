import type { Fault } from '@keepsite/edge-contract';

/** What kind of trouble a fault is: two of one kind in one place are likely to have one cause. */
export type Family = 'power' | 'water' | 'silence' | 'elevator' | 'energy' | 'tamper' | 'unknown';

/** What people report is not in the table: two people's words are two things until somebody has looked. */
const FAMILIES: Readonly<Partial<Record<Fault, Family>>> = {
  stopped_outside_door_zone: 'elevator',
  door_fails_to_open: 'elevator',
  door_fails_to_close: 'elevator',
  door_blocked: 'elevator',
  safety_chain_open: 'elevator',
  door_lock_chain_open: 'elevator',
  abnormal_speed: 'elevator',
  abnormal_vibration: 'elevator',
  motor_run_time: 'elevator',
  floor_lost: 'elevator',
  stuck_button: 'elevator',
  battery_low: 'elevator',
  power_loss: 'power',
  phase_loss: 'power',
  voltage_out_of_range: 'power',
  pit_flooding: 'water',
  leak: 'water',
  level_high: 'water',
  level_rising: 'water',
  pump_failed: 'water',
  pump_cycling: 'water',
  demand_peak: 'energy',
  night_waste: 'energy',
  overconsumption: 'energy',
  power_factor_low: 'energy',
  no_data: 'silence',
  tamper: 'tamper',
  unknown: 'unknown',
};

/** Undefined for faults that stand for themselves: those that endanger people, and what people report. */
export function familyOf(fault: Fault): Family | undefined {
  return FAMILIES[fault];
}
