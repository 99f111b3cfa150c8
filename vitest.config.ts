import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Tests start hundreds of processes and threads: what one has compiled the next need not.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

const exclude = ['**/node_modules/**', '**/dist/**', '**/fixtures/**'];
const ROOMS = '{edge,cloud,simulators,dashboards,scripts,docs}';
const CLOUD = 'cloud/**/*.test.ts';
/** A busy machine may be slow: what is waited for comes, or it does not. */
const expect = { poll: { timeout: 10_000 } };
/**
 * Half of the time went into loading the same modules for every file. Files of these share a process and its modules;
 * what a test stubs or spies on is put back when it is over. Pages keep state in modules, so they have none to share.
 */
const sharing = { isolate: false, unstubEnvs: true, unstubGlobals: true, restoreMocks: true };
const PAGES = 'dashboards/**/*.test.{ts,tsx}';
/** Whole houses of processes: one at a time, and after everything else, so that nobody starves them. */
const houses = {
  globalSetup: ['e2e/src/web-app.ts'],
  fileParallelism: false,
  expect,
  testTimeout: 180_000,
  hookTimeout: 180_000,
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'rooms',
          // Most of them wait for processes and disks: three keep two cores busy.
          maxWorkers: 3,
          include: [`${ROOMS}/**/*.test.ts`, 'test/**/*.test.ts'],
          exclude: [...exclude, '**/*.long.test.ts', CLOUD, PAGES],
          ...sharing,
          expect,
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'pages',
          maxWorkers: 3,
          include: [PAGES],
          exclude,
          expect,
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // A room like the others, but for the PostgreSQL that its tests share.
        test: {
          name: 'cloud',
          maxWorkers: 3,
          include: [CLOUD],
          exclude: [...exclude, '**/*.long.test.ts'],
          globalSetup: ['cloud/src/testing/shared-postgres.ts'],
          ...sharing,
          expect,
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Killed processes, damaged files, whole years of readings: `npm run test:long`, and in CI.
        test: {
          name: 'long',
          maxWorkers: 3,
          include: [`${ROOMS}/**/*.long.test.ts`],
          exclude,
          globalSetup: ['cloud/src/testing/shared-postgres.ts'],
          expect,
          testTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // The first minute and the crew's phone; the other houses are built by `npm run test:long`.
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: [...exclude, '**/*.long.test.ts'],
          ...houses,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: { name: 'e2e-long', include: ['e2e/**/*.long.test.ts'], exclude, ...houses, sequence: { groupOrder: 3 } },
      },
    ],
  },
});
