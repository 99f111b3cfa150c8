import type { Asset, Device, Millis, Quality, Reading, Registry, Value } from '@keepsite/edge-contract';
import type { Breach } from '../domain/breach.ts';
import { createRuleBook, type RuleBookOptions } from '../domain/evaluate.ts';
import type { Condition, Rule } from '../domain/rule.ts';
import { createRuleMemory, type RuleCell } from '../domain/rule-memory.ts';

/** Monday, 08:00 in Shanghai. */
export const TRIAL_START: Millis = Date.UTC(2026, 2, 2);

export interface TrialSite {
  readonly kind?: Asset['kind'];
  readonly traits?: Asset['traits'];
  readonly devices?: readonly (Partial<Device> & { id: string })[];
  readonly options?: RuleBookOptions;
}

export interface Said {
  readonly device?: string;
  readonly part?: string | null;
  readonly quality?: Quality;
  readonly historical?: boolean;
  /** How far the device's clock is off, in seconds; null: it has none. */
  readonly skew?: number | null;
}

/** A rule `r` around a condition: critical, with a summary that tells the value and the limit. */
export function rule(when: Condition, more: Partial<Rule> = {}): Rule {
  const summary = { en: '{asset}: {value} of {limit}', zh: '{asset}：{value}/{limit}' };
  return { id: 'r', fault: when.kind === 'silence' ? 'no_data' : 'leak', severity: 'critical', when, summary, ...more };
}

/** One breach as a line: `5 raised leak.wet critical`. */
export type Line = string;

/**
 * Rules on one asset with its devices, told by the second: tries rules out without an edge. Time
 * only moves forward.
 */
export interface Trial {
  says(second: number, metric: string, value: Value, more?: Said): Line[];
  ticks(second: number): Line[];
  hears(second: number, device: string): Line[];
  /** The memory goes to JSON and back, into a new book. */
  restarts(rules?: readonly Rule[], options?: RuleBookOptions): void;
  readonly breaches: readonly Breach[];
  memory(): readonly [string, RuleCell][];
  /** Seconds from the start; null: never. */
  nextDue(): number | null;
  readonly skipped: readonly { readonly rule: string; readonly reason: string }[];
}

/** Sets a trial up: one asset `asset-1`, with the device `dev-1` unless others are given. */
export function trial(rules: readonly Rule[], site: TrialSite = {}): Trial {
  const registry = registryOf(site);
  const breaches: Breach[] = [];
  let memory = createRuleMemory();
  let book = createRuleBook(rules, registry, site.options);

  function noted(second: number, found: readonly Breach[]): Line[] {
    breaches.push(...found);
    return found.map((it) => `${second} ${it.state} ${it.source.replace('rule:', '')} ${it.severity}`);
  }

  return {
    says(second, metric, value, more = {}) {
      const reading = readingAt(second, metric, value, more);
      return noted(second, book.onReading(reading, reading.receivedAt, memory));
    },
    ticks: (second) => noted(second, book.onTick(TRIAL_START + second * 1000, memory)),
    hears: (second, device) => noted(second, book.onHeard(device, TRIAL_START + second * 1000, memory)),
    restarts(others = rules, options = site.options) {
      memory = createRuleMemory(JSON.parse(JSON.stringify([...memory.entries()])) as [string, RuleCell][]);
      book = createRuleBook(others, registry, options);
    },
    breaches,
    memory: () => [...memory.entries()],
    nextDue() {
      const due = book.nextDue(memory);
      return due === null || due === 0 ? due : (due - TRIAL_START) / 1000;
    },
    skipped: book.skipped,
  };
}

function readingAt(second: number, metric: string, value: Value, more: Said): Reading {
  const receivedAt = TRIAL_START + second * 1000;
  const { device = 'dev-1', part = null, quality = 'good', historical = false, skew = 0 } = more;
  return {
    device,
    metric,
    part,
    value,
    at: skew === null ? null : receivedAt + skew * 1000,
    receivedAt,
    quality,
    historical,
  };
}

function registryOf({ kind = 'other', traits = {}, devices = [{ id: 'dev-1' }] }: TrialSite): Registry {
  const name = { en: 'Place', zh: '地点' };
  return {
    version: 1,
    sites: [{ id: 'site-1', name, zone: 'Asia/Shanghai', kind: 'other' }],
    zones: [{ id: 'zone-1', site: 'site-1', name, clients: [] }],
    assets: [{ id: 'asset-1', zone: 'zone-1', kind, name, traits }],
    devices: devices.map((it) => ({ family: 'mapped', asset: 'asset-1', ...it })),
    people: [],
    crews: [],
    plans: [],
    calendars: [],
    rosters: [],
    contracts: [],
  };
}

/** What a device says when. */
export type Word = readonly [second: number, metric: string, value: Value, more?: Said];

/** Rules on one asset; the values in order, a tick every second between them and up to `until`. */
export function play(rules: readonly Rule[], site: TrialSite, words: readonly Word[], until: number): Line[] {
  const t = trial(rules, { devices: [{ id: 'dev-1', expectEverySeconds: 1e7 }], ...site });
  const lines: Line[] = [];
  const queue = words.toSorted((a, b) => a[0] - b[0]);
  for (let s = 0; s <= until; s++) {
    lines.push(...t.ticks(s));
    for (let word = queue[0]; word && word[0] <= s; word = queue[0]) {
      const [, metric, value, more] = word;
      lines.push(...t.says(s, metric, value, more));
      queue.shift();
    }
  }
  return lines;
}

/** A value every `step` seconds. */
export function each(
  from: number,
  to: number,
  step: number,
  metric: string,
  value: (s: number) => Value,
  more?: Said,
): Word[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i): Word => {
    const second = from + i * step;
    return more ? [second, metric, value(second), more] : [second, metric, value(second)];
  });
}
