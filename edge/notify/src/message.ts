import { instantMillis, isContractorPerson } from '@keepsite/edge-contract';
import type { OutgoingPage } from './channel.ts';
import { cutChars } from './cut.ts';
import { orderTold } from './order-message.ts';

/** Of what somebody reported: enough to know what to bring. */
const REPAIR_CHARS = 200;

export const LANGUAGES = ['zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Message {
  /** How bad, and what: what a list of messages shows. */
  readonly title: string;
  /** What, where and how long they have, in one line: enough at three in the morning. */
  readonly headline: string;
  readonly lines: readonly string[];
}

const WORDS = {
  en: {
    severity: { critical: 'CRITICAL', major: 'MAJOR', minor: 'Minor', info: 'Info' },
    where: 'Where',
    since: 'Since',
    left: (time: string) => `${time} left to be on site`,
    overdue: (time: string) => `On site overdue by ${time}`,
    shortLeft: (time: string) => `${time} left`,
    shortOverdue: (time: string) => `overdue ${time}`,
    test: 'TEST',
    tried: 'Keepsite tries this channel out',
    nothing: 'Nothing has happened. If you read this, pages reach you here.',
    answer: 'Answer',
    confirm: 'Confirm or decline here',
    unreached: 'This step reaches nobody, and you are told instead',
    duplicate: 'Possibly sent twice',
    simulated: 'Drill (simulated)',
    drill: 'This is a drill: act as you would, it counts nowhere',
    more: (n: number) => ` and ${n} more`,
    late: 'LATE, summary',
    lateCount: (n: number) => (n === 1 ? '1 page could not be sent in time' : `${n} pages could not be sent in time`),
    lateMore: (n: number) => `… and ${n} more`,
    together: (n: number) => `People in danger in ${n} incidents`,
    colon: ': ',
  },
  zh: {
    severity: { critical: '紧急', major: '重要', minor: '一般', info: '提示' },
    where: '位置',
    since: '开始',
    left: (time: string) => `距到场时限还剩 ${time}`,
    overdue: (time: string) => `已超过到场时限 ${time}`,
    shortLeft: (time: string) => `剩 ${time}`,
    shortOverdue: (time: string) => `超时 ${time}`,
    test: '测试',
    tried: 'Keepsite 通道测试',
    nothing: '没有发生任何事件。能看到本条消息，说明告警可以送达。',
    answer: '响应',
    confirm: '确认或拒单',
    unreached: '本级无人可呼叫，特通知您',
    duplicate: '可能重复',
    simulated: '演练（模拟）',
    drill: '本次为演练：请照常响应，不计入任何考核',
    more: (n: number) => `等 ${n + 1} 起`,
    late: '迟到汇总',
    lateCount: (n: number) => `${n} 条呼叫未能及时发出`,
    lateMore: (n: number) => `…另有 ${n} 条`,
    together: (n: number) => `共 ${n} 起人员危险`,
    colon: '：',
  },
} as const satisfies Record<Language, unknown>;

/** What the crew reads: what, where, since when, how long they have, and where to answer. */
export function messageOf(page: OutgoingPage, language: Language): Message {
  const words = WORDS[language];
  if (page.test) return testMessage(language);
  if (page.late) return lateMessage(page.late, page.possibleDuplicate, language);
  if (page.together) return togetherMessage(page, page.together, language);
  const { incident } = page;
  const line = (label: string, value: string) => `${label}${words.colon}${value}`;
  const place = oneLine(page.place[language]);
  const order = orderTold(page, language);
  const left = leftMs(page);
  const lines = [
    ...(order?.lines.map(oneLine) ?? []),
    ...(incident.repair ? [oneLine(cutChars(incident.repair.text, REPAIR_CHARS))] : []),
    ...(order ? [] : news(incident, language)),
    ...unreached(page).map((who) => line(words.unreached, who)),
    line(words.where, place),
    line(words.since, localTime(instantMillis(incident.openedAt), page.timeZone)),
    ...(left === null ? [] : [left >= 0 ? words.left(minutes(left)) : words.overdue(minutes(-left))]),
    ...(page.link === null ? [] : [line(isToContractor(page) ? words.confirm : words.answer, page.link)]),
    ...(incident.drill ? [words.drill] : []),
    ...(incident.simulated ? [words.simulated] : []),
    ...(page.possibleDuplicate ? [words.duplicate] : []),
  ];
  const title = oneLine(`${incident.drill ? DRILL : ''}${order?.title ?? titleOf(incident, language)}`);
  return { title, headline: [title, place, ...shortLeft(page, language)].join(' · '), lines };
}

