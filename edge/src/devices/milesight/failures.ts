import { objectOf, type JsonObject } from '../json.ts';
import { addFailed, type Speaker } from '../lines.ts';

/** Which metric was not measured when a status stands beside a name, or in its place. */
const MEASURED: ReadonlyMap<string, string> = new Map([
  ['temperature', 'temperature_c'],
  ['humidity', 'humidity_pct'],
  ['depth', 'water_level_m'],
  ['distance', 'distance_m'],
  ['current', 'current_a'],
  ['voltage', 'voltage_v'],
  ['electric_power', 'active_power_w'],
  ['power_factor', 'power_factor'],
  ['power_consumption', 'energy_import_kwh'],
]);

/** A name, its channel, and what makes it a status. */
const NAME =
  /^([a-z_]+?)(?:_ch(?:n|annel)?_?(\d{1,2}))?(_(?:sensor_status|error|exception|collect_error|collection_error_report|collection_anomaly))?$/;
/** What EM320-TH, TS302 and CTH01 put in the place of a value. */
const FAILURE_WORD = /^(?:error|(?:collection|lower_range|under_range|over_range)(?:_err|_failed)?)$/i;
const BLIND = /^blind.*alarm$/i;

interface Failure {
  readonly metric: string;
  readonly part: string | null;
}

const NONE: ReadonlyMap<string, Failure> = new Map();

/** What an object, or the events in it, say was not measured, by the name that its value has or would have. */
export function failuresOf(object: JsonObject): ReadonlyMap<string, Failure> {
  let found: Map<string, Failure> | undefined;
  const events = object['event'];
  const said = Array.isArray(events) ? [object, ...(events as unknown[])] : [object, events];
  for (const one of said) {
    // The history of EM410 and EM411 lists words; its tilt is not here, because it measures all the same.
    if (typeof one === 'string' && BLIND.test(one))
      (found ??= new Map()).set('distance', { metric: 'distance_m', part: null });
    for (const [key, value] of Object.entries(objectOf(one) ?? {})) {
      const failure = failureOf(key, value);
      if (failure) (found ??= new Map()).set(failure.name, failure);
    }
  }
  return found ?? NONE;
}

export function addFailures(from: Speaker, failures: ReadonlyMap<string, Failure>): void {
  for (const { metric, part } of failures.values()) addFailed(from, metric, part);
}

/** A status beside the value, or in its place: anything but "normal" means that it was not measured. */
function failureOf(key: string, value: unknown): (Failure & { readonly name: string }) | undefined {
  // TS201, which measures a temperature alone, marks the entries of its history with it.
  if (key === 'read_status') return failureOf('temperature_sensor_status', value);
  const [, base = '', channel, status] = NAME.exec(key) ?? [];
  const metric = MEASURED.get(base);
  if (metric === undefined || !(status === undefined ? isFailureWord(value) : hasFailed(value))) return undefined;
  const part = channel === undefined ? null : `ch${Number(channel)}`;
  return { name: status === undefined ? key : key.slice(0, -status.length), metric, part };
}

export function isFailureWord(value: unknown): boolean {
  return typeof value === 'string' && FAILURE_WORD.test(value);
}

function hasFailed(status: unknown): boolean {
  const value = objectOf(status)?.['type'] ?? status;
  if (typeof value === 'string') return !/^(?:normal|ok|none|disabled?|0)$|release$/i.test(value);
  return value === true || (typeof value === 'number' && value !== 0);
}
