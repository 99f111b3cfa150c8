import { LONGEST_LINK } from '@keepsite/edge-contract';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyError } from 'fastify';
import { jsonSchemaTransform, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { sep } from 'node:path';
import type { Api, HttpParts, HttpSettings } from './api.ts';
import { answerError, HttpError, sayNo } from './errors.ts';
import { addGuard } from './guard.ts';
import { requirePolicies } from './policy.ts';
import { accountRoutes } from './routes/accounts.ts';
import { channelRoutes } from './routes/channels.ts';
import { codeRoutes } from './routes/codes.ts';
import { credentialRoutes } from './routes/credentials.ts';
import { demoRoutes } from './routes/demo.ts';
import { discoveredRoutes } from './routes/discovered.ts';
import { historyRoutes } from './routes/history.ts';
import { exportRoutes } from './routes/exports.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { linkRoutes } from './routes/links.ts';
import { orderLinkRoutes } from './routes/order-links.ts';
import { maintenanceRoutes } from './routes/maintenance.ts';
import { mappingRoutes } from './routes/mappings.ts';
import { operatorRoutes } from './routes/operator.ts';
import { photoRoutes } from './routes/photos.ts';
import { placeRoutes } from './routes/places.ts';
import { pushRoutes } from './routes/push.ts';
import { quarantineRoutes } from './routes/quarantine.ts';
import { readingRoutes } from './routes/readings.ts';
import { repairRoutes } from './routes/repairs.ts';
import { rosterRoutes } from './routes/rosters.ts';
import { sessionRoutes } from './routes/session.ts';
import { streamRoutes } from './routes/stream.ts';

const BODY_BYTES = 65_536;
const ROUTES = [
  operatorRoutes,
  placeRoutes,
  readingRoutes,
  historyRoutes,
  incidentRoutes,
  maintenanceRoutes,
  exportRoutes,
  photoRoutes,
  codeRoutes,
  linkRoutes,
  orderLinkRoutes,
  repairRoutes,
  pushRoutes,
  channelRoutes,
  discoveredRoutes,
  mappingRoutes,
  credentialRoutes,
  quarantineRoutes,
  rosterRoutes,
  streamRoutes,
];
const DESCRIPTION = 'Devices, readings, incidents and their clocks, as this gateway knows them.';

/** The whole API, not yet listening. Unknown fields in a body are refused; answers are sent as they are. */
export async function createHttpServer(parts: HttpParts, settings: HttpSettings): Promise<Api> {
  const api: Api = Fastify({
    logger: false,
    forceCloseConnections: true,
    bodyLimit: BODY_BYTES,
    trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
    routerOptions: { maxParamLength: LONGEST_LINK },
  }).withTypeProvider<ZodTypeProvider>();
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(() => (data) => JSON.stringify(data));
  api.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply, parts.events));
  // Only JSON: what a form of a foreign page can send without asking is never understood.
  api.removeContentTypeParser('text/plain');
  const policies = requirePolicies(api);
  addGuard(api, parts, settings);
  measure(api, parts);
  await api.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Keepsite edge', version: '1', description: DESCRIPTION } },
    transform: jsonSchemaTransform,
  });
  api.after(() => {
    for (const routes of ROUTES) routes(api, parts, settings);
    if (parts.scalable) demoRoutes(api, parts.scalable);
    if (parts.access) {
      sessionRoutes(api, parts.access, settings);
      accountRoutes(api, parts.access);
    }
    api.get('/openapi.json', { config: { action: 'self' }, schema: { hide: true } }, () => api.swagger());
  });
  await addWeb(api, settings.webDir);
  api.addHook('preClose', async () => parts.feed.stop());
  await api.ready();
  api.routePolicies = policies();
  return api;
}

function measure(api: Api, { metrics }: HttpParts): void {
  api.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.requestSeconds.observe(
      { method: request.method, route, status: reply.statusCode },
      reply.elapsedTime / 1000,
    );
  });
}

/** The web app: a page that the server does not know is the app's own, so it gets the app. */
async function addWeb(api: Api, webDir: string | null): Promise<void> {
  if (webDir !== null)
    await api.register(fastifyStatic, {
      root: webDir,
      // Built files carry their hash in the name; the page that names them must always be asked for.
      setHeaders: (reply, path) =>
        void reply.header(
          'cache-control',
          path.includes(`${sep}assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
        ),
    });
  api.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const isPage =
      request.method === 'GET' && !/^\/(api|metrics|openapi)\b/.test(path) && accepts(request.headers.accept);
    if (isPage && webDir !== null) return reply.sendFile('index.html');
    const hint = isPage ? '; the web app is not built yet, npm start builds it' : '';
    return sayNo(reply, new HttpError('NOT_FOUND', `there is no ${request.method} ${path}${hint}`));
  });
}

function accepts(header: string | undefined): boolean {
  return header?.includes('text/html') ?? false;
}
