import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { openBrowser, openPhone, openWall } from './browser.ts';
import { type House, type HouseOptions, startHouse } from './house.ts';

/** A house and who looks at it, for all tests of a file; to be read in tests and hooks, not before. */
export interface WatchedHouse {
  readonly house: House;
  readonly browser: Browser;
  /** A screen in English: on a wall, or on a desk. */
  readonly wall: Page;
  /** A phone in Chinese. */
  readonly phone: Page;
}

/**
 * Starts a house and a browser before the first test of the file and closes them after the last one. Hooks that the
 * file adds below it run while both are there.
 */
export function useWatchedHouse(options: HouseOptions, withinMs?: number): WatchedHouse {
  let house: House;
  let browser: Browser;
  let wall: Page;
  let phone: Page;

  beforeAll(async () => {
    const opening = openBrowser();
    [house, browser] = await Promise.all([startHouse(options), opening]);
    [wall, phone] = await Promise.all([openWall(browser, 'en-GB'), openPhone(browser, 'zh-CN')]);
  }, withinMs);

  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  return {
    get house() {
      return house;
    },
    get browser() {
      return browser;
    },
    get wall() {
      return wall;
    },
    get phone() {
      return phone;
    },
  };
}
