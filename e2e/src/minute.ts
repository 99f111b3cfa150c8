import type { Page } from 'playwright-core';
import { get, post } from './http.ts';
import { until } from './until.ts';

export const MINUTE_MS = 60_000;

/** On the phone at once (its clock must be installed); at the gateway sixty times as fast as on the wall. */
export async function aMinutePasses(edge: string, phone: Page): Promise<void> {
  const pace = (scale: number) => post(`${edge}/api/demo/clock`, { scale });
  const edgeNow = async () => Date.parse((await get<{ now: string }>(`${edge}/api/whoami`)).now);
  const since = await edgeNow();
  await pace(60);
  await until(async () => (await edgeNow()) - since >= MINUTE_MS, { for: 'a minute at the gateway' });
  await pace(1);
  await phone.clock.fastForward(MINUTE_MS);
}
