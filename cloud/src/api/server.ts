import { LONGEST_LINK } from '@keepsite/edge-contract';
import { sep } from 'node:path';
import { createGunzip } from 'node:zlib';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { CloudError, HTTP_STATUS } from '../errors.ts';
import { alarmLinkRoutes } from './alarm-links.ts';
import { alarmRoutes } from './alarms.ts';
import { careTaskRoutes } from './care-tasks.ts';
import { clientRoutes } from './clients.ts';
import type { Api, ApiPorts, ApiSettings } from './context.ts';
import { crmRoutes } from './crm.ts';
import { demoRoutes } from './demo.ts';
import { edgeRoutes } from './edges.ts';
import { exportRoutes } from './exports.ts';
import { followUpRoutes } from './follow-ups.ts';
import { addGuard } from './guard.ts';
import { incidentRoutes } from './incidents.ts';
import { linkRoutes } from './links.ts';
import { operatorRoutes } from './operator.ts';
import { orderLinkRoutes } from './order-links.ts';
import { photoRoutes } from './photos.ts';
import { placeRoutes } from './places.ts';
import { responseTimeRoutes } from './response-times.ts';
import { reviewRoutes } from './reviews.ts';
import { repairRoutes } from './repairs.ts';
import { spendingRoutes } from './spending.ts';
import { responseRoutes } from './response.ts';
import { streamRoutes } from './stream.ts';

/** Routes that another part of the cloud adds (the PDF reports, for one). */
export type Routes = (api: Api, ports: ApiPorts, settings: ApiSettings) => void;

const ROUTES: readonly Routes[] = [
  operatorRoutes,
  edgeRoutes,
  incidentRoutes,
  photoRoutes,
  linkRoutes,
  orderLinkRoutes,
  exportRoutes,
  clientRoutes,
  crmRoutes,
  careTaskRoutes,
  alarmRoutes,
  alarmLinkRoutes,
  followUpRoutes,
  responseTimeRoutes,
  reviewRoutes,
  spendingRoutes,
  repairRoutes,
  placeRoutes,
  responseRoutes,
  streamRoutes,
];

/** The whole API, not yet listening; `more` adds routes under the same guard, errors and description. */
export async function createServer(ports: ApiPorts, settings: ApiSettings, more: readonly Routes[] = []): Promise<Api> {
  const api: Api = Fastify({
    logger: false,
    forceCloseConnections: true,
    bodyLimit: 4 << 20,
    trustProxy: settings.trustedProxies && settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
    routerOptions: { maxParamLength: LONGEST_LINK },
  }).withTypeProvider<ZodTypeProvider>();
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  api.setErrorHandler((error: FastifyError, request, reply) => answerError(ports, error, request, reply));
  addGuard(api, settings);
  addGzip(api);
  await api.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Keepsite cloud', version: '1', description: 'Incidents, promises, retention.' },
    },
    transform: jsonSchemaTransform,
  });
  api.after(() => {
    for (const routes of [...ROUTES, ...(settings.demo ? [demoRoutes] : []), ...more]) routes(api, ports, settings);
    api.get('/openapi.json', { schema: { hide: true } }, () => api.swagger());
  });
  if (settings.webDir) await addWeb(api, settings.webDir);
  else api.setNotFoundHandler((request, reply) => notFound(request, reply));
  return api;
}

/** Bodies may come compressed; the route's `bodyLimit` counts what they unfold to, so a bomb ends as a 413. */
function addGzip(api: Api): void {
  api.addHook('preParsing', async (request, _reply, payload) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity') return payload;
    if (encoding !== 'gzip')
      throw new CloudError('CLOUD_BAD_INPUT', `content-encoding ${encoding} is not understood; gzip is`);
    const unfolded = createGunzip();
    let received = 0;
    payload.on('data', (chunk: Buffer) => (received += chunk.length));
    payload.on('error', (error) => unfolded.destroy(error));
    Object.defineProperty(unfolded, 'receivedEncodedLength', { get: () => received });
    return payload.pipe(unfolded);
  });
}

async function addWeb(api: Api, directory: string): Promise<void> {
  await api.register(fastifyStatic, {
    root: directory,
    // Built files carry their hash in the name; the page that names them, and the service worker, are always asked for.
    setHeaders: (reply, path) =>
      void reply.header(
        'cache-control',
        path.includes(`${sep}assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
      ),
  });
  api.setNotFoundHandler((request, reply) => {
    const isPage =
      request.method === 'GET' &&
      !request.url.startsWith('/api/') &&
      (request.headers.accept ?? '').includes('text/html');
    return isPage ? reply.sendFile('index.html') : notFound(request, reply);
  });
}

function notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const message = `there is no ${request.method} ${request.url.split('?')[0]}`;
  return reply.status(404).send({ error: { code: 'CLOUD_NOT_FOUND', message } });
}

/** The one place where errors become answers; what nobody expected shows no detail. */
function answerError(ports: ApiPorts, error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const details = error.validation.map(({ instancePath, message }) => ({ path: instancePath, message }));
    return reply
      .status(400)
      .send({ error: { code: 'CLOUD_BAD_INPUT', message: `${error.validationContext} is not as described`, details } });
  }
  const status = statusOf(error);
  if (status < 500)
    return reply
      .status(status)
      .send({ error: { code: codeOf(error, status), message: error.message, details: detailsOf(error) } });
  const path = request.routeOptions.url ?? request.url;
  ports.events.requestFailed({ method: request.method, path, reason: error.message, stack: error.stack });
  return reply
    .status(status)
    .send({ error: { code: codeOf(error, status), message: 'this did not work; the operator’s log says why' } });
}

function statusOf(error: FastifyError): number {
  const known = error as unknown;
  if (known instanceof CloudError) return HTTP_STATUS[known.code] ?? 500;
  if (['Z_DATA_ERROR', 'Z_BUF_ERROR'].includes(error.code)) return 400;
  return error.statusCode !== undefined && error.statusCode >= 400 ? error.statusCode : 500;
}

function codeOf(error: unknown, status: number): string {
  if (error instanceof CloudError) return error.code;
  if (status === 413) return 'CLOUD_TOO_LARGE';
  return status < 500 ? 'CLOUD_BAD_INPUT' : 'CLOUD_FAILED';
}

function detailsOf(error: unknown): unknown {
  return error instanceof CloudError ? error.details : undefined;
}
