import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lastingPort } from '../../scripts/ports.ts';
import { type RunningRoom, runToEnd, startProgram } from './room.ts';
import { until } from './until.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SIMULATORS = join(root, 'simulators/src/main.ts');

export type RoomName = 'cloud' | 'edge' | 'simulators';

export interface HouseOptions {
  readonly rooms: readonly RoomName[];
  /** An external broker; absent: the edge's own. */
  readonly brokerUrl?: string;
  /** A further address of every person: where their pages are posted. */
  readonly webhook?: string;
  /** Outside the demo: people sign in. */
  readonly logins?: boolean;
  /** Links in pages lead to the cloud, as for phones that never reach the edge. */
  readonly linksThroughCloud?: boolean;
  /** Days of history that the cloud is told before the first story. */
  readonly historyDays?: number;
}

/** A whole house of real processes in a directory and on ports of its own. */
export interface House {
  readonly dataDir: string;
  /** Base URLs; whether somebody answers there depends on the rooms. */
  readonly edge: string;
  readonly cloud: string;
  readonly panel: string;
  readonly mqtt: string;
  /** Starts a room and resolves once it is ready. */
  start(room: RoomName): Promise<void>;
  /** Ends a room in its orderly way. */
  stop(room: RoomName): Promise<void>;
  kill9(room: RoomName): Promise<void>;
  /** Runs a command of the edge on its box, and resolves to what it printed. */
  command(...args: string[]): Promise<string>;
  /** Ids of the processes whose command line names this house's database directory: the embedded servers. */
  databaseProcesses(): number[];
  /** Ends everything, checks that no database is left behind, and removes the directory. */
  close(): Promise<void>;
}

/** Starts the rooms that are asked for, with a simulated world as their registry. */
export async function startHouse(options: HouseOptions): Promise<House> {
  const dataDir = mkdtempSync(join(tmpdir(), 'keepsite-e2e-'));
  // PostgreSQL runs under another account, which must be able to reach its data.
  chmodSync(dataDir, 0o755);
  mkdirSync(join(dataDir, 'logs'));
  const ports = await freePorts(4);
  const env = environment(dataDir, ports, options);
  const house = new RealHouse(dataDir, ports, env, options.brokerUrl);
  try {
    const webhook = options.webhook === undefined ? [] : ['--webhook', options.webhook];
    const files = ['--out', join(dataDir, 'edge/registry.yaml'), '--mappings', join(dataDir, 'edge/mappings')];
    await runToEnd(SIMULATORS, ['world', ...files, ...webhook], env);
    await Promise.all(options.rooms.filter((room) => room !== 'simulators').map((room) => house.start(room)));
    if (options.historyDays !== undefined) await tellHistory(house, options.historyDays, env);
    if (options.rooms.includes('simulators')) await house.start('simulators');
    return house;
  } catch (error) {
    await house.close();
    throw error;
  }
}

/** The live edge's registry first: whoever names a site first keeps it for a while. */
async function tellHistory(house: House, days: number, env: NodeJS.ProcessEnv): Promise<void> {
  await runToEnd(SIMULATORS, ['seed', '--cloud', house.cloud, '--days', String(days)], env);
}

class RealHouse implements House {
  readonly dataDir: string;
  readonly edge: string;
  readonly cloud: string;
  readonly panel: string;
  readonly mqtt: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #rooms = new Map<RoomName, RunningRoom>();

  constructor(dataDir: string, ports: readonly number[], env: NodeJS.ProcessEnv, brokerUrl: string | undefined) {
    const [edge, cloud, panel, mqtt] = ports;
    this.dataDir = dataDir;
    this.edge = `http://127.0.0.1:${edge}`;
    this.cloud = `http://127.0.0.1:${cloud}`;
    this.panel = `http://127.0.0.1:${panel}`;
    this.mqtt = brokerUrl ?? `mqtt://127.0.0.1:${mqtt}`;
    this.#env = env;
  }

  async start(name: RoomName): Promise<void> {
    const { file, args, ready } = this.#door(name);
    const room = startProgram(process.execPath, [join(root, file), ...args], {
      env: this.#env,
      logFile: join(this.dataDir, 'logs', `${name}.log`),
    });
    this.#rooms.set(name, room);
    const isUp = await until(() => room.over || answers(ready), { for: `the ${name} at ${ready}`, withinMs: 120_000 });
    if (isUp && room.over) throw new Error(`the ${name} ended by itself; its last words:\n${room.lastWords}`);
  }

