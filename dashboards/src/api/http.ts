import type { ErrorBody } from '@keepsite/edge-contract';

const ORDER_WITHIN_MS = 15_000;

/** What a server said no with; `status` 0 means that no server answered at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  /** What the server adds to its sentence, such as the mistakes of a mapping. */
  readonly details: unknown;

  constructor(status: number, code: string, message: string, options: ErrorOptions & { details?: unknown } = {}) {
    super(message, options);
    this.status = status;
    this.code = code;
    this.details = options.details;
  }

  /** Worth sending again unchanged: nobody answered, or the server could not decide. */
  get transient(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** Reads JSON; rejects with an {@link ApiError}. */
export function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, signal ? { signal } : {});
}

/** Posts JSON and reads the answer; rejects with an {@link ApiError}. Gives up after 15 s. */
export function postJson<T>(path: string, body: unknown): Promise<T> {
  return send<T>('POST', path, body);
}

/** Puts JSON in its place and reads the answer; rejects and gives up as {@link postJson}. */
export function putJson<T>(path: string, body: unknown): Promise<T> {
  return send<T>('PUT', path, body);
}

/** Takes away what stands at a path and reads the answer; rejects and gives up as {@link postJson}. */
export function deleteJson<T>(path: string): Promise<T> {
  return ask<T>(path, { method: 'DELETE', signal: AbortSignal.timeout(ORDER_WITHIN_MS) });
}

function send<T>(method: 'POST' | 'PUT', path: string, body: unknown): Promise<T> {
  return ask<T>(path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(ORDER_WITHIN_MS),
  });
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const headers = new Headers(init.headers);
  headers.set('accept', 'application/json');
  const response = await fetch(path, { ...init, headers }).catch((cause: unknown) => {
    throw new ApiError(0, 'UNREACHABLE', String(cause), { cause });
  });
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body as T;
  const error = (body as ErrorBody | null)?.error;
  const options = { details: error?.details };
  throw new ApiError(
    response.status,
    error?.code ?? `HTTP_${response.status}`,
    error?.message ?? response.statusText,
    options,
  );
}
