/*
 * Whether the words of a name say a state of now (it leaks, it runs, it is high), or name a thing that
 * is only called after one. A missed leak is worse than a name that stays the vendor's own: in doubt a
 * word is not on these lists.
 */

/** Denials, acknowledgements, orders and sums: they turn any statement into another. */
const NO_STATEMENT = wordSet(
  'reset ack acknowledge acknowledged silence mute muted bypass bypassed disable disabled inhibit not free ' +
    'hour hours hrs time runtime starts stops command cmd request req',
);

/** Things that bear the name of a leak, a pump or a float, and their other qualities. */
const OTHER_THING = wordSet(
  'light lights lamp led lighting current earth residual rate flow volume soil bulb leaf temp temperature humidity ' +
    'pressure rssi signal voltage power energy speed frequency battery batt online connected reachable ok healthy ' +
    'valve ready available permit lockout',
);

/** Behind a word it makes a place of it: what leaks in the battery room is not the battery. */
const PLACE_WORD = /^(?:room|area|hall|shaft|cabinet|closet|store|house)$/;

/** False for a reset, an acknowledgement, a denial; `leak no 2` is the second of several. */
export function isStatement(words: readonly string[]): boolean {
  return !words.some((word, index) => (word === 'no' ? !/^\d/.test(words[index + 1] ?? '') : NO_STATEMENT.has(word)));
}

/** A statement, and about the thing itself: no lamp, no battery of a sensor. */
export function isState(words: readonly string[]): boolean {
  const isOther = words.some((word, index) => OTHER_THING.has(word) && !PLACE_WORD.test(words[index + 1] ?? ''));
  return !isOther && isStatement(words);
}

const SURE_LEAK = /^(?:leak|flood|waterleak|protechka|протечка)/;
const MOIST_STATE = wordSet('water detected detector alarm alert');

/** Moist is also the soil, wet also a well or a bulb; a flood zone alone is a setting. */
export function isLeak(words: readonly string[]): boolean {
  if (!isState(words)) return false;
  const sure = words.find((word) => SURE_LEAK.test(word));
  if (sure !== undefined) return !(sure.startsWith('flood') && words.length === 2 && words.includes('zone'));
  if (words.some((word) => word.startsWith('moisture'))) return words.some((word) => MOIST_STATE.has(word));
  return !words.includes('well');
}

/** A set of words, written as one text. */
export function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}
