import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    setupFiles: ['test/support/fixed-cases.ts'],
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // The long run draws many more cases in each test.
    testTimeout: process.env.WINDHOVER_LONG === undefined ? 120_000 : 3_600_000,
    // Servers and programs are started in hooks.
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
