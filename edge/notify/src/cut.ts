/** Where something was left out. */
const MORE = '…';

/** The start of a text within `max` UTF-8 bytes, never half a character. */
export function cutBytes(text: string, max: number): string {
  return cut(text, max, (part) => Buffer.byteLength(part));
}

/** The start of a text that takes at most `max` UTF-8 bytes within a JSON string, where some characters are escaped. */
export function cutJson(text: string, max: number): string {
  return cut(text, max, (part) => Buffer.byteLength(JSON.stringify(part)) - 2);
}

/** The start of a text within `max` characters (code points). */
export function cutChars(text: string, max: number): string {
  return cut(text, max, () => 1);
}

/** Texts that have `max` characters together: the longest give way first, so that a short one stays whole. */
export function shareChars(texts: readonly string[], max: number): string[] {
  const rooms = new Map<number, number>();
  const bySize = texts.map((text, i) => ({ i, size: Array.from(text).length })).toSorted((a, b) => a.size - b.size);
  let left = max;
  for (const [before, { i, size }] of bySize.entries()) {
    const room = Math.min(size, Math.floor(left / (texts.length - before)));
    rooms.set(i, room);
    left -= room;
  }
  return texts.map((text, i) => cutChars(text, rooms.get(i) ?? 0));
}

function cut(text: string, max: number, sizeOf: (character: string) => number): string {
  const characters = Array.from(text);
  const whole = characters.reduce((size, character) => size + sizeOf(character), 0);
  if (whole <= max) return text;
  const room = max - sizeOf(MORE);
  let size = 0;
  const kept = characters.findIndex((character) => (size += sizeOf(character)) > room);
  return `${characters.slice(0, kept).join('')}${MORE}`;
}

/** Text for an element or an attribute of XML or HTML. */
export function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
