import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { startEdge } from '../compose.ts';
import { readConfig } from '../config.ts';
import { officePark } from '../domain/testing/office-park.ts';
import { connectMqtt } from '../testing/mqtt-device.ts';

const QUIET = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

test('whoever comes later finds every asset and its state on the building’s broker, and nobody else may say it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keepsite-out-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'edge'));
  writeFileSync(join(folder, 'edge', 'registry.yaml'), stringify(officePark));
  const read = readConfig({
    KEEPSITE_DATA_DIR: folder,
    KEEPSITE_EDGE_HTTP_PORT: '0',
    KEEPSITE_EDGE_MQTT_PORT: '0',
    KEEPSITE_CLOUD_URL: 'http://127.0.0.1:9',
    KEEPSITE_HOME_ASSISTANT_PREFIX: 'homeassistant',
  });
  if (!read.ok) throw new Error(read.faults.join(' '));
  const edge = await startEdge(read.config, QUIET);
  closing.push(edge.stop);
  const meter = await connectMqtt(edge.mqttPort ?? 0);
  closing.push(() => meter.endAsync(true));
  const reading = { metric: 'active_power_w', value: 1500, at: new Date().toISOString() };
  await meter.publishAsync('keepsite/park/devices/meter-1/reading', JSON.stringify(reading), { qos: 1 });
  await meter.publishAsync('keepsite/park/assets/main-meter', '{"active_power_w":9}', { qos: 1, retain: true });

  const heard = new Map<string, Record<string, unknown>>();
  const panel = await connectMqtt(edge.mqttPort ?? 0);
  closing.push(() => panel.endAsync(true));
  panel.on('message', (topic, payload) => heard.set(topic, JSON.parse(String(payload)) as Record<string, unknown>));
  await panel.subscribeAsync(['keepsite/park/assets/+', 'homeassistant/#'], { qos: 1 });

  await expect.poll(() => heard.get('keepsite/park/assets/main-meter')).toMatchObject({ active_power_w: 1500 });
  await expect
    .poll(() => heard.get('homeassistant/device/keepsite_edge-1_main-meter/config'))
    .toMatchObject({ state_topic: 'keepsite/park/assets/main-meter' });
});
