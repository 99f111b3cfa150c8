/** Why this browser cannot be paged; what to do about each stands in the dictionaries. */
export const BARRIERS = ['insecure', 'homeScreen', 'unsupported', 'certificate', 'blocked'] as const;
export type Barrier = (typeof BARRIERS)[number];

/** What a browser tells of itself. */
export interface Browser {
  /** Over https, or on the machine itself. */
  readonly isSecure: boolean;
  readonly hasPush: boolean;
  /** The app’s own worker was refused: a certificate that the device does not trust. */
  readonly isRefused: boolean;
  readonly permission: string;
  readonly agent: string;
  readonly touchPoints: number;
  /** Opened from the home screen. */
  readonly isInstalled: boolean;
}

/** What stands in the way; null: nothing does, as far as a page can know. */
export function barrierOf(browser: Browser): Barrier | null {
  if (!browser.isSecure) return 'insecure';
  // WebKit gives web push to apps on the home screen alone (iOS and iPadOS 16.4).
  if (!browser.hasPush) return isApple(browser) && !browser.isInstalled ? 'homeScreen' : 'unsupported';
  if (browser.isRefused) return 'certificate';
  return browser.permission === 'denied' ? 'blocked' : null;
}

/** An iPad calls itself a Mac, but no Mac is touched. */
function isApple({ agent, touchPoints }: Browser): boolean {
  return /iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && touchPoints > 1);
}
