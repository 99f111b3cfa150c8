import { instantMillis } from '@keepsite/edge-contract';
import type { OutgoingPage } from './channel.ts';
import { shareChars } from './cut.ts';
import { firstLanguage, isToContractor, type Language, leftMs, oneLine, severityWord, shortTitle } from './message.ts';

/** What is read aloud, part by part; null where there is nothing to say. */
export interface SpokenParts {
  readonly what: string;
  readonly title: string;
  readonly severity: string | null;
  readonly where: string | null;
  readonly since: string | null;
  readonly left: string | null;
  readonly how: string | null;
}

interface Words {
  readonly severity: (word: string) => string;
  readonly what: (severity: string, title: string) => string;
  readonly test: string;
  readonly where: (place: string) => string;
  readonly since: (time: Temporal.ZonedDateTime, otherDay: boolean) => string;
  readonly left: (minutes: number, seconds: number) => string;
  readonly overdue: (minutes: number, seconds: number) => string;
  readonly answer: string;
  readonly decide: string;
  readonly confirm: string;
  readonly stop: string;
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const two = (n: number): string => String(n).padStart(2, '0');

/** Nothing that a voice would spell out: no brackets, no 6:48. */
const WORDS: Record<Language, Words> = {
  zh: {
    severity: (word) => word,
    what: (severity, title) => `${severity}，${title}`,
    test: '测试，Keepsite 通道测试，没有发生任何事件',
    where: (place) => `位置，${place}`,
    since: ({ month, day, hour, minute }, otherDay) =>
      `${otherDay ? `${month}月${day}日` : ''}${hour}点${minute === 0 ? '整' : `${minute}分`}开始`,
    left: (minutes, seconds) => `还剩${minutes}分${seconds}秒`,
    overdue: (minutes, seconds) => `已超时${minutes}分${seconds}秒`,
    answer: '请在收到的消息中应答，本电话不能按键应答',
    decide: '请在收到的消息中处理，本电话不能按键应答',
    confirm: '请在收到的消息中确认或拒单，本电话不能按键应答',
    stop: '。',
  },
  en: {
    severity: (word) => word.charAt(0) + word.slice(1).toLowerCase(),
    what: (severity, title) => `${severity}: ${title}`,
    test: 'Test, Keepsite tries this channel out, nothing has happened',
    where: (place) => `Where: ${place}`,
    since: ({ month, day, hour, minute }, otherDay) =>
      `Since ${otherDay ? `${day} ${MONTHS[month - 1]} ` : ''}${two(hour)}:${two(minute)}`,
    left: (minutes, seconds) => `${minutes} minutes ${seconds} seconds left`,
    overdue: (minutes, seconds) => `Overdue by ${minutes} minutes ${seconds} seconds`,
    answer: 'Answer in the message that you were sent; keys on this call do nothing',
    decide: 'See to it in the message that you were sent; keys on this call do nothing',
    confirm: 'Confirm or decline in the message that you were sent; keys on this call do nothing',
    stop: '. ',
  },
};

/** How bad, what, where, since when, how long is left, and how to answer: no provider tells us of pressed keys. */
export function spokenParts(page: OutgoingPage): SpokenParts {
  const language = firstLanguage(page);
  const words = WORDS[language];
  const title = page.test ? words.test : shortTitle(page, language);
  const none = { what: title, title, severity: null, where: null, since: null, left: null, how: null };
  if (page.test || page.late) return none;
  const severity = words.severity(severityWord(page, language));
  return {
    what: page.page.about ? title : words.what(severity, title),
    title,
    severity,
    where: oneLine(page.place[language]) || null,
    since: sinceOf(page, words),
    left: leftOf(page, words),
    how: howOf(page, words),
  };
}

/** The same as sentences within `max` characters; only names are cut. */
export function spokenOf(page: OutgoingPage, max: number): string {
  const words = WORDS[firstLanguage(page)];
  const { what, where, since, left, how } = spokenParts(page);
  const rest = [since, left, how].filter((part) => part !== null);
  const named = [what, ...(where === null ? [] : [words.where(where)])];
  const fixed = rest.join('').length + (named.length + rest.length) * words.stop.length;
  return [...shareChars(named, max - fixed), ...rest]
    .map((part) => part + words.stop)
    .join('')
    .trim();
}

function sinceOf({ incident, timeZone, now }: OutgoingPage, words: Words): string {
  const local = (at: number) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  const since = local(instantMillis(incident.openedAt));
  return words.since(since, !since.toPlainDate().equals(local(now).toPlainDate()));
}

function leftOf(page: OutgoingPage, words: Words): string | null {
  const left = leftMs(page);
  if (left === null) return null;
  const seconds = Math.floor(Math.abs(left) / 1000);
  return (left >= 0 ? words.left : words.overdue)(Math.floor(seconds / 60), seconds % 60);
}

function howOf(page: OutgoingPage, words: Words): string | null {
  const { response } = page.incident;
  if (response === 'closed' || response === 'cancelled') return null;
  if (isToContractor(page)) return words.confirm;
  return page.page.about ? words.decide : words.answer;
}
