import type { OutgoingPage } from './channel.ts';
import { LANGUAGES, type Language } from './message.ts';
import type { PersonRules } from './settings.ts';

/** A channel and what it takes to reach this person over it. */
export interface Way {
  readonly channel: string;
  readonly address: string;
}

/** What the person reads, best first. */
export function languagesOf(rules: PersonRules | undefined): readonly Language[] {
  return rules === undefined || rules.language === 'both' ? LANGUAGES : [rules.language];
}

/**
 * True when the person's own rules keep this page off this channel. A critical page is never kept
 * off all of a person's channels: then none of the rules counts.
 */
export function isHeldBack(
  rules: PersonRules | undefined,
  channel: string,
  page: OutgoingPage,
  ways: readonly Way[],
): boolean {
  if (page.test || allows(rules, channel, page)) return false;
  return page.incident.severity !== 'critical' || ways.some((way) => allows(rules, way.channel, page));
}

function allows(rules: PersonRules | undefined, channel: string, page: OutgoingPage): boolean {
  const own = rules?.rules.filter(({ channels }) => channels.includes(channel)) ?? [];
  return own.length === 0 || own.some((rule) => fits(rule, page));
}

function fits({ severities, from, to }: PersonRules['rules'][number], page: OutgoingPage): boolean {
  if (severities && !severities.includes(page.incident.severity)) return false;
  if (from === undefined || to === undefined) return true;
  const local = Temporal.Instant.fromEpochMilliseconds(page.now).toZonedDateTimeISO(page.timeZone);
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' });
  return from <= to ? from <= time && time < to : from <= time || time < to;
}

/** Where else the person can be reached, in their order, without the ways that this page's step pages by itself. */
export function otherWays(rules: PersonRules | undefined, page: OutgoingPage, ways: readonly Way[]): Way[] {
  const { page: sent, incident } = page;
  const suffix = `${sent.to.person}.${sent.channel}`;
  const round = sent.id.endsWith(suffix) ? sent.id.slice(0, -suffix.length) : null;
  const alreadyPaged = new Set(
    incident.pages
      .filter(({ id, to, state }) => to.person === sent.to.person && state !== 'failed' && inRound(id, round))
      .map(({ channel }) => channel),
  );
  const order = rules?.fallOver;
  const known = order ? order.flatMap((name) => ways.find(({ channel }) => channel === name) ?? []) : ways;
  return known.filter(
    ({ channel }) => channel !== sent.channel && !alreadyPaged.has(channel) && !isHeldBack(rules, channel, page, ways),
  );
}

function inRound(id: string, round: string | null): boolean {
  return round !== null && id.startsWith(round);
}
