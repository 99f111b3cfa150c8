import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Api, HttpSettings } from './api.ts';
import { HttpError } from './errors.ts';

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];
const OPEN_PATHS = ['/healthz', '/readyz'];

/**
 * Who may come in. The demo has no logins, so it answers to this machine's own names only (a name
 * that was rebound is refused) and to no page of a foreign origin; its own other doors may read and
 * write. Otherwise the API asks for its bearer token, and no foreign page may speak to it at all.
 */
export function addGuard(api: Api, settings: HttpSettings): void {
  api.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders(settings));
    if (isPrivate(request)) reply.header('cache-control', 'no-store');
    if (settings.demo) assertLocalHost(request);
    const door = assertOrigin(request, settings);
    if (door !== null) reply.headers(corsHeaders(door));
    if (door !== null && request.method === 'OPTIONS') return reply.status(204).send();
    if (!settings.demo) assertToken(request, settings.apiToken);
  });
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
  const { origin, host } = request.headers;
  if (origin !== undefined) {
    if (hostOf(origin) === host?.toLowerCase()) return null;
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

function assertToken(request: FastifyRequest, token: string | null): void {
  if (!isPrivate(request)) return;
  const shown = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === null || shown === undefined || !same(shown, token))
    throw new HttpError('UNAUTHENTICATED', 'show the API token: Authorization: Bearer …');
}

/** What is not the web app's own files or a health check. Judged by the route that will answer, not by the spelling of the URL. */
function isPrivate(request: FastifyRequest): boolean {
  const route = request.routeOptions.url ?? request.url;
  return (
    !OPEN_PATHS.includes(route) &&
    (/^\/+(api|metrics|openapi)\b/.test(route) || !['GET', 'HEAD'].includes(request.method))
  );
}

/** Over digests, so that neither content nor length shows in the time it takes. */
function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
