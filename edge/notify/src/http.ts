import { type Answer, jsonOf, judge, waitOf } from './answer.ts';
import { retryOrGiveUp, waitForLine, type ChannelDeps, type Delivery, type OutgoingPage } from './channel.ts';

/** Most of an answer that is read; a provider's verdict is short. */
const ANSWER_BYTES = 16_384;

/** What a channel asks of a provider. */
export interface Request {
  readonly url: string;
  /** Default POST. */
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** What a provider said: its status and the start of its body. */
export interface Heard {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** The body as a JSON object; null when it is none. */
  readonly json: Readonly<Record<string, unknown>> | null;
  /** How long it asks us to wait, ms; 0 when it does not. */
  readonly afterMs: number;
}

export type Asked =
  | { readonly kind: 'heard'; readonly heard: Heard }
  /** No answer; `mayHaveArrived` unless it is certain that no connection came about. */
  | { readonly kind: 'silent'; readonly reason: string; readonly mayHaveArrived: boolean }
  /** A URL that must not be reached. */
  | { readonly kind: 'forbidden'; readonly reason: string };

/**
 * Asks a provider once. Never rejects. Redirects are not followed: one would carry the page, and
 * what is secret about its URL, to a place that nobody allowed.
 */
export async function ask(
  request: Request,
  deps: Pick<ChannelDeps, 'fetch' | 'assertAllowedUrl' | 'timeoutMs' | 'wallNow'>,
): Promise<Asked> {
  let url: URL;
  try {
    url = new URL(request.url);
    deps.assertAllowedUrl(url);
  } catch (error) {
    return { kind: 'forbidden', reason: reasonOf(error) };
  }
  try {
    const response = await deps.fetch(url, {
      method: request.method ?? 'POST',
      headers: { 'user-agent': 'Keepsite', ...request.headers },
      ...(request.body === undefined ? {} : { body: request.body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(deps.timeoutMs),
    });
    const body = await textOf(response);
    const afterMs = waitOf(response.headers.get('retry-after'), deps.wallNow());
    return {
      kind: 'heard',
      heard: { status: response.status, headers: response.headers, body, json: jsonOf(body), afterMs },
    };
  } catch (error) {
    const reason = `${url.host} did not answer: ${reasonOf(error)}`;
    if (codeOf(error) === FORBIDDEN_ADDRESS) return { kind: 'forbidden', reason };
    return { kind: 'silent', reason, mayHaveArrived: !NEVER_CONNECTED.includes(codeOf(error)) };
  }
}

/** What is told of a request, judged by the provider's own rules. */
export function deliveryOf(
  page: OutgoingPage,
  asked: Asked,
  verdict: (heard: Heard) => Answer,
  deps: ChannelDeps,
): Delivery {
  if (asked.kind === 'forbidden') return { outcome: 'failed', reason: asked.reason };
  if (asked.kind === 'silent' && !asked.mayHaveArrived) return waitForLine(page, asked.reason, deps.random);
  if (asked.kind === 'silent')
    return retryOrGiveUp(page, asked.reason, deps.random, { mayHaveArrived: asked.mayHaveArrived });
  const answer = verdict(asked.heard);
  switch (answer.kind) {
    case 'yes':
      return { outcome: 'accepted', reference: answer.reference };
    case 'later':
      return retryOrGiveUp(page, answer.reason, deps.random, {
        atLeastMs: answer.afterMs,
        throttled: answer.throttled === true,
      });
    case 'no':
      return { outcome: 'failed', reason: answer.reason };
  }
}

/** Asks and judges in one go. */
export async function deliver(
  page: OutgoingPage,
  request: Request,
  verdict: (heard: Heard) => Answer,
  deps: ChannelDeps,
): Promise<Delivery> {
  return deliveryOf(page, await ask(request, deps), verdict, deps);
}

/** A request with a JSON body. */
export function jsonRequest(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Request {
  return {
    url,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

/** The verdict on a receiver of which nothing else is known. */
export function plainVerdict(heard: Heard): Answer {
  return judge(heard.status, heard.afterMs, heard.body);
}

/** The code of an error that says that an address must not be reached. */
export const FORBIDDEN_ADDRESS = 'KEEPSITE_FORBIDDEN_ADDRESS';

/** Only when no connection came about is it certain that nobody got the page. */
const NEVER_CONNECTED = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

/** Reads the start of the answer; a receiver that sends without end is not listened to. */
async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    parts.push(part);
    size += part.byteLength;
    if (size >= ANSWER_BYTES) break;
  }
  return Buffer.concat(parts).toString('utf8').slice(0, ANSWER_BYTES);
}

function codeOf(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  return String(cause?.code ?? code);
}

/** One line for whatever was thrown, with its cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
