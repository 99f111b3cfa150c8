import type { Fault, Mode, Severity } from '@keepsite/edge-contract';

interface About {
  readonly severity: Severity;
  readonly en: string;
  readonly zh: string;
}

/**
 * What a device's own statement weighs and how it is told. Critical: somebody may be hurt or be
 * shut in, or water is where it must not be. Major: it will become that, or the building stands
 * still. Minor: it can wait for working hours. The numbers in the list of `GovernFaultTypeEnum`
 * that the vendors' maps lead to carry no severity of their own; this table is ours.
 */
const ABOUT: Readonly<Record<Fault, About>> = {
  entrapment: { severity: 'critical', en: 'People trapped in the car', zh: '轿厢困人' },
  stopped_outside_door_zone: { severity: 'major', en: 'Stopped outside the door zone', zh: '非门区停车' },
  door_open_while_running: { severity: 'critical', en: 'Running with the door open', zh: '运行中开门' },
  unintended_movement: { severity: 'critical', en: 'Unintended car movement', zh: '轿厢意外移动' },
  overspeed: { severity: 'critical', en: 'Overspeed', zh: '超速' },
  overrun_top: { severity: 'critical', en: 'Overrun at the top', zh: '冲顶' },
  overrun_bottom: { severity: 'critical', en: 'Overrun at the bottom', zh: '蹲底' },
  door_fails_to_open: { severity: 'major', en: 'Door fails to open', zh: '开门故障' },
  door_fails_to_close: { severity: 'minor', en: 'Door fails to close', zh: '关门故障' },
  door_blocked: { severity: 'minor', en: 'Door blocked', zh: '电梯门被阻挡' },
  safety_chain_open: { severity: 'major', en: 'Safety chain open', zh: '安全回路断开' },
  door_lock_chain_open: { severity: 'major', en: 'Door lock chain open', zh: '门锁回路断开' },
  power_loss: { severity: 'major', en: 'Power lost', zh: '停电' },
  brake: { severity: 'critical', en: 'Brake fault', zh: '制动器故障' },
  abnormal_speed: { severity: 'major', en: 'Abnormal speed', zh: '速度异常' },
  abnormal_vibration: { severity: 'minor', en: 'Abnormal vibration', zh: '异常振动' },
  motor_run_time: { severity: 'major', en: 'Motor run-time limiter tripped', zh: '电动机运转时间限制器动作' },
  floor_lost: { severity: 'minor', en: 'Floor position lost', zh: '楼层位置丢失' },
  passenger_alarm: { severity: 'critical', en: 'A passenger pressed the alarm', zh: '乘客按下报警按钮' },
  // A charging or damaged battery in a car is a fire in the only way out of it.
  ebike_in_car: { severity: 'major', en: 'E-bike in the car', zh: '电动自行车进入轿厢' },
  stuck_button: { severity: 'minor', en: 'Stuck button', zh: '按钮粘连' },
  battery_low: { severity: 'minor', en: 'Battery low', zh: '电池电量低' },
  pit_flooding: { severity: 'major', en: 'Water in the pit', zh: '底坑进水' },
  leak: { severity: 'critical', en: 'Water leak', zh: '漏水' },
  level_high: { severity: 'critical', en: 'Water level high', zh: '水位过高' },
  level_rising: { severity: 'critical', en: 'Water level rising fast', zh: '水位快速上升' },
  pump_failed: { severity: 'critical', en: 'Pump failed', zh: '水泵故障' },
  pump_cycling: { severity: 'minor', en: 'Pump starts too often', zh: '水泵频繁启停' },
  demand_peak: { severity: 'minor', en: 'Demand near the contract', zh: '需量接近合同限值' },
  night_waste: { severity: 'minor', en: 'Unusual night load', zh: '夜间用电异常' },
  overconsumption: { severity: 'minor', en: 'Unusually high consumption', zh: '用电量异常偏高' },
  phase_loss: { severity: 'major', en: 'Phase lost', zh: '缺相' },
  voltage_out_of_range: { severity: 'minor', en: 'Voltage out of range', zh: '电压越限' },
  power_factor_low: { severity: 'minor', en: 'Power factor low', zh: '功率因数偏低' },
  no_data: { severity: 'minor', en: 'No data from the device', zh: '设备无数据' },
  tamper: { severity: 'major', en: 'Device tampered with', zh: '设备被拆动' },
  // What people report weighs what they say: urgent or ordinary.
  repair_elevator: { severity: 'minor', en: 'Repair: elevator', zh: '报修：电梯' },
  repair_electrical: { severity: 'minor', en: 'Repair: electrical', zh: '报修：电气' },
  repair_plumbing: { severity: 'minor', en: 'Repair: plumbing', zh: '报修：给排水' },
  repair_hvac: { severity: 'minor', en: 'Repair: heating and air', zh: '报修：暖通空调' },
  repair_access: { severity: 'minor', en: 'Repair: doors and access', zh: '报修：门禁' },
  repair_cleaning: { severity: 'minor', en: 'Cleaning wanted', zh: '报修：保洁' },
  repair_other: { severity: 'minor', en: 'Repair: other', zh: '报修：其他' },
  // Nobody has mapped the code: it must be seen, and nobody should be woken for a code that may mean nothing.
  unknown: { severity: 'minor', en: 'Unmapped fault code', zh: '未映射的故障代码' },
};

