import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReportInputs } from '@keepsite/edge-energy';
import { getDocumentProxy, getMeta } from 'unpdf';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { reportInputs } from '../../../edge/energy/src/testing/report-inputs.ts';
import { createWorkThread } from '../adapters/work-thread.ts';
import type { FrozenReport } from '../ports/energy.ts';
import type { Reckoner } from '../ports/reckoner.ts';
import { freeze } from './freeze.ts';
import { reckonHere, reckonThere } from './reckoner.ts';

// Fonts, charts and their fitting take a busy machine its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const thread = createWorkThread({ entry: new URL('../reckoner.ts', import.meta.url) });
afterAll(() => thread.close());
const inThread = reckonThere((order) => thread.ask(order));
const RECKONERS: readonly (readonly [string, Reckoner])[] = [
  ['right here', reckonHere],
  ['in a thread of its own', inThread],
];

let inputs: ReportInputs;
let frozen: FrozenReport;
beforeAll(() => {
  inputs = reportInputs();
  frozen = freeze(inputs, 2, 'keepsite test');
});

describe.each(RECKONERS)('a reckoner %s', (_, reckoner) => {
  test('reckons the same report to the digit, under the same hash', async () => {
    expect(await reckoner.report(inputs, 2, 'keepsite test')).toEqual(frozen);
  });

  test('sets a kept report as a PDF', async () => {
    const { entry, report } = frozen;
    const pdf = await reckoner.pdf({ entry, report }, 'en');
    const { info } = await getMeta(await getDocumentProxy(new Uint8Array(pdf)));
    expect(info).toMatchObject({ Title: 'Energy savings report · Acme · 2024-05' });
  });

  test('learns a baseline from a year of hours, and says why not from none', async () => {
    const span = inputs.baseline!.span;
    const learned = await reckoner.learn('towt-daily', inputs.meters, span, inputs.zone);
    expect(learned).toMatchObject({ usable: true, reasons: [] });
    expect(learned.r2).toBeGreaterThan(0.8);
    const [meter] = span.meters;
    const unknown = { ...meter!, kwh: meter!.kwh.map(() => null), quality: meter!.quality.replaceAll('m', 'x') };
    const refused = await reckoner.learn('towt-daily', inputs.meters, { ...span, meters: [unknown] }, inputs.zone);
    expect(refused).toMatchObject({ usable: false, r2: null, reasons: [{ zh: expect.any(String) }] });
  });
});

test('while a PDF is made in a thread of its own, the loop serves others', async () => {
  const server = createServer((_, response) => response.end('well')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const told: string[] = [];
  const { entry, report } = frozen;
  // Fonts and charts are loaded piece by piece, and that alone lets others in.
  await inThread.pdf({ entry, report }, 'zh');
  const making = inThread.pdf({ entry, report }, 'zh').then(() => told.push('PDF'));
  const health = await fetch(`http://127.0.0.1:${port}`);
  told.push(await health.text());
  await making;
  expect(told).toEqual(['well', 'PDF']);
  server.close();
});
