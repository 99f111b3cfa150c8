import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { envExample, readConfig } from './config.ts';

const EXAMPLE = resolve(import.meta.dirname, '../.env.example');
const TOKEN = 'a-token-of-sufficient-length';

function faultsOf(env: Record<string, string>): readonly string[] {
  const read = readConfig(env);
  return read.ok ? [] : read.faults;
}

describe('the configuration', () => {
  test('an empty environment is the demo on its usual ports', () => {
    const read = readConfig({}, '/srv/keepsite');
    expect(read).toMatchObject({
      ok: true,
      config: {
        edge: 'edge-1',
        demo: true,
        dataDir: '/srv/keepsite/data',
        registryFile: '/srv/keepsite/data/edge/registry.yaml',
        http: { host: '127.0.0.1', port: 7070 },
        mqtt: { host: '127.0.0.1', port: 1883, url: null },
        cloud: { url: 'http://127.0.0.1:7000', token: null },
        apiToken: null,
      },
    });
  });

  test('all faults are reported together, each as a sentence that names its key', () => {
    const faults = faultsOf({
      KEEPSITE_DEMO: '0',
      KEEPSITE_EDGE_HTTP_PORT: '70700',
      KEEPSITE_MQTT_URL: 'http://broker',
      KEEPSITE_LOG_LEVEL: 'loud',
    });
    expect(faults).toHaveLength(4);
    for (const fault of faults) expect(fault).toMatch(/^KEEPSITE_[A-Z_]+ .+\.$/);
    expect(faults.join(' ')).toMatch(/HTTP_PORT.*MQTT_URL.*LOG_LEVEL.*API_TOKEN is required/);
  });

  test('outside the demo there is no cloud unless one is named', () => {
    const env = { KEEPSITE_DEMO: '0', KEEPSITE_API_TOKEN: TOKEN };
    expect(readConfig(env)).toMatchObject({ ok: true, config: { cloud: null } });
    expect(readConfig({ ...env, KEEPSITE_CLOUD_URL: 'https://cloud.example/' })).toMatchObject({
      ok: true,
      config: { cloud: { url: 'https://cloud.example' } },
    });
  });

  test('the demo, which has no logins, refuses to listen beyond this machine', () => {
    expect(faultsOf({ KEEPSITE_EDGE_HTTP_HOST: '0.0.0.0' })).toEqual([expect.stringContaining('loopback')]);
    expect(faultsOf({ KEEPSITE_EDGE_HTTP_HOST: '::1' })).toEqual([]);
    expect(faultsOf({ KEEPSITE_EDGE_HTTP_HOST: '0.0.0.0', KEEPSITE_DEMO: '0', KEEPSITE_API_TOKEN: TOKEN })).toEqual([]);
  });

  test('an edge is a Sparkplug node only when a broker is named, and its names fit into topics', () => {
    const KEEPSITE_SPARKPLUG_URL = 'mqtts://scada.example';
    expect(readConfig({ KEEPSITE_SPARKPLUG_HOST: 'scada' })).toMatchObject({ ok: true, config: { sparkplug: null } });
    expect(readConfig({ KEEPSITE_SPARKPLUG_URL })).toMatchObject({
      ok: true,
      config: { sparkplug: { url: KEEPSITE_SPARKPLUG_URL, group: 'Keepsite', host: null } },
    });
    const names = { KEEPSITE_SPARKPLUG_GROUP: 'a/b', KEEPSITE_SPARKPLUG_HOST: '#' };
    expect(faultsOf({ KEEPSITE_SPARKPLUG_URL, ...names })).toHaveLength(2);
  });

  test('an empty value counts as absent, and port 0 is allowed', () => {
    expect(readConfig({ KEEPSITE_MQTT_URL: '', KEEPSITE_EDGE_HTTP_PORT: '0' })).toMatchObject({
      ok: true,
      config: { http: { port: 0 }, mqtt: { url: null } },
    });
  });

  test('.env.example is what the schema says', () => {
    const file = readFileSync(EXAMPLE, 'utf8');
    expect(file).toContain(envExample());
  });
});