/**
 * Faults that a mode explains: somebody has put the lift into it, or it has gone there as designed,
 * and the fault is what that looks like. What can hurt the people who are then in the shaft
 * (unintended movement, overspeed, overrun) is never explained.
 *
 * `passenger_alarm` is in no list: a person pressed it. `entrapment` is explained by inspection
 * alone: a mechanic in or on the car is a person behind closed doors in a lift that stands still,
 * the car takes no calls, and the mechanic is there already. In every other mode (fire, emergency
 * power, seismic, out of service) people really are shut in.
 */
const EXPLAINED: Readonly<Record<Mode, ReadonlySet<Fault>>> = {
  normal: new Set(),
  inspection: new Set<Fault>([
    'entrapment',
    'stopped_outside_door_zone',
    'door_open_while_running',
    'door_fails_to_open',
    'door_fails_to_close',
    'door_blocked',
    'safety_chain_open',
    'door_lock_chain_open',
    'power_loss',
    'brake',
    'abnormal_speed',
    'abnormal_vibration',
    'motor_run_time',
    'floor_lost',
    'stuck_button',
    'battery_low',
    'tamper',
  ]),
  // Doors stay open at the recall floor; a firefighter keeps the button pressed.
  fire: new Set<Fault>(['door_blocked', 'door_fails_to_close', 'stuck_button']),
  // Parked with doors open or shut, often switched off at the mains.
  out_of_service: new Set<Fault>([
    'door_fails_to_open',
    'door_fails_to_close',
    'door_blocked',
    'safety_chain_open',
    'door_lock_chain_open',
    'power_loss',
    'floor_lost',
    'motor_run_time',
  ]),
  // Cars are moved one after another, slowly.
  emergency_power: new Set<Fault>(['power_loss', 'abnormal_speed', 'motor_run_time', 'floor_lost']),
  // Stops at the next landing, opens and stays; the counterweight switch opens the chain.
  seismic: new Set<Fault>(['door_blocked', 'door_fails_to_close', 'safety_chain_open', 'abnormal_vibration']),
};

/** How much a device's own statement of this fault weighs. */
export function faultSeverity(fault: Fault): Severity {
  return ABOUT[fault].severity;
}

/** A fault in the words of both languages. */
export function faultSummary(fault: Fault): { readonly en: string; readonly zh: string } {
  const { en, zh } = ABOUT[fault];
  return { en, zh };
}

/** True when the mode explains the fault, so that it should be written down and page nobody. */
export function suppressedByMode(fault: Fault, mode: Mode): boolean {
  return EXPLAINED[mode]?.has(fault) ?? false;
}
