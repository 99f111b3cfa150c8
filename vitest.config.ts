import { defineConfig } from 'vitest/config';

const exclude = ['**/node_modules/**', '**/dist/**', '**/fixtures/**'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'rooms',
          // Most of them wait for processes and disks: three keep two cores busy.
          maxWorkers: 3,
          include: ['{edge,cloud,simulators,dashboards,scripts,docs}/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
          exclude,
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Whole houses of processes: one at a time, and after everything else, so that nobody starves them.
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude,
          globalSetup: ['e2e/src/web-app.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
