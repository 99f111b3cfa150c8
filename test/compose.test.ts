// No engine runs here: what can be checked of the containers without one is checked.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { EDGE_ENVIRONMENT, EDGE_NODE_FLAGS } from '../edge/src/node-flags.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

interface Service {
  readonly image?: string;
  readonly build?: { readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly environment?: Record<string, string>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly profiles?: readonly string[];
  readonly restart?: string;
  readonly depends_on?: Record<string, { readonly condition: string }>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, null>;
};
const services = Object.entries(compose.services);

test('edge, cloud, simulators, PostgreSQL, mosquitto, InfluxDB and Grafana are all there', () => {
  expect(Object.keys(compose.services)).toEqual(
    expect.arrayContaining(['edge', 'cloud', 'simulators', 'demo', 'postgres', 'mosquitto', 'influxdb', 'grafana']),
  );
});

describe.each(services)('%s', (_name, service) => {
  test('has a health check unless it ends by itself, and waits for others as they are', () => {
    if (service.restart !== 'no') expect(service.healthcheck?.test.length).toBeGreaterThan(1);
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const ends = compose.services[other]?.restart === 'no';
      expect(condition).toBe(ends ? 'service_completed_successfully' : 'service_healthy');
      if (!ends) expect(compose.services[other]?.healthcheck).toBeDefined();
    }
  });

  test('mounts what exists: files of this tree, and volumes that are declared', () => {
    for (const volume of service.volumes ?? []) {
      const [source = ''] = volume.split(':');
      if (source.startsWith('.')) expect(existsSync(join(root, source)), source).toBe(true);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
  });

  test('runs a file that exists, checked by a script that exists', () => {
    const files = [...(service.command ?? []), ...(service.healthcheck?.test ?? [])].filter((word) =>
      word.endsWith('.ts'),
    );
    for (const file of files) expect(existsSync(join(root, file)), file).toBe(true);
    if (service.build) expect(existsSync(join(root, service.build.dockerfile))).toBe(true);
  });

  test('opens its ports on loopback only', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });
});

test('no two services publish the same port', () => {
  const published = services.flatMap(([, service]) => (service.ports ?? []).map((port) => port.split(':')[1]));
  expect(new Set(published).size).toBe(published.length);
});

test('every KEEPSITE_ setting of a service is one that its room reads', () => {
  for (const room of ['edge', 'cloud', 'simulators'] as const) {
    const config = read(`${room}/src/config.ts`);
    const keys = Object.keys(compose.services[room]?.environment ?? {}).filter((key) => key.startsWith('KEEPSITE_'));
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(config, `${room}: ${key}`).toContain(key);
  }
});

test('the edge is started with the memory that npm start gives it', () => {
  expect(compose.services['edge']?.command).toEqual([...EDGE_NODE_FLAGS, 'edge/src/main.ts']);
  expect(compose.services['edge']?.environment).toMatchObject(EDGE_ENVIRONMENT);
});

test('what the edge has compiled is kept in its own volume', () => {
  const { NODE_COMPILE_CACHE: folder, KEEPSITE_DATA_DIR: data } = compose.services['edge']?.environment ?? {};
  expect(folder).toBe(`${data}/edge/compiled`);
});

test('the image installs every workspace of the lockfile before the sources are copied', () => {
  const dockerfile = read('docker/Dockerfile');
  const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] };
  for (const workspace of workspaces) expect(dockerfile).toContain(`COPY ${workspace}/package.json ${workspace}/`);
  expect(dockerfile.indexOf('npm ci')).toBeLessThan(dockerfile.indexOf('COPY . .'));
});
