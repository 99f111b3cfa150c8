import type { CrmFact } from '@keepsite/cloud-contract';
import { instantMillis } from '@keepsite/edge-contract';
import type { Millis } from '@keepsite/edge-contract';
import { DAY, dayOf, daysBetween, MINUTE, startOfDay } from '../calendar.ts';
import { knownAt, type ClientFacts, type Recorded } from '../facts.ts';
import { quantile, shrunkRate } from '../statistics.ts';
import { missing, type Measurement } from './measurement.ts';
import { npsInterval } from './nps.ts';
import type { ScorecardLine } from './scorecard.ts';
import { count, number } from './words.ts';

type Complaint = Recorded<CrmFact<'complaints'>>;

/** Minutes in which a complaint is to be answered: half an hour when urgent, else a day. */
export const COMPLAINT_TARGET_MINUTES = { urgent: 30, ordinary: 24 * 60 } as const;
/** Days after which a complaint must have been closed and followed up to count as looked after. */
export const FOLLOW_UP_DAYS = 7;
/** Days that are added to the contact gap while the key contact has left and nobody has met a successor. */
export const KEY_CONTACT_LEFT_DAYS = 60;

/** Indicator 6: planned maintenance that was done by its day, shrunk towards the good bound. */
export function plannedDoneOnTime(facts: ClientFacts, line: ScorecardLine): Measurement {
  const today = dayOf(facts.asOf, facts.timeZone);
  const due = knownAt(facts.crm.maintenance, facts.asOf).filter(
    ({ plannedOn }) => plannedOn < today && daysBetween(plannedOn, today) <= (line.windowDays ?? 90),
  );
  const done = due.filter(({ doneOn }) => doneOn !== null && doneOn <= today);
  const onTime = done.filter(({ plannedOn, doneOn }) => doneOn !== null && doneOn <= plannedOn).length;
  const rate = shrunkRate(onTime, due.length, line.good / 100);
  if (rate === null) return missing('No planned maintenance came due in 90 days.', '90 天内没有到期的计划保养。');
  const open = due.length - done.length;
  const sentence = {
    en: `Done on time: ${onTime} of ${count(due.length, 'planned job')} in ${line.windowDays} days; still open: ${open}.`,
    zh: `${line.windowDays} 天内 ${due.length} 项计划保养中，${onTime} 项按时完成，${open} 项尚未完成。`,
  };
  const newest = latest(
    due.map(({ plannedOn, doneOn }) => startOfDay(newer(plannedOn, doneOn, today), facts.timeZone)),
  );
  return { value: rate * 100, asOf: open > 0 ? facts.asOf : newest, sentence };
}

/** Indicator 7: share of the amounts due that was paid late or is overdue. */
export function paymentDelay(facts: ClientFacts, line: ScorecardLine): Measurement {
  const today = dayOf(facts.asOf, facts.timeZone);
  const isPaid = ({ paidOn }: CrmFact<'invoices'>): boolean => paidOn !== null && paidOn <= today;
  const due = knownAt(facts.crm.invoices, facts.asOf)
    .filter(({ amount, dueOn }) => amount > 0 && dueOn < today)
    .filter((invoice) => !isPaid(invoice) || daysBetween(invoice.dueOn, today) <= (line.windowDays ?? 180));
  const total = sum(due.map(({ amount }) => amount));
  if (total === 0) return missing('No invoice came due in 180 days.', '180 天内没有到期账单。');
  const overdue = due.filter((invoice) => !isPaid(invoice));
  const late = due.filter((invoice) => !isPaid(invoice) || (invoice.paidOn ?? '') > invoice.dueOn);
  const value = (100 * sum(late.map(({ amount }) => amount))) / total;
  const longest = Math.max(0, ...overdue.map(({ dueOn }) => daysBetween(dueOn, today)));
  const wait =
    overdue.length === 0
      ? { en: '', zh: '' }
      : { en: `, the longest for ${count(longest, 'day')}`, zh: `，最长 ${longest} 天` };
  const sentence = {
    en: `${number(value)} % of the amounts due in ${line.windowDays} days were paid late or are overdue; ${count(overdue.length, 'invoice')} overdue now${wait.en}.`,
    zh: `${line.windowDays} 天内应收款中 ${number(value)} % 逾期支付或仍未支付；目前 ${overdue.length} 张账单逾期${wait.zh}。`,
  };
  const newest = latest(due.map(({ dueOn, paidOn }) => startOfDay(newer(dueOn, paidOn, today), facts.timeZone)));
  return { value, asOf: overdue.length > 0 ? facts.asOf : newest, sentence };
}

