import { metricKind, type CanonicalMetric } from '@keepsite/edge-contract';
import { unitOf } from './metrics.ts';
import type { Leaf, Steps } from './payload.ts';

/** A reading as a mapping writes it. */
export interface ReadingEntry {
  readonly path: string;
  readonly metric: string;
  readonly part?: string;
  readonly unit?: string;
  readonly words?: Readonly<Record<string, boolean | string>>;
}

/** What a value probably is. `sure` is false where the key leaves the unit open. */
export interface Guess extends Omit<ReadingEntry, 'path'> {
  readonly sure: boolean;
}

type Rule = readonly [key: RegExp, metric: CanonicalMetric, needs?: (value: Leaf) => boolean];

const isSmall = (value: Leaf): boolean => typeof value === 'number' && value <= 5 && !Number.isInteger(value);
const isYesNo = (value: Leaf): boolean =>
  typeof value === 'boolean' ||
  value === 0 ||
  value === 1 ||
  (typeof value === 'string' && pairOf(value) !== undefined);
const isNumber = (value: Leaf): boolean =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)));
const isWord = (value: Leaf): boolean => typeof value === 'string' || typeof value === 'number';

/** The first that fits wins; keys are words in small letters, parted and surrounded by spaces. */
const RULES: readonly Rule[] = [
  [/ dew| 露点|露点/, 'dew_point_c', isNumber],
  [/ motor.* temp| 电机.*温|电机.*温/, 'motor_temperature_c', isNumber],
  [/ (temp|temperature|tmp|tc|temperatur) |温/, 'temperature_c', isNumber],
  [/ (hum|humi|humid|humidity|rh) |湿/, 'humidity_pct', isNumber],
  [/ (vbat|batv|bat mv|battery mv) |(batt?|battery|电池).*(volt|mv|电压)/, 'battery_v', isNumber],
  [/ (batt?|battery|soc) |电池/, 'battery_v', isSmall],
  [/ (batt?|battery|soc) |电池/, 'battery_pct', isNumber],
  [/ (rssi|signal) |信号/, 'rssi_dbm', isNumber],
  [/ (lqi|linkquality|link quality) |链路/, 'link_quality', isNumber],
  [/ k?varh |无功.*电[量能]/, 'reactive_energy_kvarh', isNumber],
  [
    /(export|reverse|returned|feed).*(energy|k?wh)|(energy|k?wh).*(export|reverse|returned)|反向.*电|反送/,
    'energy_export_kwh',
    isNumber,
  ],
  [/ (k|m)?wh |energy|电能|电量|用电/, 'energy_import_kwh', isNumber],
  [/ (pf|cosphi|cos phi|power factor|powerfactor) |功率因数/, 'power_factor', isNumber],
  [/ k?var |reactive|无功/, 'reactive_power_var', isNumber],
  [/ k?va |apparent|视在/, 'apparent_power_va', isNumber],
  [/demand|需量/, 'demand_kw', isNumber],
  [/power| (k|m)?w |watt|功率/, 'active_power_w', isNumber],
  [/ volt|voltage| [uv]([abc]|ab|bc|ca|l[123])? |电压/, 'voltage_v', isNumber],
  [/ (curr|current|amps?|ampere|amperage|i([abc]|l[123])?) |电流/, 'current_a', isNumber],
  [/ freq| hz |频率/, 'frequency_hz', isNumber],
  [/float|浮球| (high level|level high|overflow) /, 'float_high', isYesNo],
  [/leak| (wet|flood|flooded|immersion|water (alarm|detected|state)) |漏水|水浸|浸水|进水/, 'leak', isYesNo],
  [/pump|水泵| running /, 'pump_running', isYesNo],
  [/level|depth| water height |水位|液位/, 'water_level_m', isNumber],
  [/ (dist|distance) |距离/, 'distance_m', isNumber],
  [
    /(flow|water|流量|用水).*(total|sum|accum|累计)|(total|accum|累计).*(flow|water|流量|水)/,
    'water_total_m3',
    isNumber,
  ],
  [/flow|流量/, 'flow_m3h', isNumber],
  [/ (speed|velocity) |速度/, 'speed_mps', isNumber],
  [/ (load|weight) |载重|重量/, 'load_kg', isNumber],
  [/ (people|persons|passengers) |人数/, 'people', isNumber],
  [/door.*(count|cycles)|开关?门次数/, 'door_cycles_total', isNumber],
  [/ (trips?|starts) (count|total)|trip count|运行次数/, 'trips_total', isNumber],
  [/vibration.* mm |位移/, 'vibration_mm', isNumber],
  [/vibration|振动|震动/, 'vibration_mps2', isNumber],
  [/ (occupied|presence|human) |有人/, 'occupied', isYesNo],
  [/ (direction|dir) |方向/, 'direction', isWord],
  [/ door( state| status)? |门状态/, 'door', isWord],
  [/ (floor|storey|current floor) |楼层/, 'floor', isWord],
  [/ (position|height) |位置/, 'position_m', isNumber],
  [/ (online|connected) |在线/, 'online', isYesNo],
];