  async stop(name: RoomName): Promise<void> {
    const room = this.#take(name);
    const end = await room.stop();
    if (end !== 0) throw new Error(`the ${name} ended with ${end}; its last words:\n${room.lastWords}`);
  }

  async kill9(name: RoomName): Promise<void> {
    await this.#take(name).kill9();
  }

  command(...args: string[]): Promise<string> {
    return runToEnd(join(root, 'edge/src/cli/main.ts'), args, this.#env);
  }

  databaseProcesses(): number[] {
    const directory = join(this.dataDir, 'cloud');
    return processes().flatMap(({ pid, command }) => (command.includes(directory) ? [pid] : []));
  }

  async close(): Promise<void> {
    const troubles: unknown[] = [];
    for (const name of ['simulators', 'edge', 'cloud'] as const)
      if (this.#rooms.has(name)) await this.stop(name).catch((error: unknown) => troubles.push(error));
    const left = await until(() => this.databaseProcesses().length === 0, {
      for: 'the end of the embedded database',
      withinMs: 20_000,
    }).then(
      () => [],
      () => this.databaseProcesses(),
    );
    for (const pid of left) process.kill(pid, 'SIGKILL');
    if (left.length > 0) troubles.push(new Error(`database processes were left behind: ${left.join(', ')}`));
    rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    if (troubles.length > 0) throw new AggregateError(troubles, troubles.map(String).join('\n'));
  }

  #take(name: RoomName): RunningRoom {
    const room = this.#rooms.get(name);
    if (!room) throw new Error(`the ${name} is not running`);
    this.#rooms.delete(name);
    return room;
  }

  #door(name: RoomName): { file: string; args: readonly string[]; ready: string } {
    if (name === 'edge') return { file: 'edge/src/main.ts', args: [], ready: `${this.edge}/readyz` };
    if (name === 'cloud') return { file: 'cloud/src/main.ts', args: [], ready: `${this.cloud}/readyz` };
    const addresses = ['--edge', this.edge, '--cloud', this.cloud, '--mqtt', this.mqtt];
    const http = ['--http', new URL(this.panel).port];
    return {
      file: 'simulators/src/main.ts',
      args: ['run', ...addresses, ...http],
      ready: `${this.panel}/api/simulator`,
    };
  }
}

function environment(dataDir: string, ports: readonly number[], options: HouseOptions): NodeJS.ProcessEnv {
  const [edge, cloud, panel, mqtt] = ports.map(String);
  const inherited = Object.entries(process.env).filter(
    ([key]) => !/^(KEEPSITE_|VITEST|NODE_ENV$|NODE_OPTIONS$)/.test(key),
  );
  return {
    ...Object.fromEntries(inherited),
    KEEPSITE_DATA_DIR: dataDir,
    KEEPSITE_EDGE_MAPPINGS: join(dataDir, 'edge/mappings'),
    KEEPSITE_EDGE_HTTP_PORT: edge,
    KEEPSITE_EDGE_MQTT_PORT: mqtt,
    KEEPSITE_CLOUD_HTTP_PORT: cloud,
    KEEPSITE_CLOUD_URL: `http://127.0.0.1:${cloud}`,
    KEEPSITE_SIM_HTTP_PORT: panel,
    ...(options.brokerUrl === undefined ? {} : { KEEPSITE_MQTT_URL: options.brokerUrl }),
    ...(options.logins ? { KEEPSITE_DEMO: '0' } : {}),
    ...(options.linksThroughCloud ? { KEEPSITE_EDGE_LINKS_URL: `http://127.0.0.1:${cloud}` } : {}),
  };
}

/** Ports that stay free while a room is down. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) found.add(await lastingPort());
  return [...found];
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  await response.body?.cancel();
  return response.ok;
}

interface Process {
  readonly pid: number;
  readonly command: string;
}

/** Every process of this machine, with its command line. */
function processes(): Process[] {
  if (!existsSync('/proc')) return processesByPs();
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [{ pid: Number(pid), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8') }];
      } catch {
        // It ended while we were looking.
        return [];
      }
    });
}

function processesByPs(): Process[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' });
  return stdout.split('\n').map((line) => ({ pid: Number.parseInt(line, 10), command: line }));
}
