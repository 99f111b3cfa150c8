import Fastify, { type FastifyInstance } from 'fastify';
import { instantText } from '@keepsite/edge-contract';
import { z } from 'zod';
import { CREW_MODES } from '../crews/crews.ts';
import { SimulatorError } from '../errors.ts';
import type { Simulator } from '../live/simulator.ts';
import { SCENARIOS } from '../scenarios/catalogue.ts';

const StartBody = z.strictObject({
  asset: z.string().min(1).optional(),
  expire: z.boolean().optional(),
  manual: z.boolean().optional(),
});
const CrewsBody = z.strictObject({ mode: z.enum(CREW_MODES) });
const LOCAL_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

/**
 * The panel's API. Only pages of the given origins may use it from a browser: another origin is
 * refused before anything happens, and so is a host name that is not this machine's own.
 */
export function panelOf(simulator: Simulator, origins: readonly string[]): FastifyInstance {
  const app = Fastify({ bodyLimit: 16_384 });
  guard(app, new Set(origins));
  app.setErrorHandler((error, _request, reply) => {
    const { status, code, message } = faultOf(error);
    return reply.status(status).send({ error: { code, message } });
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.status(404).send({ error: { code: 'NOT_FOUND', message: 'there is no such page' } }),
  );

  app.get('/api/simulator', () => pictureOf(simulator));
  app.post<{ Params: { id: string } }>('/api/simulator/scenarios/:id', async (request, reply) => {
    const started = await simulator.stories.start(request.params.id, StartBody.parse(request.body ?? {}));
    if (started.ok) return { run: started.run.run, asset: started.run.asset, fault: started.run.fault };
    return reply.status(409).send({ error: { code: 'SIM_CANNOT_START', message: started.reason } });
  });
  app.post('/api/simulator/crews', (request) => {
    simulator.crews.mode = CrewsBody.parse(request.body ?? {}).mode;
    return { mode: simulator.crews.mode };
  });
  app.post('/api/simulator/reset', async () => {
    await simulator.stories.reset();
    return pictureOf(simulator);
  });
  return app;
}

/** Everything that the panel shows. */
function pictureOf({ world, stories, crews, clock, plant, messages }: Simulator): object {
  const assets = new Map(world.registry.assets.map((asset) => [asset.id, asset]));
  const siteOf = new Map(world.registry.zones.map((zone) => [zone.id, zone.site]));
  const scenarios = SCENARIOS.map((scenario) => {
    const { id, name, story, expected } = scenario;
    const possible = scenario.assets(world).flatMap((each) => assets.get(each) ?? []);
    return {
      id,
      name,
      story,
      expected,
      assets: possible.map((asset) => ({ id: asset.id, name: asset.name, site: siteOf.get(asset.zone) })),
      running: stories.running.some((run) => run.scenario === id),
    };
  });
  return {
    scenarios,
    runs: stories.running.map((run) => ({ ...run, startedAt: instantText(run.startedAt) })),
    crews: { mode: crews.mode, modes: CREW_MODES },
    clock: { now: instantText(clock.now()), scale: clock.scale },
    devices: plant.devices,
    messages,
  };
}

function guard(app: FastifyInstance, origins: ReadonlySet<string>): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin, host } = request.headers;
    if (!LOCAL_HOST.test(host ?? '')) return reply.status(403).send(refusal(`this panel is not ${host ?? 'here'}`));
    if (origin === undefined) return undefined;
    if (!origins.has(origin)) return reply.status(403).send(refusal(`pages of ${origin} may not use this panel`));
    reply.headers({ 'access-control-allow-origin': origin, vary: 'Origin' });
    if (request.method !== 'OPTIONS') return undefined;
    return reply
      .headers({ 'access-control-allow-methods': 'GET, POST', 'access-control-allow-headers': 'content-type' })
      .status(204)
      .send();
  });
}

function refusal(message: string): object {
  return { error: { code: 'FORBIDDEN', message } };
}

function faultOf(error: unknown): { readonly status: number; readonly code: string; readonly message: string } {
  if (error instanceof z.ZodError) return { status: 400, code: 'BAD_REQUEST', message: z.prettifyError(error) };
  if (error instanceof SimulatorError) return { status: 502, code: error.code, message: error.message };
  const { statusCode, message } = error as { statusCode?: number; message?: string };
  if (statusCode !== undefined && statusCode < 500)
    return { status: statusCode, code: 'BAD_REQUEST', message: message ?? 'bad request' };
  return { status: 500, code: 'SIM_FAILED', message: 'the simulator failed; see its log' };
}
