import type { CrmFact, CrmKind } from '@keepsite/cloud-contract';
import { instantText, type Millis } from '@keepsite/edge-contract';
import { addDays, dayStart } from '../local-time.ts';
import { seeded, type Random } from '../random.ts';
import type { World } from '../world/world.ts';
import { FORTUNES, type CrmFortune, type Fortune } from './fortunes.ts';

const HOUR = 3_600_000;
/** Chat is compared with the half year before it. */
const CHAT_DAYS = 220;
const RECENT_DAYS = 30;

/** CRM facts of one client by kind, each under an id of its own that is the same in every run. */
export type CrmHistory = { readonly [K in CrmKind]?: readonly CrmFact<K>[] };

/** What happened between us and each client until `end` (a local day, excluded). */
export function crmHistory(world: World, end: string, days: number): ReadonlyMap<string, CrmHistory> {
  return new Map(FORTUNES.map((fortune) => [fortune.client, historyOf(world, fortune, end, days)]));
}

function historyOf(world: World, { client, crm }: Fortune, end: string, days: number): CrmHistory {
  const random = seeded('crm', world.seed, client);
  const told = { client, crm, end, days, zone: world.zone, random };
  return {
    invoices: invoices(told),
    complaints: complaints(told),
    surveys: surveys(told),
    messages: messages(told),
    visits: visits(told),
    referrals: referrals(told),
    maintenance: maintenance(world, told),
  };
}

interface Told {
  readonly client: string;
  readonly crm: CrmFortune;
  readonly end: string;
  readonly days: number;
  readonly zone: string;
  readonly random: Random;
}

/** One a month, due thirty days after it was issued; the newest came due twelve days before the end. */
function invoices({ client, crm, end }: Told): CrmFact<'invoices'>[] {
  return crm.paidAfterDays.map((late, i) => {
    const dueOn = addDays(end, -12 - 30 * (crm.paidAfterDays.length - 1 - i));
    const paidOn = late === null ? null : addDays(dueOn, late);
    const amount = crm.monthlyInvoice;
    return {
      id: `${client}-inv-${i + 1}`,
      amount,
      currency: 'CNY',
      issuedOn: addDays(dueOn, -30),
      dueOn,
      paidOn: paidOn !== null && paidOn < end ? paidOn : null,
    };
  });
}

const TOPICS = [
  '电梯等候时间 Waiting for lifts',
  '空调温度 Air conditioning',
  '停车 Parking',
  '保洁 Cleaning',
  '噪声 Noise',
  '访客登记 Visitors',
  '照明 Lighting',
  '卫生间 Washrooms',
];

function complaints({ client, crm, end, days, zone, random }: Told): CrmFact<'complaints'>[] {
  const span = Math.min(days, 85);
  return Array.from({ length: crm.complaints }, (_, i) => {
    const day = addDays(end, -12 - Math.floor(((span - 12) * i) / Math.max(1, crm.complaints)));
    const received = dayStart(day, zone) + (9 + random.between(0, 8)) * HOUR;
    const responded = received + random.between(crm.complaintResponseHours[0], crm.complaintResponseHours[1]) * HOUR;
    const closed = responded + random.between(4, 30) * HOUR;
    const followedUp = i < crm.complaints * crm.complaintsFollowedUp ? closed + random.between(20, 70) * HOUR : null;
    return {
      id: `${client}-complaint-${i + 1}`,
      receivedAt: text(received),
      urgent: false,
      topic: random.pick(TOPICS),
      respondedAt: text(responded),
      closedAt: text(closed),
      followedUpAt: followedUp === null ? null : text(followedUp),
      reopened: i < crm.complaintsReopened,
    };
  });
}

function surveys({ client, crm, end, zone }: Told): CrmFact<'surveys'>[] {
  return crm.nps.map((nps, i) => ({
    id: `${client}-survey-${i + 1}`,
    at: text(dayStart(addDays(end, -20 - 9 * i), zone) + 10 * HOUR),
    respondent: `${client}-respondent-${i + 1}`,
    nps,
  }));
}

function messages({ client, crm, end, random }: Told): CrmFact<'messages'>[] {
  const { perDay, positive, negative, negativeBefore } = crm.messages;
  return Array.from({ length: CHAT_DAYS }, (_, i) => {
    const back = i + 1;
    const day = addDays(end, -back);
    const total = Math.max(4, Math.round(perDay * random.between(0.7, 1.3)));
    const share = back <= RECENT_DAYS ? negative : negativeBefore;
    return {
      id: `${client}-chat-${day}`,
      day,
      total,
      positive: count(total, positive, random),
      negative: count(total, share, random),
    };
  });
}

function visits({ client, crm, end, zone }: Told): CrmFact<'visits'>[] {
  const kinds = ['visit', 'health-report', 'review'] as const;
  return crm.visitsDaysAgo.map((back, i) => ({
    id: `${client}-visit-${i + 1}`,
    at: text(dayStart(addDays(end, -back), zone) + 14 * HOUR),
    with: '行政总监 Head of administration',
    decisionMaker: true,
    kind: kinds[i % kinds.length] ?? 'visit',
  }));
}

function referrals({ client, crm, end, zone }: Told): CrmFact<'referrals'>[] {
  return Array.from({ length: crm.referrals }, (_, i) => ({
    id: `${client}-referral-${i + 1}`,
    at: text(dayStart(addDays(end, -40 - 70 * i), zone) + 11 * HOUR),
    project: `新项目 New project ${i + 1}`,
    won: i === 0,
  }));
}

/** Every elevator and pump of the client's own zones every 30 days. */
function maintenance(world: World, { client, crm, end, days, random }: Told): CrmFact<'maintenance'>[] {
  const zones = new Set(
    world.registry.zones.filter((zone) => zone.clients.some((each) => each.client === client)).map((zone) => zone.id),
  );
  const assets = world.registry.assets.filter(
    (asset) => zones.has(asset.zone) && (asset.kind === 'elevator' || asset.kind === 'pump'),
  );
  return assets.flatMap((asset, n) =>
    Array.from({ length: Math.floor(days / 30) }, (_, i) => {
      const plannedOn = addDays(end, -30 * i - 6 - (n % 20));
      const late = random.chance(1 - crm.maintenanceOnTime);
      const doneOn = addDays(plannedOn, late ? random.int(2, 5) : -random.int(0, 3));
      return {
        id: `${client}-maintenance-${asset.id}-${i + 1}`,
        asset: asset.id,
        plannedOn,
        doneOn,
        what: '例行保养 Planned maintenance',
      };
    }),
  );
}

function count(total: number, share: number, random: Random): number {
  const wanted = total * share;
  return Math.min(total, Math.floor(wanted) + (random.chance(wanted % 1) ? 1 : 0));
}

function text(at: Millis): string {
  return instantText(Math.round(at));
}
