import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{edge,cloud,simulators,dashboards,scripts,docs}/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/fixtures/**'],
    testTimeout: 20_000,
  },
});
