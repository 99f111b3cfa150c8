import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { CloudError } from '../errors.ts';
import type { Api, ApiSettings } from './context.ts';

const OPEN_PATHS = ['/healthz', '/readyz'];
/** Known by its address alone: whoever reported a repair has no token. */
const REPORTERS_PAGE = /^\/api\/repairs\/progress\/[^/]+$/;
/** Their token is in their address. */
const SIGNED_LINKS = /^\/api\/(order-|alarm-)?links\/[^/]+(\/[^/]+){0,2}$/;
const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];
/** What an edge itself does; what people do about an edge is not its own to do. */
const EDGE_ROUTES = /^\/api\/edges\/[^/]+\/(batches|commands|commands\/results|photos\/[^/]+)$/;
const READS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Who may come in. The demo has no logins, so a page of another origin must not be able to speak
 * to it: only local host names (a name that was rebound is refused) and no foreign `Origin`. Else
 * people show the API token and edges theirs, and an edge's token opens what the edge itself does.
 */
export function addGuard(api: Api, settings: ApiSettings): void {
  const headers = securityHeaders(settings);
  api.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
    if (settings.demo) assertLocalHost(request, settings);
    assertOwnOrigin(request);
    if (!settings.demo) assertToken(request, settings);
  });
}

/** Headers of every answer; the policy lets the web app run and, in the demo, talk to the simulator's panel. */
function securityHeaders({ demo, links }: ApiSettings): Record<string, string> {
  const panel = demo && links.simulator !== null ? ` ${new URL(links.simulator).origin}` : '';
  const policy = [
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "worker-src 'self' blob:",
    `connect-src 'self'${panel}`,
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
  };
}

function assertLocalHost(request: FastifyRequest, settings: ApiSettings): void {
  const host = (request.headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
  if ([...LOCAL_HOSTS, ...settings.allowedHosts].includes(host)) return;
  throw new CloudError(
    'CLOUD_FORBIDDEN',
    `this demo answers to localhost only, not to ${host || 'no host'}; see KEEPSITE_ALLOWED_HOSTS`,
  );
}

function assertOwnOrigin(request: FastifyRequest): void {
  if (READS.includes(request.method)) return;
  const { origin, host } = request.headers;
  const foreign = origin !== undefined && hostOf(origin) !== host?.toLowerCase();
  if (!foreign && request.headers['sec-fetch-site'] !== 'cross-site') return;
  throw new CloudError('CLOUD_FORBIDDEN', 'this page belongs to another origin and may not change anything here');
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

function assertToken(request: FastifyRequest, { tokens }: ApiSettings): void {
  const path = request.url.split('?')[0] ?? '';
  if (SIGNED_LINKS.test(path) || (request.method === 'GET' && REPORTERS_PAGE.test(path))) return;
  if (OPEN_PATHS.includes(path) || !(path.startsWith('/api/') || path === '/metrics')) return;
  const shown = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (shown === undefined) throw new CloudError('CLOUD_UNAUTHENTICATED', 'show a token: Authorization: Bearer …');
  if (tokens.api !== null && same(shown, tokens.api)) return;
  if (tokens.edge === null || !same(shown, tokens.edge))
    throw new CloudError('CLOUD_UNAUTHENTICATED', 'this token is not known here');
  if (!EDGE_ROUTES.test(path))
    throw new CloudError('CLOUD_FORBIDDEN', 'an edge’s token opens its batches, commands and photographs only');
}

/** Over digests, so that neither content nor length shows in the time it takes. */
function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
