import { BatchResult, type Batch } from '@keepsite/edge-contract';
import { PHOTO_BYTES } from '@keepsite/edge-evidence';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { z } from 'zod';
import { EdgeError, type EdgeErrorCode } from '../errors.ts';
import type { Uplink } from '../ports.ts';
import { Polled, readOrder } from './polled-orders.ts';

/** Longer than the cloud's own wait, so that an empty long poll is an answer and not a failure. */
const POLL_TIMEOUT_MS = 60_000;
const SEND_TIMEOUT_MS = 30_000;
const RESULTS_TIMEOUT_MS = 15_000;
/** Eight megabytes over a poor mobile line. */
const PHOTO_TIMEOUT_MS = 120_000;
const ANSWER_BYTES = PHOTO_BYTES;
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
 * or UPLINK_ANSWER_INVALID (a 200 that is not in the contract, or is without end).
 */
export function createHttpUplink(options: HttpUplinkOptions): Uplink {
  const root = `${options.url}/api/edges/${encodeURIComponent(options.edge)}`;
  const post = (path: string, body: unknown, timeoutMs: number, signal?: AbortSignal) =>
    callText(options, `${root}${path}`, { method: 'POST', body: JSON.stringify(body) }, timeoutMs, signal);
  return {
    async send(batch: Batch, signal) {
      return parse(BatchResult, await post('/batches', batch, SEND_TIMEOUT_MS, signal));
    },
    async commands(after, signal) {
      const answer = await callText(options, `${root}/commands?after=${after}`, {}, POLL_TIMEOUT_MS, signal);
      const { items, ...polled } = parse(Polled, answer);
      return { ...polled, items: items.map(readOrder) };
    },
    async results(results) {
      await post('/commands/results', results, RESULTS_TIMEOUT_MS);
    },
    async photo(sha256, signal) {
      const { status, bytes } = await call(options, `${root}/photos/${sha256}`, {}, PHOTO_TIMEOUT_MS, signal);
      if (status === 404) return null;
      if (createHash('sha256').update(bytes).digest('hex') === sha256) return bytes;
      throw new EdgeError('UPLINK_ANSWER_INVALID', 'the cloud’s photograph is not the one that was asked for');
    },
    async keepPhoto({ sha256, type }, bytes, signal) {
      const init = { method: 'PUT', body: Uint8Array.from(bytes), headers: { 'content-type': type } };
      await callText(options, `${root}/photos/${sha256}`, init, PHOTO_TIMEOUT_MS, signal);
    },
  };
}

interface Init {
  readonly method?: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The text of a good answer. A 404 is a wrong address or a cloud without this route. */
async function callText(...asked: Parameters<typeof call>): Promise<string> {
  const { status, bytes } = await call(...asked);
  if (status !== 404) return bytes.toString('utf8');
  throw refusalOf(status, bytes);
}

/** A good answer, or a 404: everything else is thrown. */
async function call(
  { token, fetch: fetchIt = fetch }: HttpUplinkOptions,
  url: string,
  init: Init,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<{ status: number; bytes: Buffer }> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const { body, ...bodyHeaders } = await encode(init.body);
    const response = await fetchIt(url, {
      ...(init.method === undefined ? {} : { method: init.method }),
      ...(body === undefined ? {} : { body }),
      headers: {
        accept: 'application/json',
        ...bodyHeaders,
        ...init.headers,
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      // A redirect would carry the token to a place that nobody configured.
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const bytes = await bytesOf(response);
    if (response.ok || response.status === 404) return { status: response.status, bytes };
    throw refusalOf(response.status, bytes);
  } catch (error) {
    if (error instanceof EdgeError) throw error;
    throw new EdgeError('UPLINK_UNREACHABLE', `the cloud cannot be reached: ${reasonOf(error)}`, { cause: error });
  }
}

function refusalOf(status: number, bytes: Buffer): EdgeError {
  return new EdgeError(codeOf(status), `the cloud answered HTTP ${status}: ${bytes.toString('utf8').slice(0, 300)}`);
}

async function encode(
  text: Init['body'],
): Promise<{ body?: string | Uint8Array<ArrayBuffer> } & Record<`content-${string}`, string>> {
  if (text === undefined) return {};
  if (typeof text !== 'string') return { body: text };
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

async function bytesOf(response: Response): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    parts.push(part);
    size += part.byteLength;
    if (size > ANSWER_BYTES) throw new EdgeError('UPLINK_ANSWER_INVALID', 'the cloud answers without end');
  }
  return Buffer.concat(parts);
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
