import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { officePark } from '../domain/testing/office-park.ts';
import { connectMqtt } from '../testing/mqtt-device.ts';
import { createEdgeHome } from '../testing/whole-edge.ts';
import { waitLonger } from '../testing/patience.ts';

waitLonger();

test('whoever comes later finds every asset and its state on the building’s broker, and nobody else may say it', async () => {
  const edge = await createEdgeHome(stringify(officePark)).start({ KEEPSITE_HOME_ASSISTANT_PREFIX: 'homeassistant' });
  const meter = await connectMqtt(edge.mqttPort ?? 0);
  onTestFinished(() => meter.endAsync(true));
  const reading = { metric: 'active_power_w', value: 1500, at: new Date().toISOString() };
  await meter.publishAsync('keepsite/park/devices/meter-1/reading', JSON.stringify(reading), { qos: 1 });
  await meter.publishAsync('keepsite/park/assets/main-meter', '{"active_power_w":9}', { qos: 1, retain: true });

  const heard = new Map<string, Record<string, unknown>>();
  const panel = await connectMqtt(edge.mqttPort ?? 0);
  onTestFinished(() => panel.endAsync(true));
  panel.on('message', (topic, payload) => heard.set(topic, JSON.parse(String(payload)) as Record<string, unknown>));
  await panel.subscribeAsync(['keepsite/park/assets/+', 'homeassistant/#'], { qos: 1 });

  await expect.poll(() => heard.get('keepsite/park/assets/main-meter')).toMatchObject({ active_power_w: 1500 });
  await expect
    .poll(() => heard.get('homeassistant/device/keepsite_edge-1_main-meter/config'))
    .toMatchObject({ state_topic: 'keepsite/park/assets/main-meter' });
});
