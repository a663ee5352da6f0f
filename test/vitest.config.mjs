import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**', 'test/bench/**', '**/node_modules/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    // Programs in pseudo-terminals share the machine with whatever else runs there; a fault of ours fails twice.
    retry: process.env.CI ? 1 : 0,
    hookTimeout: 60_000,
  },
});
