import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import { EDGE_ENVIRONMENT, EDGE_NODE_FLAGS } from '../src/node-flags.ts';
import { loadRegistry, type LoadDevice } from './devices.ts';

const TOKEN = 'a-token-that-only-the-benchmark-knows';
const REGISTRY = 'registry.yaml';

/** As on a machine on which it has run before. */
const COMPILED = join(import.meta.dirname, '../../node_modules/.cache/compiled');

/** A process that has told its first line, and how it is ended. */
export interface Running<T> {
  readonly said: T;
  readonly process: ChildProcess;
  readonly line: () => Promise<string>;
  readonly tell: (line: string) => void;
  /** Asks it to end; resolves when it has. */
  readonly stop: () => Promise<void>;
  /** `kill -9`: resolves when it is gone. */
  readonly kill9: () => Promise<void>;
}

/** What a crashed soak leaves behind ends with it. */
const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** Starts a script of this folder, or of the edge, and waits for its first line. Rejects when it ends before; `signal` kills it. */
export async function run<T>(
  script: string,
  args: readonly string[] = [],
  options: {
    readonly env?: NodeJS.ProcessEnv;
    readonly first?: string;
    readonly signal?: AbortSignal;
    /** Flags of Node itself. */
    readonly flags?: readonly string[];
  } = {},
): Promise<Running<T>> {
  const { flags = [] } = options;
  const child = spawn(process.execPath, [...flags, join(import.meta.dirname, script), ...args], {
    env: { NODE_COMPILE_CACHE: COMPILED, ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(options.signal ? { signal: options.signal, killSignal: 'SIGKILL' as const } : {}),
  });
  alive.add(child);
  // Aborting is an error of the child's too; whoever waits for its first line hears of it.
  child.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve())).finally(() => alive.delete(child));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${script} ended before it said anything`);
    return value;
  };
  const tell = (text: string) => void child.stdin.write(`${text}\n`);
  if (options.first !== undefined) tell(options.first);
  const said = await line();
  return {
    said: (said.startsWith('{') ? JSON.parse(said) : said) as T,
    process: child,
    line,
    tell,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
    async kill9() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export interface EdgeDoors {
  readonly url: string;
  readonly mqttPort: number;
}

/** A gateway on a directory of its own, with shipped rules, history and outbox on. */
export async function startEdge(
  dir: string,
  devices: readonly LoadDevice[],
  settings: NodeJS.ProcessEnv = {},
  signal?: AbortSignal,
): Promise<Running<EdgeDoors>> {
  writeRegistry(dir, devices);
  return startAgain(dir, settings, signal);
}

/** What an installer would have written down of these devices. */
export function writeRegistry(dir: string, devices: readonly LoadDevice[]): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, REGISTRY), stringify(loadRegistry(devices)));
}

/** The same on a directory that has its registry. */
export async function startAgain(
  dir: string,
  settings: NodeJS.ProcessEnv = {},
  signal?: AbortSignal,
): Promise<Running<EdgeDoors>> {
  const env = {
    ...EDGE_ENVIRONMENT,
    KEEPSITE_DEMO: '0',
    KEEPSITE_MQTT_ANONYMOUS: '1',
    KEEPSITE_API_TOKEN: TOKEN,
    KEEPSITE_DATA_DIR: dir,
    KEEPSITE_EDGE_CONFIG: join(dir, REGISTRY),
    KEEPSITE_EDGE_HTTP_PORT: '0',
    KEEPSITE_EDGE_MQTT_PORT: '0',
    KEEPSITE_CLOUD_URL: '',
    KEEPSITE_MQTT_URL: '',
    KEEPSITE_EDGE_MAPPINGS: '',
    ...settings,
  };
  return run<EdgeDoors>('../src/main.ts', ['--json'], { env, flags: EDGE_NODE_FLAGS, ...(signal ? { signal } : {}) });
}

/** Posts JSON to an edge; rejects unless it is taken. */
export async function post(url: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text.slice(0, 500)}`);
}

/** Numbers of `/metrics`, by name without the prefix. */
export async function metricsOf(url: string): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  const rows = (await answer.text()).split('\n').filter((row) => row !== '' && !row.startsWith('#'));
  return new Map(
    rows.map((row) => {
      const place = row.lastIndexOf(' ');
      return [row.slice(0, place).replace(/^keepsite_edge_/, ''), Number(row.slice(place + 1))] as const;
    }),
  );
}

/** What a process has in memory now (`VmRSS`) or had at most (`VmHWM`), MB. Reads proc(5), so on Linux only. */
export function memoryMb({ process: { pid } }: Running<unknown>, row: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (Number(new RegExp(`${row}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024) / 1e6;
}
