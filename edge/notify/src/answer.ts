import type { Heard } from './http.ts';

/**
 * What a provider's answer means. Many chat robots say no inside a 200, so the status alone never
 * counts: DingTalk and WeCom `{errcode: ≠0}`, Feishu `{code: ≠0}` or `{StatusCode: ≠0}`, Slack and
 * Telegram `{ok: false}`, and `{success: false}` or `{error: …}` of home-made receivers.
 */
export type Answer =
  | { readonly kind: 'yes'; readonly reference: string | null }
  /** Worth another try: busy, throttled (then its robot is to be left alone), broken for now. */
  | { readonly kind: 'later'; readonly reason: string; readonly afterMs: number; readonly throttled?: boolean }
  /** Asking again would bring the same. */
  | { readonly kind: 'no'; readonly reason: string };

/** The provider asked to wait, but a page that waits longer than this is worth trying again anyway. */
const LONGEST_WAIT_MS = 120_000;

/** Judges status and body of a receiver of which nothing else is known; `afterMs` is what it asked to wait. */
export function judge(status: number, afterMs: number, body: string): Answer {
  const byStatus = judgeStatus({ status, afterMs, body });
  if (byStatus !== null) return byStatus;
  const refusal = refusalIn(body);
  return refusal === null ? { kind: 'yes', reference: null } : { kind: 'later', reason: refusal, afterMs };
}

/** What HTTP alone tells; null for a 2xx, whose body has the word. */
export function judgeStatus({ status, afterMs, body }: Pick<Heard, 'status' | 'afterMs' | 'body'>): Answer | null {
  const reason = `HTTP ${status}${quote(body)}`;
  if (status === 429) return { kind: 'later', reason, afterMs, throttled: true };
  if (status === 408 || status >= 500) return { kind: 'later', reason, afterMs };
  return status < 200 || status > 299 ? { kind: 'no', reason } : null;
}

/**
 * The verdict of a provider that answers with a code of its own: `throttled` and `busy` codes are
 * worth another try, every other that is not `ok` is final. A body that is not the provider's (a
 * proxy's page, a captive portal) is nobody's yes.
 */
export function judgeCode(
  heard: Heard,
  of: {
    /** The code in the provider's body; undefined when there is none. */
    readonly code: (json: Readonly<Record<string, unknown>>) => unknown;
    readonly ok: string;
    /** What each throttle code asks for, ms. */
    readonly throttled?: Readonly<Record<string, number>>;
    readonly busy?: readonly string[];
    /** The provider's own id of the message. */
    readonly reference?: (json: Readonly<Record<string, unknown>>) => unknown;
  },
): Answer {
  const code = heard.json === null ? undefined : of.code(heard.json);
  if (code === undefined || heard.json === null) return judgeStatus(heard) ?? notTheProvider(heard);
  const name = String(code);
  const reason = `HTTP ${heard.status}${quote(heard.body)}`;
  const throttleMs = of.throttled?.[name];
  if (throttleMs !== undefined)
    return { kind: 'later', reason, afterMs: Math.max(throttleMs, heard.afterMs), throttled: true };
  if (of.busy?.includes(name)) return { kind: 'later', reason, afterMs: heard.afterMs };
  if (name === of.ok) {
    const reference = of.reference?.(heard.json);
    return judgeStatus(heard) ?? { kind: 'yes', reference: reference === undefined ? null : String(reference) };
  }
  const byStatus = judgeStatus(heard);
  return byStatus?.kind === 'later' ? byStatus : { kind: 'no', reason };
}

/** A success that is not what the provider's success looks like. */
export function notTheProvider(heard: Pick<Heard, 'afterMs' | 'body'>): Answer {
  return { kind: 'later', reason: `not the provider's answer${quote(heard.body)}`, afterMs: heard.afterMs };
}

/** The no inside a 200, in the provider's words; null when the body does not say no. */
export function refusalIn(body: string): string | null {
  const answer = jsonOf(body);
  if (answer === null) return isPage(body) ? `the receiver answered with a web page${quote(body)}` : null;
  const no =
    differs(answer['errcode'], 'code') ||
    differs(answer['code'], 'code') ||
    differs(answer['StatusCode'], 'code') ||
    differs(answer['ok'], 'flag') ||
    differs(answer['success'], 'flag') ||
    Boolean(answer['error']) ||
    /^(error|fail(ed|ure)?)$/i.test(String(answer['status']));
  return no ? `the receiver said no inside a success${quote(body)}` : null;
}

/** What receivers put into a code or a flag when all is well. */
const SUCCESS = { code: /^(0|2\d\d|ok|success)$/i, flag: /^(true|1|ok)$/i } as const;

/** True when the field is there and is not what success looks like. */
function differs(value: unknown, kind: keyof typeof SUCCESS): boolean {
  return value !== undefined && value !== null && !SUCCESS[kind].test(String(value));
}

/** A body as a JSON object; null when it is none. */
export function jsonOf(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** A log-in page or an error page of something in between. */
function isPage(body: string): boolean {
  return /^\s*<(!doctype html|html)/i.test(body);
}

/** Retry-After is seconds or an HTTP date; ms, 0 when there is none. */
export function waitOf(retryAfter: string | null, now: number): number {
  if (retryAfter === null) return 0;
  const ms = /^\d+$/.test(retryAfter.trim()) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return Number.isFinite(ms) ? Math.min(LONGEST_WAIT_MS, Math.max(0, ms)) : 0;
}

/** The start of a body as one line, for a person to read. */
export function quote(body: string): string {
  const line = body.replaceAll(/\s+/g, ' ').trim().slice(0, 200);
  return line === '' ? '' : `: ${line}`;
}
