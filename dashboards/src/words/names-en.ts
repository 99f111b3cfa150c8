import type {
  AssetKind,
  Colour,
  Condition,
  Fault,
  PageState,
  Response,
  Severity,
  Site,
  Term,
  Verb,
  Verdict,
} from '@keepsite/edge-contract';
import type { Client } from '@keepsite/cloud-contract';
import { stormReasonsEn } from './storm-en.ts';

const severity: Record<Severity, string> = { critical: 'Critical', major: 'Major', minor: 'Minor', info: 'Info' };

const response: Record<Response, string> = {
  open: 'Nobody has it',
  acknowledged: 'Acknowledged',
  on_site: 'On site',
  resolved: 'Resolved',
  closed: 'Closed',
  cancelled: 'Cancelled',
};

const condition: Record<Condition, string> = {
  active: 'Still active',
  cleared: 'Sensor says cleared',
  no_data: 'Sensor is silent',
};

const verdict: Record<Verdict, string> = {
  running: 'Running',
  met: 'Met',
  breached: 'Breached',
  excluded: 'Excluded',
  unknown: 'Unknown',
};

const term: Record<Term, string> = { acknowledge: 'Acknowledge', on_site: 'On site', resolve: 'Resolve' };

const verb: Record<Verb, string> = {
  acknowledge: 'Acknowledge',
  arrive: 'On site',
  resolve: 'Resolve',
  close: 'Close',
  cancel: 'Cancel incident',
  note: 'Add note',
  release: 'Give it back',
  handover: 'Hand over',
  escalate: 'Escalate now',
  dispatch: 'Order help',
  approve: 'Approve',
  decline: 'Decline',
  confirm_order: 'Contractor is coming',
  receive_order: 'It is here',
  call_off_order: 'Call it off',
  arrange: 'Arrange',
};

/** The big button on the crew's phone, in the first person. */
const bigVerb: Record<Verb, string> = {
  ...verb,
  acknowledge: 'I have it',
  arrive: 'I am on site',
  resolve: 'It is resolved',
  close: 'Close the incident',
};

const colour: Record<Colour, string> = { grey: 'Unknown', green: 'Stable', yellow: 'At risk', red: 'Critical' };

const pageState: Record<PageState, string> = {
  queued: 'waiting to be sent',
  sending: 'being sent',
  accepted: 'accepted by the channel',
  delivered: 'delivered',
  seen: 'seen',
  failed: 'failed',
  withdrawn: 'withdrawn',
};

const fault: Record<Fault, string> = {
  entrapment: 'Passenger trapped',
  stopped_outside_door_zone: 'Stopped between floors',
  door_open_while_running: 'Running with open door',
  unintended_movement: 'Unintended movement',
  overspeed: 'Overspeed',
  overrun_top: 'Overran top floor',
  overrun_bottom: 'Overran bottom floor',
  door_fails_to_open: 'Door does not open',
  door_fails_to_close: 'Door does not close',
  door_blocked: 'Door blocked',
  safety_chain_open: 'Safety chain open',
  door_lock_chain_open: 'Door lock chain open',
  power_loss: 'Power lost',
  brake: 'Brake fault',
  abnormal_speed: 'Abnormal speed',
  abnormal_vibration: 'Abnormal vibration',
  motor_run_time: 'Motor runs too long',
  floor_lost: 'Floor position lost',
  passenger_alarm: 'Passenger alarm',
  ebike_in_car: 'E-bike in the car',
  stuck_button: 'Stuck button',
  battery_low: 'Battery low',
  pit_flooding: 'Elevator pit flooded',
  leak: 'Water leak',
  level_high: 'Water level high',
  level_rising: 'Water level rising',
  pump_failed: 'Pump failed',
  pump_cycling: 'Pump cycles too often',
  demand_peak: 'Demand peak',
  night_waste: 'Night waste',
  overconsumption: 'Overconsumption',
  phase_loss: 'Phase lost',
  voltage_out_of_range: 'Voltage out of range',
  power_factor_low: 'Power factor low',
  no_data: 'No data',
  tamper: 'Tampering',
  repair_elevator: 'Repair: elevator',
  repair_electrical: 'Repair: electrical',
  repair_plumbing: 'Repair: plumbing',
  repair_hvac: 'Repair: heating and air',
  repair_access: 'Repair: doors and access',
  repair_cleaning: 'Cleaning wanted',
  repair_other: 'Repair: other',
  unknown: 'Unmapped fault',
};

const assetKind: Record<AssetKind, string> = {
  elevator: 'Elevator',
  pump: 'Pump',
  sump: 'Sump',
  room: 'Room',
  switchboard: 'Switchboard',
  meter: 'Meter',
  gateway: 'Gateway',
  other: 'Other',
};

const siteKind: Record<Site['kind'], string> = {
  'data-center': 'Data center',
  'office-park': 'Office park',
  mall: 'Mall',
  residential: 'Residential',
  other: 'Site',
};

const clientKind: Record<Client['kind'], string> = {
  'data-center': 'Data center',
  commercial: 'Commercial',
  'owners-committee': 'Owners’ committee',
  developer: 'Developer',
  other: 'Client',
};

const indicator: Record<string, string> = {
  sla_breach_load: 'SLA breach load',
  assign_p90: 'Time to name a technician (p90)',
  resolved_on_time: 'Resolved on time',
  critical_downtime: 'Downtime of critical assets',
  repeat_failure: 'Repeat failures',
  planned_done_on_time: 'Planned work on time',
  payment_delay: 'Overdue payments',
  complaint_response_p90: 'Complaint response (p90)',
  complaint_closed_loop: 'Complaints followed up',
  nps_adj: 'NPS (adjusted)',
  chat_negativity: 'Negative chat',
  contact_gap: 'Days since decision-maker met',
};

/** What the edge writes into its record when it decides by itself; a person's own words stay as they are. */
const reason: Record<string, string> = {
  'a channel accepted a page': 'a channel has already accepted a page',
  acknowledged: 'somebody has it',
  on_site: 'somebody is on site',
  resolved: 'it is resolved',
  'nobody to page': 'there is nobody to page',
  'nobody on call': 'nobody is on call',
  ...stormReasonsEn,
  'nobody on call with the skill': 'nobody on call has the skill',
  'no address that can be used': 'there is no address that can be used',
  overdue: 'overdue after an outage',
  released: 'given back',
  'not on site in time': 'not on site in time',
  'resolved and cleared': 'resolved and cleared',
};

const unit: Record<string, string> = { points: 'points', ratio: '× target', '%': '%', z: 'σ', days: 'days' };

/** What every value that the contracts know is called. */
export const namesEn = {
  severity,
  response,
  condition,
  verdict,
  term,
  verb,
  bigVerb,
  colour,
  pageState,
  fault,
  assetKind,
  siteKind,
  clientKind,
  indicator,
  reason,
  unit,
};