/** It goes outside: an order, and nothing of the incident that its contractor need not know. */
export function isToContractor({ page }: Pick<OutgoingPage, 'page'>): boolean {
  return isContractorPerson(page.to.person);
}

/** In both languages and before anything else: nobody may take an exercise for the real thing, nor the other way round. */
const DRILL = '【演练 DRILL】';

/** Of many at once how bad the worst is, and how many there are. */
function titleOf(incident: OutgoingPage['incident'], language: Language): string {
  const severity = incident.group?.worst.severity ?? incident.severity;
  return `[${WORDS[language].severity[severity]}] ${summaryOf(incident, language)}`;
}

function summaryOf({ summary, group }: OutgoingPage['incident'], language: Language): string {
  return summary[language] + (group && group.count > 1 ? WORDS[language].more(group.count - 1) : '');
}

/** What is to be known beyond this one incident. */
function news({ group, unheld }: OutgoingPage['incident'], language: Language): string[] {
  return [unheld?.text[language], group?.text[language]].flatMap((text) => (text ? [oneLine(text)] : []));
}

/** Whom the page's step should have reached, where it went to those who hear of that instead. */
function unreached({ page, incident }: OutgoingPage): string[] {
  const nobody = page.about ? undefined : incident.plan?.steps[page.step]?.nobody;
  return nobody === undefined ? [] : [oneLine(nobody.split(': ').slice(1).join(': '))];
}

/** Titles that a summary holds. */
const LATE_LINES = 15;

/** What a group is told once there is a line again: it is no page, nobody need run for it. */
function lateMessage(late: readonly OutgoingPage[], possibleDuplicate: boolean, language: Language): Message {
  const words = WORDS[language];
  const told = late.slice(0, LATE_LINES).map((page) => {
    const since = localTime(instantMillis(page.page.at), page.timeZone);
    return `${since} ${oneLine(titleOf(page.incident, language))} · ${oneLine(page.place[language])}`;
  });
  const more = late.length - told.length;
  const rest = more > 0 ? [words.lateMore(more)] : [];
  const title = `[${words.late}] ${words.lateCount(late.length)}`;
  return { title, headline: title, lines: [...told, ...rest, ...(possibleDuplicate ? [words.duplicate] : [])] };
}

/** Incidents that a call to many tells in a line each, and those of which it says at least where. */
const TOGETHER_LINES = 15;
const TOGETHER_PLACES = 60;

/** What is worst and most pressing first; all of them are counted, and named as far as anybody can read. */
function togetherMessage(page: OutgoingPage, all: readonly OutgoingPage[], language: Language): Message {
  const words = WORDS[language];
  const placeOf = (one: OutgoingPage) => oneLine(one.place[language]);
  const told = all
    .slice(0, TOGETHER_LINES)
    .map((one) => [oneLine(titleOf(one.incident, language)), placeOf(one), ...shortLeft(one, language)].join(' · '));
  const others = all.slice(TOGETHER_LINES);
  const places = others.slice(0, TOGETHER_PLACES).map(placeOf).join(', ');
  const title = `[${words.severity[page.incident.severity]}] ${words.together(all.length)}`;
  const lines = [
    ...told,
    ...(others.length > 0 ? [`${words.lateMore(others.length)}${words.colon}${places}`] : []),
    ...(page.link === null ? [] : [`${words.answer}${words.colon}${page.link}`]),
    ...(page.possibleDuplicate ? [words.duplicate] : []),
  ];
  return { title, headline: [title, placeOf(page), ...shortLeft(page, language)].join(' · '), lines };
}

