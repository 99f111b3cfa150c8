import type { OutgoingPage } from './channel.ts';
import { isToContractor, partsOf } from './message.ts';

/** The alphabet of a 160-character SMS (3GPP TS 23.038 §6.2.1), and its extension, whose signs count twice. */
const GSM = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€]$/u;
const TWICE = /^[\^{}\\[~\]|€]$/u;

/** How a text is counted: in septets of the GSM alphabet, or in UTF-16 units. */
interface Counting {
  readonly max: number;
  readonly of: (character: string) => number;
  readonly between: string;
  readonly more: string;
}

const SEPTETS: Counting = {
  max: 160,
  of: (character) => (TWICE.test(character) ? 2 : 1),
  between: ' - ',
  more: '...',
};
const UNITS: Counting = { max: 70, of: (character) => character.length, between: ' · ', more: '…' };

/**
 * The page as one SMS segment: what, where and the time left. When there is no room for all of it
 * the place is cut first, then what happened; the time left always stands.
 */
export function smsOf(page: OutgoingPage): string {
  const { what, where, left } = partsOf(page);
  const counting = [what, where, left].every((part) => Array.from(part).every((it) => GSM.test(it))) ? SEPTETS : UNITS;
  const { max, between } = counting;
  const fixed = size(`${between}${between}${left}`, counting);
  const shortWhat = cut(what, max - fixed - MIN_PLACE, counting);
  const shortWhere = cut(where, max - fixed - size(shortWhat, counting), counting);
  return [shortWhat, shortWhere, left].filter((part) => part !== '' && part !== '-').join(between);
}

/** The same, and for whoever has no other way to answer (a contractor) the link, which takes further segments. */
export function smsWithLink(page: OutgoingPage): string {
  const text = smsOf(page);
  const needsLink = isToContractor(page) || page.answersByLinkOnly;
  return needsLink && page.link !== null ? `${text}\n${page.link}` : text;
}

/** What is left of the place, however long the rest is. */
const MIN_PLACE = 12;

function size(text: string, { of }: Counting): number {
  return Array.from(text).reduce((sum, character) => sum + of(character), 0);
}

function cut(text: string, room: number, counting: Counting): string {
  if (size(text, counting) <= room) return text;
  let kept = '';
  for (const character of text) {
    if (size(kept + character + counting.more, counting) > room) break;
    kept += character;
  }
  return kept + counting.more;
}
