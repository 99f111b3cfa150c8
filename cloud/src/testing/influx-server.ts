import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createProbe, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** An InfluxDB for a test. */
export interface TestInflux {
  readonly url: string;
  readonly token: string;
  readonly bucket: string;
  stop(): Promise<void>;
}

export type FoundInflux =
  | { readonly found: true; start(): Promise<TestInflux> }
  | { readonly found: false; readonly missing: string };

const BUCKET = 'keepsite_test';

/**
 * The InfluxDB of `KEEPSITE_TEST_INFLUX_URL` (with `KEEPSITE_TEST_INFLUX_TOKEN`), else Debian's
 * `influxd` 1.6, started on free ports in a temporary directory; else what is missing, in words.
 */
export function findInflux(): FoundInflux {
  const url = process.env['KEEPSITE_TEST_INFLUX_URL'];
  const token = process.env['KEEPSITE_TEST_INFLUX_TOKEN'] ?? '';
  if (url) return { found: true, start: async () => ({ url, token, bucket: BUCKET, stop: async () => undefined }) };
  if (spawnSync('influxd', ['version'], { stdio: 'ignore' }).status === 0) return { found: true, start: startInflux1 };
  return {
    found: false,
    missing: 'no InfluxDB: set KEEPSITE_TEST_INFLUX_URL, or install influxd (Debian: apt-get install influxdb)',
  };
}

/** 1.6 has no `/api/v2/write`: a small door in front of it turns that into `/write?db=`, as 1.8 does itself. */
async function startInflux1(): Promise<TestInflux> {
  const directory = mkdtempSync(join(tmpdir(), 'keepsite-influx-'));
  const { server, port } = await startServer(directory);
  const created = await fetch(`http://127.0.0.1:${port}/query?q=${encodeURIComponent(`CREATE DATABASE "${BUCKET}"`)}`, {
    method: 'POST',
  });
  await created.text();
  const door = await openDoor(port);
  return {
    url: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    token: '',
    bucket: BUCKET,
    async stop() {
      door.closeAllConnections();
      door.close();
      const gone = once(server, 'exit');
      server.kill('SIGTERM');
      await gone;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** influxd tells no port that it chose itself: one that was free a moment ago, and another when somebody was faster. */
async function startServer(directory: string): Promise<{ server: ChildProcess; port: number }> {
  const config = join(directory, 'influxdb.conf');
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const [port, rpc] = [await freePort(), await freePort()];
    writeFileSync(config, configOf(directory, port, rpc));
    const server = spawn('influxd', ['run', '-config', config], { stdio: 'ignore' });
    if (await isReady(server, port)) return { server, port };
  }
  throw new Error('influxd does not start');
}

function configOf(directory: string, port: number, rpc: number): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${directory}/meta"
[data]
  dir = "${directory}/data"
  wal-dir = "${directory}/wal"
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
[monitor]
  store-enabled = false
[logging]
  level = "error"
`;
}

/** Waits; false when it ends by itself, as it does on a port that is taken. */
async function isReady(server: ChildProcess, port: number): Promise<boolean> {
  // Whoever has the port instead may leave the question open.
  const ended = new AbortController();
  server.once('exit', () => ended.abort());
  for (let tries = 0; tries < 300; tries += 1) {
    if (server.exitCode !== null) return false;
    const answer = await fetch(`http://127.0.0.1:${port}/ping`, { signal: ended.signal }).catch(() => null);
    if (answer?.status === 204) return true;
    await delay(50);
  }
  throw new Error('influxd did not answer within 15 s');
}

async function openDoor(port: number): Promise<Server> {
  const door = createServer((incoming, outgoing) => forward(port, incoming, outgoing));
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  return door;
}

function forward(port: number, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  if (url.pathname === '/api/v2/write') {
    url.pathname = '/write';
    url.searchParams.set('db', url.searchParams.get('bucket') ?? '');
  }
  const { authorization: _, ...headers } = incoming.headers;
  const call = request(
    { host: '127.0.0.1', port, method: incoming.method, path: `${url.pathname}${url.search}`, headers },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    },
  );
  call.on('error', () => outgoing.destroy());
  incoming.pipe(call);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createProbe();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
