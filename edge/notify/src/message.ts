import { instantMillis } from '@keepsite/edge-contract';
import type { OutgoingPage } from './channel.ts';

export const LANGUAGES = ['zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Message {
  readonly title: string;
  readonly lines: readonly string[];
}

const WORDS = {
  en: {
    severity: { critical: 'CRITICAL', major: 'MAJOR', minor: 'Minor', info: 'Info' },
    where: 'Where',
    since: 'Since',
    left: (time: string) => `${time} left to be on site`,
    overdue: (time: string) => `On site overdue by ${time}`,
    answer: 'Answer',
    duplicate: 'Possibly sent twice',
    simulated: 'Drill (simulated)',
    colon: ': ',
  },
  zh: {
    severity: { critical: '紧急', major: '重要', minor: '一般', info: '提示' },
    where: '位置',
    since: '开始',
    left: (time: string) => `距到场时限还剩 ${time}`,
    overdue: (time: string) => `已超过到场时限 ${time}`,
    answer: '响应',
    duplicate: '可能重复',
    simulated: '演练（模拟）',
    colon: '：',
  },
} as const satisfies Record<Language, unknown>;

/** What the crew reads: what, where, since when, how long they have, and where to answer. */
export function messageOf(page: OutgoingPage, language: Language): Message {
  const words = WORDS[language];
  const { incident } = page;
  const line = (label: string, value: string) => `${label}${words.colon}${value}`;
  const lines = [
    line(words.where, page.place[language]),
    line(words.since, localTime(instantMillis(incident.openedAt), page.timeZone)),
    ...remaining(page, language),
    ...(page.link === null ? [] : [line(words.answer, page.link)]),
    ...(incident.simulated ? [words.simulated] : []),
    ...(page.possibleDuplicate ? [words.duplicate] : []),
  ];
  return { title: `[${words.severity[incident.severity]}] ${incident.summary[language]}`, lines };
}

/** Both languages, Chinese first: whoever reads it, reads the upper or the lower half. */
export function textOf(page: OutgoingPage): string {
  return LANGUAGES.map((language) => {
    const { title, lines } = messageOf(page, language);
    return [title, ...lines].join('\n');
  }).join('\n\n');
}

/** The time that is left of the on-site promise; nothing when there is no running clock for it. */
function remaining(page: OutgoingPage, language: Language): string[] {
  const clock = page.incident.clocks.find(({ term }) => term === 'on_site');
  if (!clock || (clock.verdict !== 'running' && clock.verdict !== 'breached')) return [];
  const leftMs = instantMillis(clock.dueAt) - page.now;
  const words = WORDS[language];
  return [leftMs >= 0 ? words.left(minutes(leftMs)) : words.overdue(minutes(-leftMs))];
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
