import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { openMeteo } from './open-meteo.ts';

const PLACE = { latitude: 30.2, longitude: 120.2 };
const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** A stand-in for the archive that answers as its documentation shows. */
async function archive(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ url: string; asked: URL[] }> {
  const asked: URL[] = [];
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://x'));
    answer(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function hourly(start: number, values: readonly (number | null)[]): string {
  const time = values.map((_, i) => start / 1000 + i * 3600);
  return JSON.stringify({
    latitude: 30.2,
    hourly_units: { temperature_2m: '°C' },
    hourly: { time, temperature_2m: values },
  });
}

describe('the weather archive', () => {
  test('is asked for days in UTC, and what it does not know is no hour', async () => {
    const start = Date.UTC(2026, 0, 1);
    const { url, asked } = await archive((_, response) => response.end(hourly(start, [1.5, null, -4, 400])));
    const { document, hours } = await openMeteo(url).hours(PLACE, '2026-01-01', '2026-01-03');
    expect(hours).toEqual([
      { at: start, celsius: 1.5 },
      { at: start + 2 * 3_600_000, celsius: -4 },
    ]);
    expect(document).toBe(`${new URL(url).host} temperature_2m 30.2,120.2 2026-01-01/2026-01-03`);
    expect(Object.fromEntries(asked[0]!.searchParams)).toMatchObject({
      latitude: '30.2',
      longitude: '120.2',
      start_date: '2026-01-01',
      end_date: '2026-01-02',
      hourly: 'temperature_2m',
      timezone: 'GMT',
    });
  });

  test('is asked for a year at a time', async () => {
    const { url, asked } = await archive((_, response) => response.end(hourly(0, [])));
    await openMeteo(url).hours(PLACE, '2024-01-01', '2026-01-01');
    expect(asked.map(({ searchParams }) => [searchParams.get('start_date'), searchParams.get('end_date')])).toEqual([
      ['2024-01-01', '2024-12-31'],
      ['2025-01-01', '2025-12-31'],
    ]);
  });

  test.each([
    ['an error', (response: ServerResponse) => response.writeHead(500).end('no')],
    ['a redirect', (response: ServerResponse) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    ['no JSON', (response: ServerResponse) => response.end('<html>')],
    ['another shape', (response: ServerResponse) => response.end('{"hourly":{"time":["2026"],"temperature_2m":[1]}}')],
    ['five megabytes', (response: ServerResponse) => response.end('x'.repeat(5 << 20))],
    ['a hung-up line', (response: ServerResponse) => response.destroy()],
  ])('that answers with %s is a coded failure', async (_, answer) => {
    const { url } = await archive((_request, response) => void answer(response));
    await expect(openMeteo(url).hours(PLACE, '2026-01-01', '2026-01-02')).rejects.toMatchObject({
      code: 'CLOUD_WEATHER_FAILED',
    });
  });
});
