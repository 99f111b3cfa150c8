import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { startEdge } from './compose.ts';
import { readConfig } from './config.ts';
import { connectMqtt } from './testing/mqtt-device.ts';

const QUIET = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function messagesOf(id: string): { topic: string; payload: Buffer }[] {
  const file = new URL('../../simulators/vectors/sparkplug.json', import.meta.url);
  const vectors = JSON.parse(readFileSync(file, 'utf8')) as {
    id: string;
    messages: { topic: string; payload: { base64: string } }[];
  }[];
  const { messages = [] } = vectors.find((vector) => vector.id === id) ?? {};
  return messages.map(({ topic, payload }) => ({ topic, payload: Buffer.from(payload.base64, 'base64') }));
}

async function startEmptyEdge() {
  const folder = mkdtempSync(join(tmpdir(), 'keepsite-asks-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'edge'));
  writeFileSync(
    join(folder, 'edge', 'registry.yaml'),
    '{ version: 1, sites: [], zones: [], assets: [], devices: [] }\n',
  );
  const read = readConfig({
    KEEPSITE_DATA_DIR: folder,
    KEEPSITE_EDGE_HTTP_PORT: '0',
    KEEPSITE_EDGE_MQTT_PORT: '0',
    KEEPSITE_CLOUD_URL: 'http://127.0.0.1:9',
  });
  if (!read.ok) throw new Error(read.faults.join(' '));
  const edge = await startEdge(read.config, QUIET);
  closing.push(edge.stop);
  return edge;
}

test('a Sparkplug node that skips a number is asked for a rebirth, once, though nobody has adopted it', async () => {
  const edge = await startEmptyEdge();
  const client = await connectMqtt(edge.mqttPort ?? 0);
  closing.push(() => client.endAsync(true));
  const heard: { topic: string; payload: Buffer }[] = [];
  client.on('message', (topic, payload) => heard.push({ topic, payload }));
  await client.subscribeAsync('spBv1.0/+/NCMD/#', { qos: 1 });

  const [birth, deviceBirth, afterGap, inOrder] = messagesOf('sparkplug/gap');
  for (const message of [birth, deviceBirth, afterGap, inOrder, afterGap])
    await client.publishAsync(message?.topic ?? '', message?.payload ?? '', { qos: 1 });

  await expect.poll(() => heard.length).toBeGreaterThan(0);
  expect(heard.map(({ topic }) => topic)).toEqual(['spBv1.0/Harbour/NCMD/gw 6']);
  const ask = heard[0]?.payload.toString('latin1') ?? '';
  expect(ask).toContain('\n\x14Node Control/Rebirth');
  // Datatype 11, boolean value true.
  expect(ask.endsWith('\x20\x0b\x70\x01')).toBe(true);
});