function testMessage(language: Language): Message {
  const words = WORDS[language];
  const title = `[${words.test}] ${words.tried}`;
  return { title, headline: title, lines: [words.nothing] };
}

/** What the page says in the person's languages, the first of them first. */
export function messagesOf(page: OutgoingPage): readonly Message[] {
  return page.languages.map((language) => messageOf(page, language));
}

/** All of it as plain text: whoever reads it, reads the part in their language. */
export function textOf(page: OutgoingPage): string {
  return messagesOf(page)
    .map(({ headline, lines }) => [headline, ...lines].join('\n'))
    .join('\n\n');
}

/** The headline in the person's first language. */
export function headlineOf(page: OutgoingPage): string {
  return messageOf(page, firstLanguage(page)).headline;
}

/** What the person reads best. */
export function firstLanguage(page: Pick<OutgoingPage, 'languages'>): Language {
  return page.languages[0] ?? 'en';
}

/** What a page says, part by part, for providers that fill in a template. */
export interface Parts {
  /** How bad, and what. */
  readonly what: string;
  readonly title: string;
  readonly severity: string;
  readonly where: string;
  readonly since: string;
  readonly left: string;
}

/** The parts of a headline by themselves; `-` where there is nothing to say. */
export function partsOf(page: OutgoingPage): Parts {
  const language = firstLanguage(page);
  const { title: what } = messageOf(page, language);
  if (page.test || page.late) return { what, title: what, severity: '-', where: '-', since: '-', left: '-' };
  return {
    what,
    title: shortTitle(page, language),
    severity: severityWord(page, language),
    where: oneLine(page.place[language]),
    since: localTime(instantMillis(page.incident.openedAt), page.timeZone).slice(5, 16),
    left: shortLeft(page, language)[0] ?? '-',
  };
}

/** What has happened, without how bad it is; an order says it itself. */
export function shortTitle(page: OutgoingPage, language: Language): string {
  const { incident, together } = page;
  if (page.test || page.late || orderTold(page, language)) return messageOf(page, language).title;
  if (together) return WORDS[language].together(together.length);
  return oneLine(`${incident.drill ? DRILL : ''}${summaryOf(incident, language)}`);
}

/** How bad it is, in a word; of many the worst. */
export function severityWord({ incident: { severity, group } }: OutgoingPage, language: Language): string {
  return WORDS[language].severity[group?.worst.severity ?? severity];
}

/** The label of the way to the page where the crew answers. */
export function answerWord(page: OutgoingPage): string {
  return WORDS[firstLanguage(page)].answer;
}

/** The mark of a page that may be the second of its kind. */
export function duplicateWord(page: OutgoingPage): string {
  return WORDS[firstLanguage(page)].duplicate;
}

/** A name that somebody typed, without line breaks and other control characters: it cannot pretend to be a line of ours. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]+/gu, ' ').trim();
}

/** What is left of the on-site promise, ms, negative once it is broken; null when no clock runs for it, or the page is about an order. */
export function leftMs(page: OutgoingPage): number | null {
  if (page.page.about) return null;
  const clock = page.incident.clocks.find(({ term }) => term === 'on_site');
  if (!clock || (clock.verdict !== 'running' && clock.verdict !== 'breached')) return null;
  return instantMillis(clock.dueAt) - page.now;
}

function shortLeft(page: OutgoingPage, language: Language): string[] {
  const left = leftMs(page);
  if (left === null) return [];
  const words = WORDS[language];
  return [left >= 0 ? words.shortLeft(minutes(left)) : words.shortOverdue(minutes(-left))];
}

/** `6:59`; rounded down, so that the text never promises a second that is gone. */
function minutes(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function localTime(at: number, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return `${local.toPlainDate().toString()} ${local.toPlainTime().toString({ smallestUnit: 'second' })}`;
}
