import { SimulatorError } from './errors.ts';

/** A door that is spoken to in JSON. */
export interface JsonDoor {
  readonly url: string;
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
  put(path: string, body: unknown): Promise<unknown>;
}

/**
 * Speaks JSON with a server. Rejects with SIM_UNREACHABLE when nobody answers in time (30 s unless told otherwise) and with
 * SIM_REFUSED, holding the server's words, for any status but 2xx.
 */
export function jsonDoor(url: string, token?: string, timeoutMs = 30_000): JsonDoor {
  const base = url.replace(/\/+$/, '');
  const ask = (method: string, path: string, body?: unknown) =>
    request({ method, address: base + path, token, timeoutMs }, body);
  return {
    url: base,
    get: (path) => ask('GET', path),
    post: (path, body) => ask('POST', path, body),
    put: (path, body) => ask('PUT', path, body),
  };
}

interface Ask {
  readonly method: string;
  readonly address: string;
  readonly token: string | undefined;
  readonly timeoutMs: number;
}

async function request({ method, address, token, timeoutMs }: Ask, body: unknown): Promise<unknown> {
  const what = `${method} ${address}`;
  const headers = {
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(address, { method, headers, signal: AbortSignal.timeout(timeoutMs), ...sent }).catch(
    (cause: unknown) => {
      throw new SimulatorError('SIM_UNREACHABLE', `${what}: nobody answers; is it running?`, { cause });
    },
  );
  const text = await answer.text();
  if (!answer.ok) {
    throw new SimulatorError('SIM_REFUSED', `${what}: ${answer.status} ${text.slice(0, 600)}`, {
      status: answer.status,
    });
  }
  return text === '' ? null : parsed(text, what);
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SimulatorError('SIM_REFUSED', `${what}: the answer is not JSON`, { cause });
  }
}
