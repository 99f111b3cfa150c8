/**
 * The words of the house: one spelling per idea, everywhere (edge, cloud, screens, documents).
 * A word that is not listed here does not travel between rooms.
 */

/** Epoch milliseconds, UTC. Inside the house an instant is this number; on the wire it is RFC 3339. */
export type Millis = number;

export const QUALITIES = ['good', 'stale', 'cached', 'bad', 'unknown'] as const;
/**
 * How far a reading can be trusted. `unknown`: the device said null. `bad`: the device says that it
 * failed to read. `cached`: retained by the broker or dated more than five minutes before it was
 * received. `stale`: set by silence, never by decoding.
 */
export type Quality = (typeof QUALITIES)[number];

export const SEVERITIES = ['critical', 'major', 'minor', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const CONDITIONS = ['active', 'cleared', 'no_data'] as const;
/** What the sensors say. `no_data` never means cleared. */
export type Condition = (typeof CONDITIONS)[number];

export const RESPONSES = ['open', 'acknowledged', 'on_site', 'resolved', 'closed', 'cancelled'] as const;
/** What people have done about it. Sensors move the condition, never the response. */
export type Response = (typeof RESPONSES)[number];

export const TERMS = ['acknowledge', 'on_site', 'resolve'] as const;
/** An SLA term: one promise with one clock. */
export type Term = (typeof TERMS)[number];

export const VERDICTS = ['running', 'met', 'breached', 'excluded', 'unknown'] as const;
export type Verdict = (typeof VERDICTS)[number];

export const PROOFS = ['declared', 'verified'] as const;
/** How somebody's presence on site is known. */
export type Proof = (typeof PROOFS)[number];

export const PROOF_WAYS = ['code', 'network', 'attested'] as const;
/** What verified it: the code on the asset, the gateway's own network, or somebody who may attest it. */
export type ProofWay = (typeof PROOF_WAYS)[number];

export const PHOTO_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;
export type PhotoType = (typeof PHOTO_TYPES)[number];

export const VERBS = [
  'acknowledge',
  'arrive',
  'resolve',
  'close',
  'cancel',
  'note',
  'release',
  'handover',
  'escalate',
  'dispatch',
  'approve',
  'decline',
  'confirm_order',
  'receive_order',
  'call_off_order',
  'arrange',
] as const;
/** What a person may do to an incident; also the last path segment of the HTTP route. */
export type Verb = (typeof VERBS)[number];

export const ROLES = ['viewer', 'crew', 'dispatcher', 'supervisor', 'installer', 'account-manager', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export const COLOURS = ['grey', 'green', 'yellow', 'red'] as const;
export type Colour = (typeof COLOURS)[number];

export const ELEVATOR_FAULTS = [
  'entrapment',
  'stopped_outside_door_zone',
  'door_open_while_running',
  'unintended_movement',
  'overspeed',
  'overrun_top',
  'overrun_bottom',
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
  'passenger_alarm',
  'ebike_in_car',
  'stuck_button',
  'battery_low',
  'pit_flooding',
] as const;

export const REPAIR_CATEGORIES = ['elevator', 'electrical', 'plumbing', 'hvac', 'access', 'cleaning', 'other'] as const;
/** What a repair that somebody reports is about. */
export type RepairCategory = (typeof REPAIR_CATEGORIES)[number];

export const FAULTS = [
  ...ELEVATOR_FAULTS,
  'leak',
  'level_high',
  'level_rising',
  'pump_failed',
  'pump_cycling',
  'demand_peak',
  'night_waste',
  'overconsumption',
  'phase_loss',
  'voltage_out_of_range',
  'power_factor_low',
  'no_data',
  'tamper',
  ...REPAIR_CATEGORIES.map((category) => `repair_${category}` as const),
  'unknown',
] as const;
/** A canonical fault. A vendor code that nobody has mapped is `unknown` and keeps its vendor code. */
export type Fault = (typeof FAULTS)[number];

export const MODES = ['normal', 'inspection', 'fire', 'out_of_service', 'emergency_power', 'seismic'] as const;
/** An elevator's mode; any other than `normal` suppresses the faults that it explains. */
export type Mode = (typeof MODES)[number];

export const ASSET_KINDS = ['elevator', 'pump', 'sump', 'room', 'switchboard', 'meter', 'gateway', 'other'] as const;
export type AssetKind = (typeof ASSET_KINDS)[number];

/** What a metric's value may be: a finite number within `min`…`max`, a boolean, or one of the words. */
export type MetricKind =
  | {
      readonly type: 'number';
      readonly unit: string;
      readonly min: number;
      readonly max: number;
      readonly counter?: true;
    }
  | { readonly type: 'boolean' }
  | { readonly type: 'text'; readonly words?: readonly string[] };

const number = (unit: string, min: number, max: number): MetricKind => ({ type: 'number', unit, min, max });
const counter = (unit: string): MetricKind => ({ type: 'number', unit, min: -1e12, max: 1e12, counter: true });
const boolean: MetricKind = { type: 'boolean' };

/**
 * Canonical metrics; the unit is in the name. The bounds are what a working sensor could say at
 * most: a value outside them goes to quarantine, never into a rule.
 */
export const METRICS = {
  active_power_w: number('W', -1e8, 1e8),
  reactive_power_var: number('var', -1e8, 1e8),
  apparent_power_va: number('VA', -1e8, 1e8),
  power_factor: number('', -1, 1),
  voltage_v: number('V', -1e6, 1e6),
  current_a: number('A', -1e5, 1e5),
  frequency_hz: number('Hz', 0, 1000),
  energy_import_kwh: counter('kWh'),
  energy_export_kwh: counter('kWh'),
  demand_kw: number('kW', -1e5, 1e5),
  reactive_energy_kvarh: counter('kvarh'),
  leak: boolean,
  float_high: boolean,
  pump_running: boolean,
  water_level_m: number('m', -100, 1000),
  distance_m: number('m', 0, 1e5),
  flow_m3h: number('m³/h', -1e5, 1e5),
  water_total_m3: counter('m³'),
  flow_total_l: counter('l'),
  floor: { type: 'text' },
  position_m: number('m', -500, 2000),
  speed_mps: number('m/s', -30, 30),
  direction: { type: 'text', words: ['up', 'down', 'none'] },
  door: { type: 'text', words: ['open', 'opening', 'closed', 'closing'] },
  load_kg: number('kg', -1000, 1e5),
  occupied: boolean,
  leveling_error_mm: number('mm', -1e4, 1e4),
  vibration_mps2: number('m/s²', -1000, 1000),
  vibration_mm: number('mm', -1e4, 1e4),
  motor_temperature_c: number('°C', -60, 400),
  mode: { type: 'text', words: MODES },
  door_cycles_total: counter(''),
  trips_total: counter(''),
  people: number('', 0, 1000),
  temperature_c: number('°C', -100, 1000),
  humidity_pct: number('%', 0, 100),
  dew_point_c: number('°C', -100, 100),
  battery_pct: number('%', 0, 100),
  battery_v: number('V', 0, 1000),
  rssi_dbm: number('dBm', -250, 50),
  link_quality: number('', 0, 255),
  online: boolean,
  test: boolean,
} as const satisfies Record<string, MetricKind>;

export type CanonicalMetric = keyof typeof METRICS;

/** Looks a canonical metric up; undefined for a point that keeps its vendor's own name. */
export function metricKind(metric: string): MetricKind | undefined {
  return Object.hasOwn(METRICS, metric) ? METRICS[metric as CanonicalMetric] : undefined;
}

/** Phases, conductors, tariff registers. Channels are `ch1`, `ch2`, …; an undivided meter has part null. */
export const PARTS = ['a', 'b', 'c', 'ab', 'bc', 'ca', 'n', 'total', 'sharp', 'peak', 'flat', 'valley'] as const;
