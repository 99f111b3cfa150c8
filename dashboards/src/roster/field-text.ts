import { Amount, centsOf } from '@keepsite/edge-contract';

/** How a field of the form is written by people; what nobody can read stays as it was typed, and is told about. */
export type FieldKind = 'seconds' | 'money' | 'number' | 'words';

const KINDS: Readonly<Record<string, FieldKind>> = {
  afterSeconds: 'seconds',
  acknowledge: 'seconds',
  on_site: 'seconds',
  resolve: 'seconds',
  repeatEverySeconds: 'seconds',
  askNextAfterSeconds: 'seconds',
  amount: 'money',
  cost: 'money',
  quantity: 'number',
  withinMinutes: 'number',
  every: 'number',
};

/** What kind of field stands at a path: its name says it, and an entry of a list is known by the list. */
export function fieldKind(path: readonly PropertyKey[]): FieldKind {
  return KINDS[String(path.findLast((key) => typeof key === 'string'))] ?? 'words';
}

/** What a field shows for a value. */
export function textOf(kind: FieldKind, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (kind === 'seconds' && typeof value === 'number') return secondsText(value);
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** The value of what somebody has typed; undefined: the field is empty. */
export function valueOf(kind: FieldKind, text: string): unknown {
  if (text === '') return undefined;
  return READ[kind](text);
}

const READ: Readonly<Record<FieldKind, (text: string) => unknown>> = {
  seconds: secondsOf,
  money: moneyOf,
  number: (text) => (/^\d+(\.\d+)?(e[+-]?\d+)?$/.test(text.trim()) ? Number(text) : text),
  words: (text) => text,
};

/** `1:05`, from one hour on `2:00:00`; a fraction of a second stays, and what has no such form is `1e-7 s`. */
function secondsText(seconds: number): string {
  const parts = /^(\d+)(\.\d+)?$/.exec(String(seconds));
  if (!parts) return `${seconds} s`;
  const [, whole, fraction = ''] = parts;
  const all = Number(whole);
  const two = (part: number): string => String(part).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(all / 3_600), Math.floor(all / 60) % 60, two(all % 60)];
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${rest}${fraction}`;
}

/** `1:05`, `90:00`, `2:00:00` and `90 s`; a bare number could be either, so it is none. */
function secondsOf(text: string): unknown {
  const plain = text.trim().replaceAll('：', ':');
  const clock = /^(?:(\d+):([0-5]?\d)|(\d+)):([0-5]\d)(\.\d+)?$/.exec(plain);
  if (clock) {
    const [, hours = '0', of, alone, rest, fraction = ''] = clock;
    const whole = Number(hours) * 3_600 + Number(of ?? alone) * 60 + Number(rest);
    return Number(`${whole}${fraction}`);
  }
  const bare = /^(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*(?:s|秒)$/.exec(plain);
  return bare ? Number(bare[1]) : text;
}

/** Decimal text as the contract has it; `12,000` is `12000`. */
function moneyOf(text: string): unknown {
  const bare = text.trim().replaceAll(/[,，\s]/g, '');
  return isAmount(bare) ? bare : text;
}

/** What amounts come to, in cents; those that are none count nothing. */
export function sumOfCents(amounts: readonly unknown[]): number {
  return amounts.filter(isAmount).reduce((sum, amount) => sum + centsOf(amount), 0);
}

function isAmount(value: unknown): value is Amount {
  return Amount.safeParse(value).success;
}
