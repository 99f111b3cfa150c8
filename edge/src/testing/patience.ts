import { TestRunner, vi } from 'vitest';

const PATIENCE_MS = 60_000;

/**
 * Called at the top of a test file whose tests start whole edges or reckon whole years, perhaps on a busy machine.
 * A module that it imports cannot do it: that is read once for many files, and what is set holds for one.
 */
export function waitLonger(): void {
  vi.setConfig({ testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS });
}

/** Throws when the test that runs was not given this time. */
export function assertWaitsLonger(): void {
  const { timeout } = TestRunner.getCurrentTest() ?? { timeout: PATIENCE_MS };
  if (timeout < PATIENCE_MS) throw new Error('a test file that takes its time calls waitLonger() at its top');
}
