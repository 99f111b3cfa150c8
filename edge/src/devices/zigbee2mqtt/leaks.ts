import type { JsonObject } from '../json.ts';
import { addBoolean, addValue, booleanOf, type Speaker } from '../lines.ts';

/** Adds what an attribute tells of a leak; `values` is the state around it. */
type TellLeak = (from: Speaker, raw: unknown, values: JsonObject) => void;

/**
 * How devices tell a leak, by attribute. The last two need their neighbours, so alone on a topic they
 * say nothing. Source: the device definitions of github.com/Koenkk/zigbee-herdsman-converters.
 */
export const LEAKS: ReadonlyMap<string, TellLeak> = new Map<string, TellLeak>([
  ['water_leak', addWaterLeak],
  ['current_device_status', addValveState],
  ['valve_abnormal_state', addValveState],
  ['water_leakage_state', addLeakageState],
  ['active_water_leak', addActiveLeak],
  ['alarm_status', addAlarmStatus],
]);

function addWaterLeak(from: Speaker, raw: unknown, values: JsonObject): void {
  // Set to wait for water that ends, a device rings when there is none.
  if (values['alarm_mode'] === 'water_absence') return;
  addBoolean(from, 'leak', booleanOf(values['active_water_leak'] ?? null) === true ? true : raw);
}

/** Beside `water_leak` of a device that tells two: either is a leak, and it is said there. */
function addActiveLeak(from: Speaker, raw: unknown, values: JsonObject): void {
  if (values['water_leak'] === undefined) addBoolean(from, 'leak', raw);
}

/** Of a probe that watches for water or for its absence; without its mode the alarm could be any other's. */
function addAlarmStatus(from: Speaker, raw: unknown, { mode }: JsonObject): void {
  if (mode === 'leakage' && (raw === 'alarm' || raw === 'normal')) addValue(from, 'leak', raw === 'alarm');
}

const DRY_VALVE =
  /^(?:normal(?:_state)?|(?:water_shortage|fail_safe)(?:_channel_\d)?(?:,(?:water_shortage|fail_safe)(?:_channel_\d)?)*)$/;

/** A water valve watches its own flow: one word or several, among them `water_leakage`. */
function addValveState(from: Speaker, raw: unknown): void {
  if (typeof raw !== 'string') return;
  if (raw.includes('water_leakage')) addValue(from, 'leak', true);
  else if (DRY_VALVE.test(raw)) addValue(from, 'leak', false);
}

function addLeakageState(from: Speaker, raw: unknown): void {
  if (raw === 'water_leakage_yes') addValue(from, 'leak', true);
  else if (raw === 'water_leakage_no') addValue(from, 'leak', false);
}
