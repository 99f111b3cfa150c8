import type { Term } from '@keepsite/edge-contract';

/** One statement in both languages. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

/** Joins sentences; an empty list is empty text. */
export function sentences(parts: readonly Words[]): Words {
  return { en: parts.map(({ en }) => en).join(' '), zh: parts.map(({ zh }) => zh).join('') };
}

/** At most `digits` decimals, without trailing zeros and never `-0`. */
export function number(value: number, digits = 1): string {
  return String(Number(value.toFixed(digits)) + 0);
}

/** A share (0…1) as `97.5 %`. */
export function percent(share: number, digits = 1): string {
  return `${number(share * 100, digits)} %`;
}

/** `1 repair`, `3 repairs`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** Seconds as on a stopwatch: `08:43`; hours in front when there are any: `26:05:00`. */
export function stopwatch(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const tail = `${String(m).padStart(2, '0')}:${String(s).padStart(2, '0')}`;
  return h === 0 ? tail : `${h}:${tail}`;
}

/** Seconds as a length of time: `1:43` and `1 分 43 秒`. Never less than one second: late is late. */
export function duration(seconds: number): Words {
  const whole = Math.max(1, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const en = h === 0 ? `${m}:${String(s).padStart(2, '0')}` : stopwatch(whole);
  const zh = [h === 0 ? '' : `${h} 小时`, m === 0 ? '' : `${m} 分`, s === 0 ? '' : `${s} 秒`].filter(
    (part) => part !== '',
  );
  return { en, zh: zh.join(' ') };
}

/** Minutes in plain words: `95 min`, `26 h`, and the same in Chinese. */
export function minutes(value: number): Words {
  if (value >= 600) return { en: `${number(value / 60)} h`, zh: `${number(value / 60)} 小时` };
  return { en: `${number(value)} min`, zh: `${number(value)} 分钟` };
}

export const TERM_WORDS: { readonly [term in Term]: Words } = {
  acknowledge: { en: 'Acknowledged', zh: '接单' },
  on_site: { en: 'On site', zh: '到场' },
  resolve: { en: 'Resolved', zh: '修复' },
};