/** Indicator 8: how long complaints waited for an answer, against the promise; nine in ten were faster. */
export function complaintResponseP90(facts: ClientFacts, line: ScorecardLine): Measurement {
  const complaints = complaintsAt(facts).filter(
    (complaint) =>
      receivedWithin(complaint, facts.asOf, line.windowDays ?? 90) || answeredAt(complaint, facts.asOf) === null,
  );
  const ratios = complaints.flatMap((complaint) => {
    const ratio = responseRatio(complaint, facts.asOf);
    // One that may still be answered in time says nothing yet.
    return answeredAt(complaint, facts.asOf) === null && ratio <= 1 ? [] : [ratio];
  });
  const value = quantile(ratios, 0.9);
  if (value === null)
    return missing('No complaint in 90 days: that is silence, not praise.', '90 天内没有投诉：沉默不等于满意。');
  const late = ratios.filter((ratio) => ratio > 1).length;
  const waiting = complaints.filter((complaint) => answeredAt(complaint, facts.asOf) === null).length;
  const sentence = {
    en: `${late} of ${count(ratios.length, 'complaint')} waited too long for an answer (30 min urgent, 24 h ordinary), ${waiting} still wait; nine in ten took at most ${number(value, 2)} of the promised time.`,
    zh: `${ratios.length} 件投诉中有 ${late} 件答复超时（紧急 30 分钟，一般 24 小时），${waiting} 件仍待答复；九成用时不超过承诺的 ${number(value, 2)} 倍。`,
  };
  return { value, asOf: waiting > 0 ? facts.asOf : newestOf(complaints, facts.asOf), sentence };
}

/** Indicator 9: complaints that were followed up and did not come back, shrunk towards the good bound. */
export function complaintClosedLoop(facts: ClientFacts, line: ScorecardLine): Measurement {
  const { asOf } = facts;
  const ripe = complaintsAt(facts)
    .filter((complaint) => receivedWithin(complaint, asOf, line.windowDays ?? 90))
    .filter((each) => isFollowedUp(each, asOf) || each.reopened || !receivedWithin(each, asOf, FOLLOW_UP_DAYS));
  const looked = ripe.filter((each) => isFollowedUp(each, asOf) && !each.reopened).length;
  const rate = shrunkRate(looked, ripe.length, line.good / 100);
  if (rate === null)
    return missing('No complaint in 90 days was ready for a follow-up.', '90 天内没有需要回访的投诉。');
  const sentence = {
    en: `Followed up and not come back: ${looked} of ${count(ripe.length, 'complaint')}.`,
    zh: `${ripe.length} 件投诉中有 ${looked} 件已回访且未再次发生。`,
  };
  return { value: rate * 100, asOf: looked < ripe.length ? asOf : newestOf(ripe, asOf), sentence };
}

/** Indicator 10: net promoter score of the year, the newest answer of every respondent, few answers evened out. */
export function npsAdjusted(facts: ClientFacts, line: ScorecardLine): Measurement {
  const answers = newestAnswers(facts, line.windowDays ?? 365);
  const promoters = answers.filter(({ nps }) => nps >= 9).length;
  const detractors = answers.filter(({ nps }) => nps <= 6).length;
  const nps = npsInterval(promoters, detractors, answers.length);
  if (nps === null) return missing('Nobody was asked in 365 days.', '365 天内没有满意度调查。');
  const range = `${number(Math.max(nps.low, -100))}…${number(Math.min(nps.high, 100))}`;
  const sentence = {
    en: `${count(answers.length, 'answer')}: ${count(promoters, 'promoter')}, ${count(detractors, 'detractor')}. NPS ${number(nps.raw)}, 95 % between ${range}.`,
    zh: `${answers.length} 份答卷：推荐者 ${promoters}，贬损者 ${detractors}。NPS ${number(nps.raw)}，95 % 区间 ${range}。`,
  };
  return { value: nps.adjusted, asOf: latest(answers.map(({ at }) => instantMillis(at))), sentence };
}

