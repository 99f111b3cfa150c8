// `npm start`: the whole product on one machine. Builds the web app when it is stale, starts cloud,
// edge and simulators as processes of their own, seeds 90 days of history, and prints where to look.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EDGE_ENVIRONMENT, EDGE_NODE_FLAGS } from '../edge/src/node-flags.ts';
import { freePort, isFree } from './ports.ts';
import { once, Service } from './service.ts';
import { buildWebApp } from './web-app.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const USAGE = `npm start [-- options]

  --reset    forget everything first: the data directory is emptied
  --help     this text

Where things are kept and which ports they take: KEEPSITE_DATA_DIR, KEEPSITE_EDGE_HTTP_PORT,
KEEPSITE_EDGE_MQTT_PORT, KEEPSITE_CLOUD_HTTP_PORT, KEEPSITE_SIM_HTTP_PORT (see edge/.env.example).
KEEPSITE_DEMO=0 starts empty, without simulators; people sign in, machines show tokens.`;

const PORTS = {
  KEEPSITE_CLOUD_HTTP_PORT: 7000,
  KEEPSITE_EDGE_HTTP_PORT: 7070,
  KEEPSITE_EDGE_MQTT_PORT: 1883,
  KEEPSITE_SIM_HTTP_PORT: 7080,
} as const;

const options = readOptions();
const dataDir = resolve(process.env['KEEPSITE_DATA_DIR'] ?? join(root, 'data'));
const demo = process.env['KEEPSITE_DEMO'] !== '0';
const services: Service[] = [];
const stopped = new AbortController();
let stopping = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
try {
  await start();
} catch (error) {
  if (!stopping) console.error(error instanceof Error ? error.message : error);
  await stop(1);
}

async function start(): Promise<void> {
  if (options.reset) rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(join(dataDir, 'logs'), { recursive: true });
  say('Keepsite is starting …');
  if (await buildWebApp()) say('· the web app is built');
  const env = await environment();
  const registry = join(dataDir, 'edge/registry.yaml');
  const mappings = join(dataDir, 'edge/mappings');
  if (demo && !existsSync(registry)) {
    await once(script('simulators/src/main.ts'), ['world', '--out', registry, '--mappings', mappings], {
      env,
      signal: stopped.signal,
    });
  }
  if (existsSync(mappings)) env['KEEPSITE_EDGE_MAPPINGS'] ??= mappings;
  const at = (key: keyof typeof PORTS) => `http://127.0.0.1:${env[key]}`;
  const cloud = launch('cloud', 'cloud/src/main.ts', [], env);
  const edge = launch('edge', 'edge/src/main.ts', [], { ...EDGE_ENVIRONMENT, ...env }, EDGE_NODE_FLAGS);
  await Promise.all([
    cloud.ready(`${at('KEEPSITE_CLOUD_HTTP_PORT')}/readyz`),
    edge.ready(`${at('KEEPSITE_EDGE_HTTP_PORT')}/readyz`),
  ]);
  if (demo) await populate(env, at);
  welcome(at);
  if (!demo) await inviteAdmin(edge, at('KEEPSITE_EDGE_HTTP_PORT'));
}

/** While there is no admin the edge prints how to make one, just after it is ready; it stands nowhere else. */
async function inviteAdmin(edge: Service, url: string): Promise<void> {
  const { setupNeeded } = (await (await fetch(`${url}/api/session`)).json()) as { setupNeeded: boolean };
  if (!setupNeeded) return;
  for (let tries = 0; tries < 50; tries += 1) {
    const said = /^setup {2}.*$/m.exec(edge.lastWords())?.[0];
    if (said !== undefined) return say(`\n  ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A live world with its crews, and the 90 days that came before today. */
async function populate(env: NodeJS.ProcessEnv, at: (key: keyof typeof PORTS) => string): Promise<void> {
  const [edge, cloud] = [at('KEEPSITE_EDGE_HTTP_PORT'), at('KEEPSITE_CLOUD_HTTP_PORT')];
  const mqtt = `mqtt://127.0.0.1:${env['KEEPSITE_EDGE_MQTT_PORT']}`;
  const http = String(env['KEEPSITE_SIM_HTTP_PORT']);
  const args = ['run', '--edge', edge, '--cloud', cloud, '--mqtt', mqtt, '--http', http];
  const simulators = launch('simulators', 'simulators/src/main.ts', args, env);
  await simulators.ready(`${at('KEEPSITE_SIM_HTTP_PORT')}/api/simulator`);
  say('· three sites are alive; writing the 90 days before today …');
  await once(script('simulators/src/main.ts'), ['remember', '--edge', edge, '--mqtt', mqtt], {
    env,
    signal: stopped.signal,
  });
  await once(script('simulators/src/main.ts'), ['seed', '--cloud', cloud], { env, signal: stopped.signal });
}

function welcome(at: (key: keyof typeof PORTS) => string): void {
  const [edge, cloud, simulator] = [
    at('KEEPSITE_EDGE_HTTP_PORT'),
    at('KEEPSITE_CLOUD_HTTP_PORT'),
    at('KEEPSITE_SIM_HTTP_PORT'),
  ];
  const demoLines = demo
    ? `
  Try it          open the wallboard and press “Trap a passenger” · ${cloud}/simulator
                  (panel API ${simulator}/api/simulator)`
    : '';
  say(`
  Wallboard       ${cloud}/                 值守大屏（全部项目）
  The edge's own  ${edge}/                 网关本地大屏（断网可用）
  Crew phone      ${edge}/incidents        班组手机
  Clients         ${cloud}/clients          客户与续约
  API             ${edge}/openapi.json · ${cloud}/openapi.json${demoLines}

  Data and logs are in ${dataDir}. Ctrl-C stops everything.`);
}

function launch(
  name: string,
  file: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  flags: readonly string[] = [],
): Service {
  const logFile = join(dataDir, 'logs', `${name}.log`);
  const service = new Service({ name, file: script(file), flags, args, env, logFile });
  services.push(service);
  void service.ended.then((code) => {
    if (!stopping) {
      console.error(`The ${name} ended by itself (${code}). Its last words:\n${service.lastWords()}`);
      void stop(1);
    }
  });
  return service;
}

/** A taken default port moves aside and says so; a port that was asked for must be free. */
async function environment(): Promise<NodeJS.ProcessEnv> {
  const env: NodeJS.ProcessEnv = { ...process.env, KEEPSITE_DATA_DIR: dataDir };
  // What one start has compiled the next need not.
  env['NODE_COMPILE_CACHE'] ??= join(root, 'node_modules/.cache/compiled');
  for (const [key, port] of Object.entries(PORTS)) {
    if (process.env[key]) continue;
    const chosen = (await isFree(port)) ? port : await freePort();
    if (chosen !== port) say(`· port ${port} is taken: ${key}=${chosen} for this run`);
    env[key] = String(chosen);
  }
  env['KEEPSITE_CLOUD_URL'] ??= `http://127.0.0.1:${env['KEEPSITE_CLOUD_HTTP_PORT']}`;
  return env;
}

/** Simulators first, the cloud last: nobody is left talking to a closed door. */
async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  stopped.abort();
  for (const service of services.toReversed()) await service.stop();
  process.exit(code);
}

function readOptions(): { reset: boolean } {
  try {
    const { values } = parseArgs({
      options: { reset: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    });
    if (!values.help) return { reset: values.reset };
    say(USAGE);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
  process.exit(0);
}

function script(file: string): string {
  return join(root, file);
}

function say(text: string): void {
  console.log(text);
}
