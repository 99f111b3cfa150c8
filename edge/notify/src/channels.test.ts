import { expect, test } from 'vitest';
import { CHANNELS } from './index.ts';
import { exampleDeps, examplePage } from './testing.ts';

test('mqtt publishes the page for its person and is accepted once the broker has it', async () => {
  const published: [string, string][] = [];
  const publish = (topic: string, payload: string) => Promise.resolve(void published.push([topic, payload]));
  const delivery = await CHANNELS.get('mqtt')?.send(examplePage(), exampleDeps({ publish }));
  expect(delivery).toEqual({ outcome: 'accepted', reference: 'keepsite/park/pages/li' });
  expect(published[0]?.[0]).toBe('keepsite/park/pages/li');
  expect(JSON.parse(published[0]?.[1] ?? '')).toMatchObject({
    page: 'inc-1:0:li:webhook',
    incident: { id: 'inc-1', fault: 'entrapment' },
    text: expect.stringContaining('Lift 3'),
  });
});

test('mqtt without a broker is a retry', async () => {
  expect(await CHANNELS.get('mqtt')?.send(examplePage(), exampleDeps())).toMatchObject({ outcome: 'retry' });
});

test('log writes the title and is accepted', async () => {
  const lines: unknown[] = [];
  const deps = exampleDeps({ log: (fields) => void lines.push(fields) });
  expect(await CHANNELS.get('log')?.send(examplePage(), deps)).toMatchObject({ outcome: 'accepted' });
  expect(lines).toMatchObject([{ person: 'li', title: '[CRITICAL] Passenger trapped in Lift 3' }]);
});
