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
  const [port, rpc] = [await freePort(), await freePort()];
  const config = join(directory, 'influxdb.conf');
  writeFileSync(config, configOf(directory, port, rpc));
  const server = spawn('influxd', ['run', '-config', config], { stdio: 'ignore' });
  await untilReady(server, port);
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

async function untilReady(server: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (server.exitCode !== null) throw new Error(`influxd ended with ${server.exitCode}`);
    const answer = await fetch(`http://127.0.0.1:${port}/ping`).catch(() => null);
    if (answer?.status === 204) return;
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