/** The device's unit by a word of its key; only where it can be turned into the metric's own. */
const UNIT_WORDS: readonly (readonly [RegExp, string, string])[] = [
  [/ cm |厘米/, 'm', 'cm'],
  [/ mm |毫米/, 'm', 'mm'],
  [/ ft /, 'm', 'ft'],
  [/ kw |千瓦/, 'W', 'kW'],
  [/ mw /, 'W', 'MW'],
  [/ kvar /, 'var', 'kvar'],
  [/ kva /, 'VA', 'kVA'],
  [/ wh /, 'kWh', 'Wh'],
  [/ mwh /, 'kWh', 'MWh'],
  [/ mv |毫伏/, 'V', 'mV'],
  [/ ma |毫安/, 'A', 'mA'],
  [/ (f|fahrenheit) |℉|华氏/, '°C', '°F'],
  [/ l min | lpm /, 'm³/h', 'l/min'],
  [/ l h | lph /, 'm³/h', 'l/h'],
  [/ l s | lps /, 'm³/h', 'l/s'],
  [/ (l|liters?|litres?) |升/, 'm³', 'l'],
];
/** Keys that say the metric's own unit aloud. */
const OWN_UNIT = / (m|meters?|metres?|v|a|w|kwh|c|celsius|percent|pct|m3|m3h|mps) |米|℃|摄氏|千瓦时/;

const PARTS: readonly (readonly [RegExp, string])[] = [
  [/ (ua|ub|uc|va|vb|vc|ia|ib|ic|pa|pb|pc) /, ''],
  [/ (a|l1|phase a|phase1) |a相/, 'a'],
  [/ (b|l2|phase b|phase2) |b相/, 'b'],
  [/ (c|l3|phase c|phase3) |c相/, 'c'],
  [/ (total|sum|tot) |总/, 'total'],
];
const ELECTRIC: ReadonlySet<string> = new Set([
  'active_power_w',
  'reactive_power_var',
  'apparent_power_va',
  'power_factor',
  'voltage_v',
  'current_a',
]);

/** Guesses what stands at a way from the names of its keys and its value; undefined when they tell nothing. */
export function guessReading(steps: Steps, value: Leaf): Guess | undefined {
  const own = keyWords(steps.slice(-1));
  const whole = keyWords(steps);
  const metric = metricAt(own, whole, value);
  if (!metric) return undefined;
  const unit = deviceUnit(metric, own);
  const part = ELECTRIC.has(metric) ? partOf(own) : undefined;
  const words = wordsFor(metric, value);
  // A level of 132 may be metres for nobody, and yet the key alone does not tell centimetres.
  const openUnit = unitOf(metric) === 'm' && unit === undefined && !OWN_UNIT.test(own);
  return {
    metric,
    sure: !openUnit,
    ...(part && { part }),
    ...(unit && { unit }),
    ...(words && { words }),
  };
}

/** The key decides; what stands around it may say more closely whose temperature or voltage it is. */
function metricAt(own: string, whole: string, value: Leaf): CanonicalMetric | undefined {
  const byKey = metricOf(own, value);
  const byWay = metricOf(whole, value);
  return byKey && byWay && unitOf(byKey) !== unitOf(byWay) ? byKey : (byWay ?? byKey);
}

function metricOf(words: string, value: Leaf): CanonicalMetric | undefined {
  if (value === null) return RULES.find(([key]) => key.test(words))?.[1];
  return RULES.find(([key, , needs]) => key.test(words) && (needs?.(value) ?? true))?.[1];
}

