/**
 * The instant at which a wall clock in a zone shows `2026-03-02T08:00`, as RFC 3339 UTC; null when
 * the text is no date. Where the clocks are set back it is the first of the two.
 */
export function instantOfCivil(text: string, zone: string): string | null {
  const wall = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) ? Date.parse(`${text}:00Z`) : Number.NaN;
  if (Number.isNaN(wall)) return null;
  // The offset of a guess is right but for the hours around a change; the second guess settles those.
  const guess = wall - offsetMs(wall, zone);
  return new Date(wall - offsetMs(guess, zone)).toISOString();
}

/** What a wall clock in a zone shows at an instant: `2026-03-02T08:00`, as a form’s field takes it. */
export function civilOf(at: number, zone: string): string {
  return new Date(at + offsetMs(at, zone)).toISOString().slice(0, 16);
}

/** What a wall clock in a zone shows at an instant that somebody has written; null: one of the two is none. */
export function shownInstant(instant: unknown, zone: unknown): string | null {
  const at = typeof instant === 'string' ? Date.parse(instant) : Number.NaN;
  if (Number.isNaN(at) || typeof zone !== 'string') return null;
  try {
    return civilOf(at, zone);
  } catch {
    // A zone that is still being typed.
    return null;
  }
}

/** `day` moved by whole days. */
export function movedDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

function offsetMs(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return shown - Math.floor(at / 1000) * 1000;
}
