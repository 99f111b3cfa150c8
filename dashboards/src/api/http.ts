import type { ErrorBody } from '@keepsite/edge-contract';
import { createValue } from './value.ts';

const ORDER_WITHIN_MS = 15_000;
const PHOTO_WITHIN_MS = 60_000;

/** The server asks who we are: nobody is signed in (any more). */
export const signedOut = createValue(false);

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

  /** Not that a password was wrong. */
  get asksToSignIn(): boolean {
    return this.status === 401 && this.code !== 'SIGN_IN_REFUSED';
  }

  /** Worth sending again unchanged: nobody answered, the server could not decide, or asks to sign in first. */
  get transient(): boolean {
    return this.asksToSignIn || this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** Neither is answered otherwise when it is asked again: somebody must sign in, or the role may not. */
export function isFinal(error: unknown): boolean {
  return error instanceof ApiError && (error.asksToSignIn || error.status === 403);
}

/** Reads JSON; rejects with an {@link ApiError}. */
export function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, signal ? { signal } : {});
}

/** Posts JSON and reads the answer; rejects with an {@link ApiError}. Gives up after 15 s. */
export function postJson<T>(path: string, body: unknown): Promise<T> {
  return send<T>('POST', path, body);
}

/** Posts a photograph as its bytes and reads the answer; rejects with an {@link ApiError}. Gives up after 60 s. */
export function postPhoto<T>(path: string, photo: Blob): Promise<T> {
  return ask<T>(path, {
    method: 'POST',
    headers: { 'content-type': photo.type },
    body: photo,
    signal: AbortSignal.timeout(PHOTO_WITHIN_MS),
  });
}

/** Puts JSON in its place and reads the answer; rejects and gives up as {@link postJson}. */
export function putJson<T>(path: string, body: unknown): Promise<T> {
  return send<T>('PUT', path, body);
}

/** Changes a part of what stands at a path and reads the answer; rejects and gives up as {@link postJson}. */
export function patchJson<T>(path: string, body: unknown): Promise<T> {
  return send<T>('PATCH', path, body);
}

/** Takes away what stands at a path and reads the answer; rejects and gives up as {@link postJson}. */
export function deleteJson<T>(path: string): Promise<T> {
  return ask<T>(path, { method: 'DELETE', signal: AbortSignal.timeout(ORDER_WITHIN_MS) });
}

function send<T>(method: 'POST' | 'PUT' | 'PATCH', path: string, body: unknown): Promise<T> {
  return ask<T>(path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(ORDER_WITHIN_MS),
  });
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const wasOut = signedOut.get();
  const headers = new Headers(init.headers);
  headers.set('accept', 'application/json');
  const response = await fetch(path, { ...init, headers }).catch((cause: unknown) => {
    throw new ApiError(0, 'UNREACHABLE', String(cause), { cause });
  });
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body as T;
  const error = (body as ErrorBody | null)?.error;
  const problem = new ApiError(
    response.status,
    error?.code ?? `HTTP_${response.status}`,
    error?.message ?? response.statusText,
    { details: error?.details },
  );
  // The answer to a question from before the sign-in may come after it.
  if (problem.asksToSignIn && !wasOut) signedOut.set(true);
  throw problem;
}
