import { BatchResult, type Batch } from '@keepsite/edge-contract';
import { CommandList } from '@keepsite/cloud-contract';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { z } from 'zod';
import { EdgeError, type EdgeErrorCode } from '../errors.ts';
import type { Uplink } from '../ports.ts';

/** Longer than the cloud's own wait, so that an empty long poll is an answer and not a failure. */
const POLL_TIMEOUT_MS = 60_000;
const SEND_TIMEOUT_MS = 30_000;
const RESULTS_TIMEOUT_MS = 15_000;
const ANSWER_BYTES = 8_000_000;
/** A smaller body gains nothing; a batch of readings shrinks to a tenth. */
const GZIP_FROM_CHARS = 4_096;

const compress = promisify(gzip);

export interface HttpUplinkOptions {
  /** The cloud's root, without a slash at its end. */
  readonly url: string;
  readonly edge: string;
  /** Shown as a bearer token; null: none. */
  readonly token: string | null;
  readonly fetch?: typeof fetch;
}

/**
 * The cloud over HTTP. Rejects with UPLINK_UNREACHABLE (no answer, 408, 429, 5xx),
 * UPLINK_UNAUTHORIZED (401, 403), UPLINK_BATCH_REFUSED (any other 4xx: what was sent is at fault)
 * or UPLINK_ANSWER_INVALID (a 200 that is not in the contract).
 */
export function createHttpUplink(options: HttpUplinkOptions): Uplink {
  const root = `${options.url}/api/edges/${encodeURIComponent(options.edge)}`;
  const post = (path: string, body: unknown, timeoutMs: number, signal?: AbortSignal) =>
    call(options, `${root}${path}`, { method: 'POST', body: JSON.stringify(body) }, timeoutMs, signal);
  return {
    async send(batch: Batch, signal) {
      return parse(BatchResult, await post('/batches', batch, SEND_TIMEOUT_MS, signal));
    },
    async commands(after, signal) {
      const answer = await call(options, `${root}/commands?after=${after}`, {}, POLL_TIMEOUT_MS, signal);
      return parse(CommandList, answer);
    },
    async results(results) {
      await post('/commands/results', results, RESULTS_TIMEOUT_MS);
    },
  };
}

async function call(
  { token, fetch: fetchIt = fetch }: HttpUplinkOptions,
  url: string,
  init: { method?: string; body?: string },
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<string> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const { body, ...bodyHeaders } = await encode(init.body);
    const response = await fetchIt(url, {
      ...(init.method === undefined ? {} : { method: init.method }),
      ...(body === undefined ? {} : { body }),
      headers: {
        accept: 'application/json',
        ...bodyHeaders,
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      // A redirect would carry the token to a place that nobody configured.
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const text = await textOf(response);
    if (response.ok) return text;
    throw new EdgeError(codeOf(response.status), `the cloud answered HTTP ${response.status}: ${text.slice(0, 300)}`);
  } catch (error) {
    if (error instanceof EdgeError) throw error;
    throw new EdgeError('UPLINK_UNREACHABLE', `the cloud cannot be reached: ${reasonOf(error)}`, { cause: error });
  }
}

async function encode(
  text: string | undefined,
): Promise<{ body?: string | Uint8Array<ArrayBuffer> } & Record<`content-${string}`, string>> {
  if (text === undefined) return {};
  if (text.length < GZIP_FROM_CHARS) return { body: text, 'content-type': 'application/json' };
  const body = new Uint8Array(await compress(text));
  return { body, 'content-type': 'application/json', 'content-encoding': 'gzip' };
}

function codeOf(status: number): EdgeErrorCode {
  if (status === 401 || status === 403) return 'UPLINK_UNAUTHORIZED';
  // A 404 is a wrong address or a cloud without this route, never a bad record.
  const refused = status >= 400 && status < 500 && ![404, 408, 425, 429].includes(status);
  return refused ? 'UPLINK_BATCH_REFUSED' : 'UPLINK_UNREACHABLE';
}

async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    parts.push(part);
    size += part.byteLength;
    if (size > ANSWER_BYTES) throw new EdgeError('UPLINK_ANSWER_INVALID', 'the cloud answers without end');
  }
  return Buffer.concat(parts).toString('utf8');
}

function parse<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : reasonOf(error);
    throw new EdgeError('UPLINK_ANSWER_INVALID', `the cloud's answer is not in the contract: ${reason}`, {
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
