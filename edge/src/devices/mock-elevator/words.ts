import type { Fault, Mode } from '@keepsite/edge-contract';

/**
 * Keys and words with which simulators and home-made gateways tell an elevator's state. Only what
 * leaves no doubt is listed. Keys are compared without case, `_`, `-` and blanks.
 */

export const ID_KEYS = [
  'elevatorid',
  'elevatorno',
  'elevatorcode',
  'elevatorname',
  'elevator',
  'liftid',
  'liftno',
  'lift',
  'carid',
  'deviceid',
  'device',
  'id',
  '电梯编号',
  '电梯',
];
export const TIME_KEYS = ['timestamp', 'ts', 'time', 'datetime', 'createdat', '时间'];

export const FLOOR_KEYS = ['floor', 'currentfloor', 'curfloor', 'floornumber', '当前楼层', '楼层'];
export const DOOR_KEYS = ['door', 'doors', 'doorstatus', 'doorstate', '门状态', '轿门', '门'];
export const DIRECTION_KEYS = [
  'direction',
  'dir',
  'movingdirection',
  'runningdirection',
  'traveldirection',
  '运行方向',
  '方向',
];
export const MODE_KEYS = ['mode', 'operationmode', 'operatingmode', 'servicemode', '运行模式', '模式'];
export const STATUS_KEYS = ['status', 'state', 'elevatorstatus', 'elevatorstate', '状态', '电梯状态'];

/** Numbers that are sent in the metric's own unit. */
export const NUMBER_KEYS: ReadonlyMap<string, string> = new Map([
  ['positionm', 'position_m'],
  ['heightm', 'position_m'],
  ['speed', 'speed_mps'],
  ['velocity', 'speed_mps'],
  ['speedmps', 'speed_mps'],
  ['速度', 'speed_mps'],
  ['weight', 'load_kg'],
  ['weightkg', 'load_kg'],
  ['currentweight', 'load_kg'],
  ['load', 'load_kg'],
  ['loadkg', 'load_kg'],
  ['currentload', 'load_kg'],
  ['载重', 'load_kg'],
  ['people', 'people'],
  ['peoplecount', 'people'],
  ['passengers', 'people'],
  ['passengercount', 'people'],
  ['persons', 'people'],
  ['人数', 'people'],
  ['temperaturec', 'temperature_c'],
  ['motortemperaturec', 'motor_temperature_c'],
  ['vibrationmps2', 'vibration_mps2'],
  ['doorcycles', 'door_cycles_total'],
  ['tripcount', 'trips_total'],
  ['trips', 'trips_total'],
]);
/** Units that may stand beside a number, as it is. */
export const OWN_UNITS: ReadonlySet<string> = new Set([
  'm/s',
  'mps',
  'kg',
  'm',
  'c',
  '°c',
  'celsius',
  'm/s2',
  'm/s²',
  '',
]);
export const OCCUPIED_KEYS = ['occupied', 'haspeople', 'haspassengers', '有人'];
/** True is open. */
export const DOOR_OPEN_KEYS = ['dooropen', 'isdooropen', 'doorsopen', 'doorisopen'];

/** Switches of a mode. */
export const MODE_SWITCHES: ReadonlyMap<string, Mode> = new Map<string, Mode>([
  ['firemode', 'fire'],
  ['seismicmode', 'seismic'],
  ['outofservice', 'out_of_service'],
  ['maintenancemode', 'inspection'],
  ['maintenance', 'inspection'],
  ['inmaintenance', 'inspection'],
  ['undermaintenance', 'inspection'],
  ['inspectionmode', 'inspection'],
  ['inspection', 'inspection'],
  ['检修', 'inspection'],
  ['emergencypower', 'emergency_power'],
]);

/** Told by name; false and an empty list say that there is none. */
export const FAULT_KEYS: ReadonlySet<string> = new Set([
  'fault',
  'faults',
  'faultcode',
  'faultcodes',
  'error',
  'errors',
  'errorcode',
  'errorcodes',
  'alarm',
  'alarms',
  '故障',
  '故障代码',
]);
/** A yes or no whose name is the fault. */
export const FAULT_SWITCHES: ReadonlyMap<string, Fault> = new Map<string, Fault>([
  ['trapped', 'entrapment'],
  ['peopletrapped', 'entrapment'],
  ['passengertrapped', 'entrapment'],
  ['entrapment', 'entrapment'],
  ['困人', 'entrapment'],
  ['overspeed', 'overspeed'],
  ['doorblocked', 'door_blocked'],
  ['powerloss', 'power_loss'],
  ['powerfailure', 'power_loss'],
  ['alarmbutton', 'passenger_alarm'],
  ['ebike', 'ebike_in_car'],
]);