/** Indicator 12: days since somebody of ours met somebody of theirs who decides. Calls do not count. */
export function contactGap(facts: ClientFacts): Measurement {
  const { asOf, timeZone } = facts;
  const met = latest(
    knownAt(facts.crm.visits, asOf)
      .filter(({ decisionMaker, kind }) => decisionMaker && kind !== 'call')
      .map(({ at }) => instantMillis(at))
      .filter((at) => at <= asOf),
  );
  const left = latest(
    knownAt(facts.crm['contact-changes'], asOf)
      .map(({ at }) => instantMillis(at))
      .filter((at) => at <= asOf && at > (met ?? -Infinity)),
  );
  const from = met ?? left;
  if (from === null) return missing('No meeting with a decision-maker is on record.', '没有与决策人会面的记录。');
  const days = daysBetween(dayOf(from, timeZone), dayOf(asOf, timeZone));
  const value = days + (left === null ? 0 : KEY_CONTACT_LEFT_DAYS);
  const gone =
    left === null
      ? { en: '', zh: '' }
      : {
          en: ` The key contact has left: ${KEY_CONTACT_LEFT_DAYS} days are added.`,
          zh: `关键联系人已离任，另加 ${KEY_CONTACT_LEFT_DAYS} 天。`,
        };
  const gap =
    met === null
      ? { en: 'No meeting with a decision-maker is on record.', zh: '没有与决策人会面的记录。' }
      : { en: `A decision-maker was last met ${count(days, 'day')} ago.`, zh: `距上次与决策人会面 ${days} 天。` };
  return { value, asOf: from, sentence: { en: gap.en + gone.en, zh: gap.zh + gone.zh } };
}

function complaintsAt(facts: ClientFacts): Complaint[] {
  return knownAt(facts.crm.complaints, facts.asOf).filter(({ receivedAt }) => instantMillis(receivedAt) <= facts.asOf);
}

function receivedWithin({ receivedAt }: Complaint, asOf: Millis, days: number): boolean {
  return instantMillis(receivedAt) > asOf - days * DAY;
}

function answeredAt({ respondedAt }: Complaint, asOf: Millis): Millis | null {
  const at = respondedAt === null ? null : instantMillis(respondedAt);
  return at !== null && at <= asOf ? at : null;
}

function responseRatio(complaint: Complaint, asOf: Millis): number {
  const target = COMPLAINT_TARGET_MINUTES[complaint.urgent ? 'urgent' : 'ordinary'] * MINUTE;
  return ((answeredAt(complaint, asOf) ?? asOf) - instantMillis(complaint.receivedAt)) / target;
}

function isFollowedUp({ followedUpAt }: Complaint, asOf: Millis): boolean {
  return followedUpAt !== null && instantMillis(followedUpAt) <= asOf;
}

/** The newest thing that happened to any of them. */
function newestOf(complaints: readonly Complaint[], asOf: Millis): Millis | null {
  const times = complaints.flatMap(({ receivedAt, respondedAt, closedAt, followedUpAt }) =>
    [receivedAt, respondedAt, closedAt, followedUpAt].flatMap((at) => (at === null ? [] : [instantMillis(at)])),
  );
  return latest(times.filter((at) => at <= asOf));
}

function newestAnswers(facts: ClientFacts, windowDays: number): CrmFact<'surveys'>[] {
  const newest = new Map<string, CrmFact<'surveys'>>();
  const answers = knownAt(facts.crm.surveys, facts.asOf)
    .filter(({ at }) => instantMillis(at) <= facts.asOf && instantMillis(at) > facts.asOf - windowDays * DAY)
    .toSorted((a, b) => instantMillis(a.at) - instantMillis(b.at));
  // Who did not say who they are counts once per answer.
  for (const answer of answers) newest.set(answer.respondent === '' ? `\u0000${answer.id}` : answer.respondent, answer);
  return [...newest.values()];
}

function newer(day: string, other: string | null, today: string): string {
  return other !== null && other <= today && other > day ? other : day;
}

function latest(times: readonly Millis[]): Millis | null {
  return times.length === 0 ? null : Math.max(...times);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
