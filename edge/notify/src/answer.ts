/**
 * What a provider's answer means. Many chat robots say no inside a 200, so the status alone never
 * counts: DingTalk and WeCom `{errcode: ≠0}`, Feishu `{code: ≠0}` or `{StatusCode: ≠0}`, Slack and
 * Telegram `{ok: false}`, and `{success: false}` or `{error: …}` of home-made receivers.
 */
export type Answer =
  | { readonly kind: 'yes'; readonly reference: string | null }
  /** Worth another try: busy, throttled, broken for now. */
  | { readonly kind: 'later'; readonly reason: string; readonly afterMs: number }
  /** Asking again would bring the same. */
  | { readonly kind: 'no'; readonly reason: string };

/** The provider asked to wait, but a page that waits longer than this is worth trying again anyway. */
const LONGEST_WAIT_MS = 120_000;

/** Judges status, `Retry-After` and body together; `now` is the wall clock, for a dated Retry-After. */
export function judge(status: number, retryAfter: string | null, body: string, now: number): Answer {
  const afterMs = waitOf(retryAfter, now);
  if (status === 429 || status === 408 || status >= 500)
    return { kind: 'later', reason: `HTTP ${status}${quote(body)}`, afterMs };
  if (status < 200 || status > 299) return { kind: 'no', reason: `HTTP ${status}${quote(body)}` };
  const refusal = refusalIn(body);
  return refusal === null ? { kind: 'yes', reference: null } : { kind: 'later', reason: refusal, afterMs };
}

/** The no inside a 200, in the provider's words; null when the body does not say no. */
export function refusalIn(body: string): string | null {
  const answer = parse(body);
  if (answer === null) return null;
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

function parse(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** Retry-After is seconds or an HTTP date. */
function waitOf(retryAfter: string | null, now: number): number {
  if (retryAfter === null) return 0;
  const ms = /^\d+$/.test(retryAfter.trim()) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return Number.isFinite(ms) ? Math.min(LONGEST_WAIT_MS, Math.max(0, ms)) : 0;
}

function quote(body: string): string {
  const line = body.replaceAll(/\s+/g, ' ').trim().slice(0, 200);
  return line === '' ? '' : `: ${line}`;
}