export const DOORS: ReadonlyMap<string, string> = new Map([
  ['open', 'open'],
  ['opened', 'open'],
  ['opening', 'opening'],
  ['closed', 'closed'],
  ['close', 'closed'],
  ['closing', 'closing'],
  ['开门', 'open'],
  ['开', 'open'],
  ['打开', 'open'],
  ['开门到位', 'open'],
  ['开门中', 'opening'],
  ['正在开门', 'opening'],
  ['关门', 'closed'],
  ['关', 'closed'],
  ['关闭', 'closed'],
  ['关门到位', 'closed'],
  ['关门中', 'closing'],
  ['正在关门', 'closing'],
]);

export const DIRECTIONS: ReadonlyMap<string, string> = new Map([
  ['up', 'up'],
  ['upward', 'up'],
  ['upwards', 'up'],
  ['movingup', 'up'],
  ['上行', 'up'],
  ['上', 'up'],
  ['down', 'down'],
  ['downward', 'down'],
  ['downwards', 'down'],
  ['movingdown', 'down'],
  ['下行', 'down'],
  ['下', 'down'],
  ['none', 'none'],
  ['idle', 'none'],
  ['stop', 'none'],
  ['stopped', 'none'],
  ['stationary', 'none'],
  ['停止', 'none'],
  ['停留', 'none'],
  ['静止', 'none'],
]);

export const MODES: ReadonlyMap<string, Mode> = new Map<string, Mode>([
  ['normal', 'normal'],
  ['auto', 'normal'],
  ['automatic', 'normal'],
  ['inservice', 'normal'],
  ['正常', 'normal'],
  ['自动', 'normal'],
  ['maintenance', 'inspection'],
  ['inspection', 'inspection'],
  ['检修', 'inspection'],
  ['维修', 'inspection'],
  ['维保', 'inspection'],
  ['fire', 'fire'],
  ['firemode', 'fire'],
  ['消防', 'fire'],
  ['outofservice', 'out_of_service'],
  ['停用', 'out_of_service'],
  ['停止服务', 'out_of_service'],
  ['emergencypower', 'emergency_power'],
  ['应急电源', 'emergency_power'],
  ['seismic', 'seismic'],
  ['earthquake', 'seismic'],
  ['地震', 'seismic'],
]);

/** Words of a state that is a fault. */
export const FAULT_STATES: ReadonlyMap<string, Fault> = new Map<string, Fault>([
  ['fault', 'unknown'],
  ['faulty', 'unknown'],
  ['error', 'unknown'],
  ['故障', 'unknown'],
  ['trapped', 'entrapment'],
  ['entrapment', 'entrapment'],
  ['困人', 'entrapment'],
  ['overspeed', 'overspeed'],
  ['超速', 'overspeed'],
]);

/** Words of a state that is no fault. */
export const CALM_STATES: ReadonlySet<string> = new Set([
  ...MODES.keys(),
  ...DIRECTIONS.keys(),
  'running',
  'moving',
  'ok',
  'online',
  '运行',
  '运行中',
]);

/** The names of faults in words; a number means nothing here. */
export const FAULTS: ReadonlyMap<string, Fault> = new Map<string, Fault>([
  ...FAULT_STATES,
  ['peopletrapped', 'entrapment'],
  ['passengertrapped', 'entrapment'],
  ['平层困人', 'entrapment'],
  ['非平层困人', 'entrapment'],
  ['关人', 'entrapment'],
  ['doorblocked', 'door_blocked'],
  ['dooropenwhilerunning', 'door_open_while_running'],
  ['运行中开门', 'door_open_while_running'],
  ['unintendedmovement', 'unintended_movement'],
  ['开门走车', 'unintended_movement'],
  ['门区外停梯', 'stopped_outside_door_zone'],
  ['冲顶', 'overrun_top'],
  ['蹲底', 'overrun_bottom'],
  ['powerloss', 'power_loss'],
  ['powerfailure', 'power_loss'],
  ['停电', 'power_loss'],
  ['doorfailstoopen', 'door_fails_to_open'],
  ['开门故障', 'door_fails_to_open'],
  ['doorfailstoclose', 'door_fails_to_close'],
  ['关门故障', 'door_fails_to_close'],
  ['brake', 'brake'],
  ['brakefailure', 'brake'],
]);

export const NO_FAULT: ReadonlySet<string> = new Set([
  '',
  'none',
  'no',
  'ok',
  'normal',
  'null',
  '0',
  'false',
  '无',
  '正常',
]);
