import { defineConfig } from 'vitest/config';

// The tests import `#menshen/...`, which package.json maps to dist/: they test what ships, worker and child entries included.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // One more than the two cores of a small machine: the tests wait for services, timers and disks a third of the time.
    maxWorkers: 3,
    pool: 'forks',
    // What is waited for comes when the machine has time for it.
    expect: { poll: { timeout: 15_000 } },
  },
});
