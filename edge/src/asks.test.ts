import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { connectMqtt } from './testing/mqtt-device.ts';
import { createEdgeHome } from './testing/whole-edge.ts';
import { waitLonger } from './testing/patience.ts';

waitLonger();

function messagesOf(id: string): { topic: string; payload: Buffer }[] {
  const file = new URL('../../simulators/vectors/sparkplug.json', import.meta.url);
  const vectors = JSON.parse(readFileSync(file, 'utf8')) as {
    id: string;
    messages: { topic: string; payload: { base64: string } }[];
  }[];
  const { messages = [] } = vectors.find((vector) => vector.id === id) ?? {};
  return messages.map(({ topic, payload }) => ({ topic, payload: Buffer.from(payload.base64, 'base64') }));
}

test('a Sparkplug node that skips a number is asked for a rebirth, once, though nobody has adopted it', async () => {
  const edge = await createEdgeHome().start();
  const client = await connectMqtt(edge.mqttPort ?? 0);
  onTestFinished(() => client.endAsync(true));
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
