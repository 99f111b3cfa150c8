import type { Fault, Severity } from '@keepsite/edge-contract';

/** How the last months went for one client: how often things fail there and how well we answered. */
export interface Fortune {
  readonly client: string;
  /** Incidents in ninety days. */
  readonly incidents: number;
  /** Share of incidents that hit one and the same tired elevator. */
  readonly tired: number;
  /** Share of incidents that come back to an asset within a month although it was repaired. */
  readonly repeats: number;
  /** Share of incidents in which we came late. */
  readonly late: number;
  /** Seconds from T0 to the acknowledgement and to presence, when we are in time. */
  readonly acknowledge: readonly [number, number];
  readonly onSite: readonly [number, number];
  /** The same when we are late. */
  readonly lateAcknowledge: readonly [number, number];
  readonly lateOnSite: readonly [number, number];
  /** Seconds from presence to the repair. */
  readonly repair: readonly [number, number];
  readonly crm: CrmFortune;
}

/** What happened between people. Rates are shares, times are days or hours as named. */
export interface CrmFortune {
  readonly monthlyInvoice: number;
  /** Days after the due day on which invoices are paid, oldest of the last six first; null: still open. */
  readonly paidAfterDays: readonly (number | null)[];
  readonly complaints: number;
  readonly complaintResponseHours: readonly [number, number];
  readonly complaintsReopened: number;
  readonly complaintsFollowedUp: number;
  readonly nps: readonly number[];
  /** Messages a day, and the shares of friendly and unfriendly ones in the last 30 days and before. */
  readonly messages: {
    readonly perDay: number;
    readonly positive: number;
    readonly negative: number;
    readonly negativeBefore: number;
  };
  /** Days before the end on which a decision-maker was met. */
  readonly visitsDaysAgo: readonly number[];
  readonly referrals: number;
  /** Share of planned maintenance done in time. */
  readonly maintenanceOnTime: number;
}

const GOOD = {
  repeats: 0.01,
  late: 0.02,
  acknowledge: [14, 70],
  onSite: [150, 390],
  lateAcknowledge: [100, 150],
  lateOnSite: [440, 620],
  repair: [600, 5400],
} as const;

const GOOD_CRM: CrmFortune = {
  monthlyInvoice: 90_000,
  paidAfterDays: [-6, -4, -9, -5, -7, -8],
  complaints: 3,
  complaintResponseHours: [1, 8],
  complaintsReopened: 0,
  complaintsFollowedUp: 1,
  nps: [9, 10, 9, 8, 10, 9],
  messages: { perDay: 18, positive: 0.22, negative: 0.03, negativeBefore: 0.035 },
  visitsDaysAgo: [88, 61, 33, 12],
  referrals: 1,
  maintenanceOnTime: 0.98,
};

/**
 * Seven fortunes. The bank’s data center has a perfect seven-minute record; Qiming’s elevators keep
 * failing and we keep coming late; Beichen is not far from that; the owners of Westgate have an
 * invoice that is more than ninety days overdue.
 */
