/** What a server answered. */
export interface Answered<T> {
  readonly status: number;
  readonly body: T;
}

const PATIENCE_MS = 30_000;

/** Reads JSON; rejects for any status but 2xx. */
export async function get<T>(url: string): Promise<T> {
  const { status, body } = await ask<T>('GET', url);
  if (status < 200 || status > 299) throw new Error(`GET ${url}: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** Posts JSON and answers whatever came back. */
export function post<T>(url: string, body: unknown): Promise<Answered<T>> {
  return ask('POST', url, body);
}

/** Puts JSON where it belongs and answers whatever came back. */
export function put<T>(url: string, body: unknown): Promise<Answered<T>> {
  return ask('PUT', url, body);
}

async function ask<T>(method: string, url: string, body?: unknown): Promise<Answered<T>> {
  const sent =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await fetch(url, { method, ...sent, signal: AbortSignal.timeout(PATIENCE_MS) });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T };
}
