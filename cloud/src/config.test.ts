import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { envExample, readConfig } from './config.ts';

test('with nothing set it is the demo on loopback with everything embedded', () => {
  const read = readConfig({}, '/srv');

  expect(read).toMatchObject({
    ok: true,
    config: {
      demo: true,
      tenant: 'main',
      dataDir: '/srv/data',
      http: { host: '127.0.0.1', port: 7000, allowedHosts: [] },
      databaseUrl: null,
      influx: null,
      links: { edge: 'http://127.0.0.1:7070', simulator: 'http://127.0.0.1:7080' },
    },
  });
});

test('every fault is named at once, the ones between keys too', () => {
  const read = readConfig({
    KEEPSITE_DEMO: '0',
    KEEPSITE_CLOUD_HTTP_PORT: 'http',
    KEEPSITE_TIME_ZONE: 'Mars/Olympus',
    KEEPSITE_DATABASE_URL: 'mysql://x',
    KEEPSITE_INFLUX_TOKEN: 't',
  });

  expect(read.ok ? [] : read.faults).toEqual([
    'KEEPSITE_TIME_ZONE must be an IANA time zone.',
    'KEEPSITE_CLOUD_HTTP_PORT must be a port number.',
    'KEEPSITE_DATABASE_URL must be a postgres URL.',
    expect.stringMatching(/^KEEPSITE_API_TOKEN is required/),
    expect.stringMatching(/^KEEPSITE_EDGE_TOKEN is required/),
    'KEEPSITE_INFLUX_TOKEN is set without KEEPSITE_INFLUX_URL.',
  ]);
});

test('the demo never listens beyond loopback', () => {
  expect(readConfig({ KEEPSITE_CLOUD_HTTP_HOST: '0.0.0.0' }).ok).toBe(false);
  expect(readConfig({ KEEPSITE_CLOUD_HTTP_HOST: '127.0.0.2' }).ok).toBe(true);
  const tokens = { KEEPSITE_API_TOKEN: 'a'.repeat(16), KEEPSITE_EDGE_TOKEN: 'b'.repeat(16) };
  expect(readConfig({ KEEPSITE_DEMO: '0', KEEPSITE_CLOUD_HTTP_HOST: '0.0.0.0', ...tokens }).ok).toBe(true);
});

test('proxies whose word counts are named by their addresses', () => {
  const read = (list: string) => readConfig({ KEEPSITE_CLOUD_TRUSTED_PROXIES: list });
  expect(read('10.0.0.7, fd00::7')).toMatchObject({ config: { http: { trustedProxies: ['10.0.0.7', 'fd00::7'] } } });
  expect(read('proxy.example')).toMatchObject({ ok: false, faults: [expect.stringContaining('must be IP addresses')] });
});

test('an empty value counts as absent', () => {
  expect(readConfig({ KEEPSITE_INFLUX_URL: ' ', KEEPSITE_CLOUD_HTTP_PORT: '' })).toMatchObject({
    ok: true,
    config: { influx: null, http: { port: 7000 } },
  });
});

test('.env.example is what the schema says', () => {
  expect(readFileSync(new URL('../.env.example', import.meta.url), 'utf8')).toBe(envExample());
});
