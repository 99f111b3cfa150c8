import { expect, test } from 'vitest';
import { en } from '../words/en.ts';
import { zh } from '../words/zh.ts';
import { barrierOf, BARRIERS, type Browser } from './phone-barrier.ts';

const ANDROID: Browser = {
  isSecure: true,
  hasPush: true,
  isRefused: false,
  permission: 'default',
  agent: 'Mozilla/5.0 (Linux; Android 15) Chrome/150',
  touchPoints: 5,
  isInstalled: false,
};
const IPHONE = { ...ANDROID, agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)', hasPush: false };
const IPAD = { ...IPHONE, agent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)' };

test.each([
  ['nothing on an Android phone over https', ANDROID, null],
  ['nothing once it was allowed', { ...ANDROID, permission: 'granted' }, null],
  ['plain http, before anything else', { ...ANDROID, isSecure: false, hasPush: false }, 'insecure'],
  ['Safari on an iPhone, outside the home screen', IPHONE, 'homeScreen'],
  ['Safari on an iPad, which says that it is a Mac', IPAD, 'homeScreen'],
  ['nothing on an iPhone’s home screen', { ...IPHONE, isInstalled: true, hasPush: true }, null],
  ['an old iPhone, even on the home screen', { ...IPHONE, isInstalled: true }, 'unsupported'],
  ['a Mac without web push', { ...IPAD, touchPoints: 0 }, 'unsupported'],
  ['the browser inside a chat app', { ...ANDROID, hasPush: false }, 'unsupported'],
  ['a certificate that the device does not trust', { ...ANDROID, isRefused: true }, 'certificate'],
  ['somebody who said no', { ...ANDROID, permission: 'denied' }, 'blocked'],
] as const)('what stands in the way: %s', (_, browser, barrier) => {
  expect(barrierOf(browser)).toBe(barrier);
});

test('each is told in both languages, with what to do', () => {
  for (const { phone } of [en, zh]) expect(Object.keys(phone.barrier).toSorted()).toEqual([...BARRIERS].toSorted());
});
