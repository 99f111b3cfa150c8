import type { Page } from 'playwright-core';
import { get, post } from './http.ts';
import { until } from './until.ts';

export const MINUTE_MS = 60_000;

/** Faster, and a machine that stands still for seconds would lose whole minutes: the promise would be broken. */
const PACE = 15;

/** On the phone at once (its clock must be installed); at the gateway fifteen times as fast as on the wall. */
export async function aMinutePasses(edge: string, phone: Page): Promise<void> {
  const pace = (scale: number) => post(`${edge}/api/demo/clock`, { scale });
  const edgeNow = async () => Date.parse((await get<{ now: string }>(`${edge}/api/whoami`)).now);
  const since = await edgeNow();
  await pace(PACE);
  await until(async () => (await edgeNow()) - since >= MINUTE_MS, { for: 'a minute at the gateway' });
  await pace(1);
  await phone.clock.fastForward(MINUTE_MS);
}
