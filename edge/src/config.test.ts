import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { envExample, readConfig } from './config.ts';

const EXAMPLE = resolve(import.meta.dirname, '../.env.example');

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
      KEEPSITE_EDGE_TRUSTED_PROXIES: '10.0.0.0/8',
    });
    expect(faults).toHaveLength(4);
    for (const fault of faults) expect(fault).toMatch(/^KEEPSITE_[A-Z_]+ .+\.$/);
    expect(faults.join(' ')).toMatch(/HTTP_PORT.*TRUSTED_PROXIES.*MQTT_URL.*LOG_LEVEL/);
  });

  test('outside the demo there is no cloud unless one is named', () => {
    const env = { KEEPSITE_DEMO: '0' };
    expect(readConfig(env)).toMatchObject({ ok: true, config: { cloud: null } });
    expect(readConfig({ ...env, KEEPSITE_CLOUD_URL: 'https://cloud.example/' })).toMatchObject({
      ok: true,
      config: { cloud: { url: 'https://cloud.example' } },
    });
  });

  test('devices need credentials outside the demo, unless it is said otherwise', () => {
    const anonymous = (env: Record<string, string>) => {
      const read = readConfig(env);
      return read.ok && read.config.mqtt.anonymous;
    };
    expect([anonymous({}), anonymous({ KEEPSITE_DEMO: '0' })]).toEqual([true, false]);
    expect(anonymous({ KEEPSITE_DEMO: '0', KEEPSITE_MQTT_ANONYMOUS: '1' })).toBe(true);
    expect(anonymous({ KEEPSITE_MQTT_ANONYMOUS: '0' })).toBe(false);
  });

  test('links that lead to the cloud need a cloud that passes their orders on', () => {
    const env = { KEEPSITE_DEMO: '0', KEEPSITE_EDGE_LINKS_URL: 'https://cloud.example/' };
    expect(readConfig(env)).toMatchObject({ faults: [expect.stringContaining('KEEPSITE_CLOUD_URL')] });
    expect(readConfig({ ...env, KEEPSITE_CLOUD_URL: 'https://cloud.internal' })).toMatchObject({
      config: { linksUrl: 'https://cloud.example', cloud: { url: 'https://cloud.internal' } },
    });
    expect(readConfig({})).toMatchObject({ config: { linksUrl: null } });
  });

  test('a door behind TLS needs a certificate and its key, and stays on this machine in the demo', () => {
    const files = { KEEPSITE_EDGE_MQTTS_CERT: 'a.pem', KEEPSITE_EDGE_MQTTS_KEY: '/etc/a.key' };
    const env = { KEEPSITE_DEMO: '0', KEEPSITE_EDGE_MQTTS_PORT: '8883' };
    expect(readConfig({ ...env, ...files, KEEPSITE_EDGE_MQTTS_HOST: '0.0.0.0' }, '/srv')).toMatchObject({
      config: {
        mqtt: {
          host: '127.0.0.1',
          tls: {
            host: '0.0.0.0',
            port: 8883,
            certificateFile: '/srv/a.pem',
            keyFile: '/etc/a.key',
            clientCaFile: null,
          },
        },
      },
    });
    expect(readConfig({ ...files })).toMatchObject({ config: { mqtt: { tls: null } } });
    expect(faultsOf(env)).toEqual([expect.stringContaining('KEEPSITE_EDGE_MQTTS_CERT')]);
    expect(faultsOf({ KEEPSITE_EDGE_MQTTS_HOST: '0.0.0.0' })).toEqual([expect.stringContaining('loopback')]);
  });

  test('what nobody may subscribe to is a list of topic filters', () => {
    const list = (KEEPSITE_EDGE_MQTT_DENY_SUBSCRIBE: string) => readConfig({ KEEPSITE_EDGE_MQTT_DENY_SUBSCRIBE });
    expect(list('test/nosubscribe, in/+/side/#')).toMatchObject({
      config: { mqtt: { denySubscribe: ['test/nosubscribe', 'in/+/side/#'] } },
    });
    expect(list('')).toMatchObject({ config: { mqtt: { denySubscribe: [] } } });
    for (const wrong of ['a#', 'a,,b', '$SYS/#', 'a/#/b']) expect(list(wrong).ok, wrong).toBe(false);
  });

  test('the demo, which has no logins, refuses to listen beyond this machine', () => {
    expect(faultsOf({ KEEPSITE_EDGE_HTTP_HOST: '0.0.0.0' })).toEqual([expect.stringContaining('loopback')]);
    expect(faultsOf({ KEEPSITE_EDGE_HTTP_HOST: '::1' })).toEqual([]);
    expect(faultsOf({ KEEPSITE_EDGE_HTTP_HOST: '0.0.0.0', KEEPSITE_DEMO: '0' })).toEqual([]);
  });

  test('the disk’s limit is a size with its unit', () => {
    const limit = (KEEPSITE_EDGE_DISK_LIMIT: string) => readConfig({ KEEPSITE_EDGE_DISK_LIMIT });
    expect(limit('1.5 GB')).toMatchObject({ config: { diskLimitBytes: 1_500_000_000 } });
    expect(limit('512MiB')).toMatchObject({ config: { diskLimitBytes: 512 * 1024 * 1024 } });
    expect(limit('')).toMatchObject({ config: { diskLimitBytes: 8_000_000_000 } });
    for (const wrong of ['8', 'much', '1MB', '-1GB'])
      expect(faultsOf({ KEEPSITE_EDGE_DISK_LIMIT: wrong })).toHaveLength(1);
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

  test('reverse proxies are believed by exact address', () => {
    expect(readConfig({ KEEPSITE_EDGE_TRUSTED_PROXIES: '127.0.0.1, ::1' })).toMatchObject({
      ok: true,
      config: { http: { trustedProxies: ['127.0.0.1', '::1'] } },
    });
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
