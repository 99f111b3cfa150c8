import type { FastifyRequest } from 'fastify';
import type { Access } from '../access/access.ts';
import { auditName, DEMO, may, type Principal } from '../access/roles.ts';
import type { Api, HttpParts, HttpSettings, RouteAction } from './api.ts';
import { shownToken } from './cookie.ts';
import { HttpError } from './errors.ts';

/** Whoever tries the same closed door again and again is written down this often, ms. */
const REFUSED_AGAIN_MS = 60_000;
const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Who may come in. The demo has no logins, so it answers to this machine's own names only (a name
 * that was rebound is refused) and to no page of a foreign origin; its own other doors may read and
 * write. Otherwise every route asks for its action, of whoever shows a session's cookie or a bearer
 * token, and no foreign page may speak to the edge at all.
 */
export function addGuard(
  api: Api,
  { access, clock }: Pick<HttpParts, 'access' | 'clock'>,
  settings: HttpSettings,
): void {
  const noteRefusal = createRefusalNotes(access, clock);
  api.decorateRequest('principal', null);
  api.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders(settings));
    const action = actionOf(request);
    if (action !== 'open') reply.header('cache-control', 'no-store');
    if (settings.demo) assertLocalHost(request);
    const door = assertOrigin(request, settings);
    if (door !== null) reply.headers(corsHeaders(door));
    if (door !== null && request.method === 'OPTIONS') return reply.status(204).send();
    if (action === 'open') return;
    const principal = settings.demo ? DEMO : whoAsks(request, access);
    if (principal && !mayDo(principal, action)) noteRefusal(principal, action, request.ip);
    request.principal = admit(action, principal);
  });
}

/** What the route that will answer asks for, whatever the spelling of the URL. Where none will, pages are open. */
function actionOf(request: FastifyRequest): RouteAction {
  if (!request.is404) return request.routeOptions.config.action ?? 'self';
  const isPage = ['GET', 'HEAD'].includes(request.method) && !/^\/+(api|metrics|openapi)\b/.test(request.url);
  return isPage ? 'open' : 'self';
}

function whoAsks(request: FastifyRequest, access: Access | null): Principal | null {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const token = /^Bearer (\S+)$/i.exec(authorization)?.[1];
    return token === undefined ? null : (access?.tokens.who(token) ?? null);
  }
  const token = shownToken(request);
  return token === null || access === null ? null : (access.sessions.who(token) ?? access.tokens.screen(token));
}

type AskedFor = Exclude<RouteAction, 'open'>;

function mayDo(principal: Principal, action: AskedFor): boolean {
  return action === 'self' || may(principal, action);
}

/** Somebody who is let in asked for what is not his: a mistake, or the beginning of more. */
function createRefusalNotes(access: Access | null, clock: Pick<HttpParts['clock'], 'now'>) {
  const lastAt = new Map<string, number>();
  return (principal: Principal, action: AskedFor, address: string): void => {
    const by = auditName(principal);
    const key = `${by} ${action}`;
    const now = clock.now();
    if (now - (lastAt.get(key) ?? -Infinity) < REFUSED_AGAIN_MS) return;
    lastAt.set(key, now);
    access?.audit.record({ kind: 'not_allowed', by, address, detail: { action } });
  };
}

function admit(action: AskedFor, principal: Principal | null): Principal {
  if (principal === null)
    throw new HttpError('UNAUTHENTICATED', 'sign in, or show an API token: Authorization: Bearer …');
  if (mayDo(principal, action)) return principal;
  throw new HttpError('NOT_ALLOWED', `your role, ${principal.role}, may not do this`, { action });
}

/** Headers of every answer; the policy lets the built web app run and talk to the demo's other doors. */
function securityHeaders({ demo, doors }: HttpSettings): Record<string, string> {
  const others = demo
    ? [doors.cloudPort, doors.simulatorPort].flatMap(doorOrigins).filter((it) => !it.includes('['))
    : [];
  const policy = [
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "worker-src 'self' blob:",
    `connect-src ${["'self'", ...others].join(' ')}`,
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(self), geolocation=(self), microphone=()',
  };
}

function assertLocalHost(request: FastifyRequest): void {
  const host = (request.headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
  if (!LOCAL_HOSTS.includes(host))
    throw new HttpError('FOREIGN_HOST', `the demo answers to localhost only, not to ${host || 'no host'}`);
}

/** The origin of another door of the demo, null for our own page or no page; throws for any other page. */
function assertOrigin(request: FastifyRequest, { demo, doors }: HttpSettings): string | null {
  const { origin } = request.headers;
  if (origin !== undefined) {
    if (hostOf(origin) === request.host.toLowerCase()) return null;
    const own = demo ? [doors.cloudPort, doors.simulatorPort].flatMap(doorOrigins) : [];
    if (own.includes(origin)) return origin;
  } else if (request.headers['sec-fetch-site'] !== 'cross-site' || isNavigation(request)) return null;
  throw new HttpError('FOREIGN_ORIGIN', 'this page belongs to another origin and may not speak to this edge');
}

/** Following a link is no request by a page; it shows something and changes nothing. */
function isNavigation(request: FastifyRequest): boolean {
  return request.method === 'GET' && request.headers['sec-fetch-mode'] === 'navigate';
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

function doorOrigins(port: number): string[] {
  return LOCAL_HOSTS.map((host) => `http://${host}:${port}`);
}

function corsHeaders(origin: string): Record<string, string> {
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET, POST, PUT',
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': '600',
    vary: 'origin',
  };
}
