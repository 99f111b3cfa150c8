import { verifyExport } from '@keepsite/edge-evidence';
import { expect, onTestFinished, test } from 'vitest';
import { chainOf } from '../testing/evidence-samples.ts';
import { createHttpBench, incidentOf } from '../testing/http-bench.ts';

async function bench() {
  const { api, disk } = await createHttpBench();
  onTestFinished(() => api.close());
  disk.incidents.set('inc-1', incidentOf('inc-1', 5));
  disk.events.push(...chainOf('inc-0', 'inc-1', 'inc-2', 'inc-1', 'inc-0'));
  return (url: string) => api.inject({ url, headers: { host: '127.0.0.1:7070' } });
}

test('an incident leaves the edge as a file that verifies, with what lies between its events and no more', async () => {
  const get = await bench();
  const answer = await get('/api/incidents/inc-1/export.json');
  expect(answer.headers['content-disposition']).toBe('attachment; filename="incident-inc-1.json"');
  expect(verifyExport(answer.json())).toEqual({ ok: true, events: 2, links: 1, gaps: [], unchecked: [], faults: [] });
});

test('and as lines for a spreadsheet; an incident that is not there is a 404', async () => {
  const get = await bench();
  const csv = await get('/api/incidents/inc-1/export.csv');
  expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(csv.body.split('\r\n')[1]).toContain('3 号梯困人');
  expect((await get('/api/incidents/inc-9/export.json')).statusCode).toBe(404);
});
