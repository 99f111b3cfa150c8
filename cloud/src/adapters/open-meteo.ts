import { z } from 'zod';
import { CloudError } from '../errors.ts';
import type { WeatherProvider } from '../ports/energy.ts';

/** Hourly outdoor temperature as the archive of Open-Meteo answers it; null where it has none (yet). */
const Answer = z.object({
  hourly: z.object({
    time: z.array(z.int()),
    temperature_2m: z.array(z.number().nullable()),
  }),
});

const TIMEOUT_MS = 20_000;
const LONGEST_ANSWER = 4 << 20;
const DAYS_AT_ONCE = 366;
const DAY_MS = 86_400_000;
/** Nothing on earth was ever colder or hotter; such a value is a fault of the source. */
const COLDEST_C = -90;
const HOTTEST_C = 60;

/**
 * An archive with the interface of Open-Meteo's Historical Weather API
 * (https://open-meteo.com/en/docs/historical-weather-api), asked in UTC, a year at a time, with a limit on
 * time and size and without following redirects.
 */
export function openMeteo(base: string): WeatherProvider {
  return {
    name: `open-meteo ${new URL(base).host}`,
    async hours(place, from, to) {
      const hours: { at: number; celsius: number }[] = [];
      for (let first = Date.parse(from); first < Date.parse(to); first += DAYS_AT_ONCE * DAY_MS) {
        const last = Math.min(first + DAYS_AT_ONCE * DAY_MS, Date.parse(to)) - DAY_MS;
        hours.push(...(await ask(urlOf(base, place, first, last))));
      }
      const where = `${place.latitude},${place.longitude}`;
      return { document: `${new URL(base).host} temperature_2m ${where} ${from}/${to}`, hours };
    },
  };
}

function urlOf(
  base: string,
  { latitude, longitude }: { latitude: number; longitude: number },
  first: number,
  last: number,
): URL {
  const url = new URL('/v1/archive', base);
  const query = {
    latitude: String(latitude),
    longitude: String(longitude),
    start_date: dayText(first),
    end_date: dayText(last),
    hourly: 'temperature_2m',
    timeformat: 'unixtime',
    timezone: 'GMT',
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

async function ask(url: URL): Promise<{ at: number; celsius: number }[]> {
  const answer = Answer.safeParse(await fetched(url));
  if (!answer.success) throw failed(url, 'its answer is not as described');
  const { time, temperature_2m: values } = answer.data.hourly;
  return time.flatMap((seconds, i) => {
    const celsius = values[i] ?? null;
    return celsius === null || celsius < COLDEST_C || celsius > HOTTEST_C ? [] : [{ at: seconds * 1000, celsius }];
  });
}

async function fetched(url: URL): Promise<unknown> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return JSON.parse(await limitedText(response));
  } catch (cause) {
    throw failed(url, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

async function limitedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > LONGEST_ANSWER) throw new Error('its answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function failed(url: URL, reason: string, cause?: unknown): CloudError {
  return new CloudError('CLOUD_WEATHER_FAILED', `${url.host} has no weather for us: ${reason}`, { cause });
}

function dayText(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
