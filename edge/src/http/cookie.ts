import type { FastifyRequest } from 'fastify';

/** `__Host-` binds a cookie to HTTPS and to this very host; over plain HTTP no browser would take it. */
const SECURE_NAME = '__Host-keepsite';
const PLAIN_NAME = 'keepsite';

/** The session's token that a browser shows. Over HTTPS only the cookie that was set over HTTPS counts. */
export function shownToken(request: FastifyRequest): string | null {
  const name = nameFor(request);
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const found = pairs.find((pair) => pair.startsWith(`${name}=`));
  return found === undefined ? null : found.slice(name.length + 1);
}

/** `Set-Cookie` for a session; a null token takes the cookie away. No script can read it, no foreign page sends it. */
export function sessionCookie(request: FastifyRequest, token: string | null, keepForMs = 0): string {
  const secure = isSecure(request) ? '; Secure' : '';
  const seconds = token === null ? 0 : Math.floor(keepForMs / 1000);
  return `${nameFor(request)}=${token ?? ''}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`;
}

function nameFor(request: FastifyRequest): string {
  return isSecure(request) ? SECURE_NAME : PLAIN_NAME;
}

function isSecure(request: FastifyRequest): boolean {
  return request.protocol === 'https';
}
