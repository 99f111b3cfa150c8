import { judge, type Answer } from './answer.ts';
import { retryOrGiveUp, type Channel, type ChannelDeps, type Delivery, type OutgoingPage } from './channel.ts';
import { pageJson } from './mqtt.ts';
import { signBody } from './signature.ts';

/** Most of an answer that is read; a provider's verdict is short. */
const ANSWER_BYTES = 16_384;

/**
 * Posts the page as JSON to the person's URL, or to the configured one when the address is not a
 * URL. Signed as `X-Keepsite-Signature` when a secret is configured; `Idempotency-Key` is the
 * page's id in every attempt. Success is a 2xx whose body does not say no.
 */
export const webhook: Channel = {
  name: 'webhook',
  async send(page, deps) {
    const target = targetOf(page, deps);
    if (!target.ok) return { outcome: 'failed', reason: target.reason };
    const body = JSON.stringify(pageJson(page));
    try {
      return delivery(page, await post(target.url, page.page.id, body, deps), deps);
    } catch (error) {
      const reason = reasonOf(error);
      return retryOrGiveUp(page, `${target.url.host} did not answer: ${reason}`, deps.random, {
        mayHaveArrived: !neverConnected(error),
      });
    }
  },
};

function targetOf(
  page: OutgoingPage,
  deps: ChannelDeps,
): { readonly ok: true; readonly url: URL } | { readonly ok: false; readonly reason: string } {
  const { address } = page.page.to;
  const text = /^https?:\/\//i.test(address) ? address : deps.webhook.url;
  if (text === null) return { ok: false, reason: 'the address is no URL and no webhook URL is configured' };
  try {
    const url = new URL(text);
    deps.assertAllowedUrl(url);
    return { ok: true, url };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

async function post(url: URL, id: string, body: string, deps: ChannelDeps): Promise<Answer> {
  const { secret } = deps.webhook;
  const response = await deps.fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'idempotency-key': id,
      ...(secret === null ? {} : { 'x-keepsite-signature': signBody(secret, deps.wallNow(), body) }),
    },
    body,
    // A redirect would carry the signed page to a place that nobody allowed.
    redirect: 'manual',
    signal: AbortSignal.timeout(deps.timeoutMs),
  });
  return judge(response.status, response.headers.get('retry-after'), await textOf(response), deps.wallNow());
}

function delivery(page: OutgoingPage, answer: Answer, deps: ChannelDeps): Delivery {
  switch (answer.kind) {
    case 'yes':
      return { outcome: 'accepted', reference: answer.reference };
    case 'later':
      return retryOrGiveUp(page, answer.reason, deps.random, { atLeastMs: answer.afterMs });
    case 'no':
      return { outcome: 'failed', reason: answer.reason };
  }
}

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

/** Only when no connection came about is it certain that nobody got the page. */
function neverConnected(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT'].includes(
    String(cause?.code),
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