function deviceUnit(metric: string, words: string): string | undefined {
  return UNIT_WORDS.find(([key, own]) => own === unitOf(metric) && key.test(words))?.[2];
}

function partOf(words: string): string | undefined {
  const found = PARTS.find(([key]) => key.test(words));
  return found?.[1] === '' ? found[0].exec(words)?.[1]?.at(-1) : found?.[1];
}

/** ` motor temp c ` of `motorTemp_C`. */
function keyWords(steps: Steps): string {
  const text = steps
    .filter((step) => typeof step === 'string')
    .join(' ')
    .replaceAll(/([a-z]{2})([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}℃℉]+/gu, ' ');
  return ` ${text.trim()} `;
}

/** Words of devices for yes and no that the edge does not know by itself. */
const PAIRS: readonly (readonly [yes: string, no: string])[] = [
  ['run', 'stop'],
  ['running', 'stopped'],
  ['wet', 'dry'],
  ['leak', 'normal'],
  ['alarm', 'normal'],
  ['open', 'closed'],
  ['high', 'low'],
  ['active', 'inactive'],
  ['运行', '停止'],
  ['启动', '停止'],
  ['漏水', '正常'],
  ['报警', '正常'],
  ['有', '无'],
  ['是', '否'],
  ['开', '关'],
];
const PLAIN = new Set(['true', 'false', 'on', 'off', 'yes', 'no', '0', '1']);

function pairOf(value: string): readonly [string, string] | undefined {
  const word = value.trim().toLowerCase();
  if (PLAIN.has(word)) return [word, word];
  return PAIRS.find((pair) => pair.includes(word));
}

const TEXT_WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  direction: {
    上: 'up',
    上行: 'up',
    u: 'up',
    下: 'down',
    下行: 'down',
    d: 'down',
    停: 'none',
    stop: 'none',
    idle: 'none',
  },
  door: { 开: 'open', 开门: 'open', opened: 'open', 关: 'closed', 关门: 'closed', close: 'closed' },
};

/** What the device's word means, where the edge does not know it; both words of a known pair. */
export function wordsFor(metric: string, value: Leaf): ReadingEntry['words'] {
  const kind = metricKind(metric);
  if (typeof value !== 'string') return undefined;
  const word = value.trim();
  if (kind?.type === 'text' && kind.words && !kind.words.includes(word.toLowerCase())) {
    const known = TEXT_WORDS[metric] ?? {};
    const meaning = Object.hasOwn(known, word.toLowerCase()) ? known[word.toLowerCase()] : undefined;
    return meaning === undefined ? undefined : { [word]: meaning };
  }
  if (kind?.type !== 'boolean' || PLAIN.has(word.toLowerCase())) return undefined;
  const pair = pairOf(word);
  if (!pair) return { [word]: true };
  const shape = (text: string): string => (word === word.toUpperCase() ? text.toUpperCase() : text);
  return { [shape(pair[0])]: true, [shape(pair[1])]: false };
}

const TIME_KEY = / (ts|t|time|timestamp|datetime|date|at|created at|report time) |时间|时刻/;
const TIME_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}-\d\d-\d\dT/, 'iso'],
  [/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, 'yyyy-MM-dd HH:mm:ss'],
  [/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d$/, 'yyyy/MM/dd HH:mm:ss'],
  [/^\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d$/, 'dd/MM/yyyy HH:mm:ss'],
  [/^20\d{12}$/, 'yyyyMMddHHmmss'],
];

/** The form of a time, where key and value tell of one. */
export function guessTime(steps: Steps, value: Leaf): string | undefined {
  return TIME_KEY.test(keyWords(steps.slice(-1))) ? timeFormat(value) : undefined;
}

/** The form that a value would have if it were a time; undefined where it can be none. */
export function timeFormat(value: Leaf): string | undefined {
  const text = String(value);
  const written = TIME_TEXTS.find(([form]) => form.test(text))?.[1];
  if (written) return written;
  const count = /^\d{10,19}(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (count >= 1e18) return 'nanoseconds';
  if (count >= 1e15) return 'microseconds';
  if (count >= 1e12) return 'milliseconds';
  return count >= 1e9 && count < 1e10 ? 'seconds' : undefined;
}