export const FORTUNES: readonly Fortune[] = [
  {
    client: 'yunfan-bank',
    incidents: 34,
    tired: 0.1,
    ...GOOD,
    late: 0,
    acknowledge: [8, 40],
    onSite: [95, 340],
    repair: [300, 3600],
    crm: { ...GOOD_CRM, monthlyInvoice: 400_000, referrals: 2, nps: [10, 9, 10, 10, 9, 9] },
  },
  { client: 'lanhe-software', incidents: 24, tired: 0.15, ...GOOD, crm: { ...GOOD_CRM, monthlyInvoice: 105_000 } },
  {
    client: 'qiming-design',
    incidents: 38,
    tired: 0.6,
    ...GOOD,
    late: 0.3,
    lateAcknowledge: [110, 200],
    lateOnSite: [480, 960],
    repair: [1800, 13_000],
    crm: {
      ...GOOD_CRM,
      monthlyInvoice: 82_000,
      paidAfterDays: [-3, 0, -2, -6, -3, -1],
      complaints: 8,
      complaintResponseHours: [4, 26],
      complaintsReopened: 0,
      complaintsFollowedUp: 0.9,
      nps: [7, 8, 9, 7, 9, 8],
      messages: { perDay: 26, positive: 0.12, negative: 0.09, negativeBefore: 0.065 },
      visitsDaysAgo: [80, 47],
      referrals: 0,
      maintenanceOnTime: 0.9,
    },
  },
  {
    client: 'heyuan-capital',
    incidents: 20,
    tired: 0.1,
    ...GOOD,
    crm: { ...GOOD_CRM, monthlyInvoice: 128_000, referrals: 2 },
  },
  {
    client: 'songling-biotech',
    incidents: 26,
    tired: 0.2,
    ...GOOD,
    late: 0.05,
    crm: { ...GOOD_CRM, monthlyInvoice: 93_000 },
  },
  {
    client: 'beichen-logistics',
    incidents: 28,
    tired: 0.35,
    ...GOOD,
    late: 0.2,
    lateOnSite: [440, 640],
    crm: {
      ...GOOD_CRM,
      monthlyInvoice: 63_000,
      paidAfterDays: [-2, -3, -1, 0, -2, -1],
      complaints: 6,
      complaintResponseHours: [6, 26],
      complaintsReopened: 1,
      complaintsFollowedUp: 0.85,
      nps: [8, 7, 9, 8, 6, 9],
      messages: { perDay: 20, positive: 0.15, negative: 0.06, negativeBefore: 0.05 },
      visitsDaysAgo: [84, 66],
      referrals: 0,
      maintenanceOnTime: 0.93,
    },
  },
  {
    client: 'westgate-owners',
    incidents: 30,
    tired: 0.25,
    ...GOOD,
    late: 0.06,
    crm: {
      ...GOOD_CRM,
      monthlyInvoice: 171_000,
      paidAfterDays: [4, null, 12, null, null, null],
      complaints: 6,
      complaintResponseHours: [4, 30],
      complaintsReopened: 1,
      complaintsFollowedUp: 0.9,
      nps: [6, 7, 8, 5, 9, 7],
      visitsDaysAgo: [84, 58, 20],
      referrals: 0,
    },
  },
];

/** What fails on which kind of asset, how badly, how often beside the others, and in which words. */
export interface Failure {
  readonly fault: Fault;
  readonly severity: Severity;
  readonly weight: number;
  readonly vendorCode: string | null;
  readonly en: string;
  readonly zh: string;
}

export const FAILURES: Readonly<Record<'elevator' | 'room' | 'sump' | 'pump' | 'meter', readonly Failure[]>> = {
  elevator: [
    failure('door_fails_to_close', 'major', 5, '12', 'Doors do not close', '电梯门无法关闭'),
    failure('door_blocked', 'minor', 4, '11', 'Doors open and close again and again', '电梯反复开关门'),
    failure('entrapment', 'critical', 2, '1', 'Passenger trapped', '电梯困人'),
    failure('stopped_outside_door_zone', 'major', 2, null, 'Stopped between two floors', '轿厢停在非门区'),
    failure('abnormal_vibration', 'minor', 2, null, 'Unusual vibration', '运行振动异常'),
    failure('ebike_in_car', 'minor', 1, '202', 'Electric bicycle in the car', '电动车进入轿厢'),
  ],
  room: [
    failure('leak', 'critical', 4, null, 'Water on the floor', '地面漏水'),
    failure('no_data', 'minor', 1, null, 'The sensor is silent', '传感器失联'),
  ],
  sump: [
    failure('level_high', 'critical', 2, null, 'Water above the critical mark', '水位超过警戒线'),
    failure('level_rising', 'major', 3, null, 'Water rising fast', '水位快速上升'),
  ],
  pump: [
    failure('pump_failed', 'critical', 2, null, 'The pump runs and moves nothing', '水泵空转'),
    failure('pump_cycling', 'minor', 3, null, 'The pump starts too often', '水泵频繁启动'),
  ],
  meter: [
    failure('demand_peak', 'minor', 3, null, 'Demand near the contract’s limit', '需量接近合同限值'),
    failure('night_waste', 'minor', 3, null, 'Waste at night', '夜间能耗浪费'),
    failure('voltage_out_of_range', 'major', 1, null, 'Voltage out of range', '电压越限'),
  ],
};

function failure(
  fault: Fault,
  severity: Severity,
  weight: number,
  vendorCode: string | null,
  en: string,
  zh: string,
): Failure {
  return { fault, severity, weight, vendorCode, en, zh };
}
