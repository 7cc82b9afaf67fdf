import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/conformance/**', 'test/faults/real-cli/**'],
          testTimeout: 10_000,
          // The files share nothing but the program, and loading it anew for each takes longer than the tests.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/{integration,conformance,faults/real-cli}/**/*.test.ts'],
          // Each test drives real CLI processes; two files at once are what a two-core machine serves well.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Starting a CLI takes seconds on a busy machine; what must be quick says so itself.
          expect: { poll: { timeout: 10_000 } },
        },
      },
    ],
  },
});
