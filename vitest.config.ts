import { defineConfig } from 'vitest/config';

/** Their tests open what they test in their own process and close it again: files of them may share one. */
const rooms = ['access', 'anchors', 'check', 'client', 'doors', 'isapi', 'law', 'outbox', 'packs', 'rotation', 'rules']
  .concat([
    'screen',
    'syslog',
    'tpm',
    'unit',
    'pixels',
    'pad',
    'detect',
    'quality',
    'docker',
    'demo-recording',
    'evaluate',
  ])
  .map((room) => `test/${room}/**/*.test.ts`);

// The tests import `#menshen/...`, which package.json maps to dist/: they test what ships, worker and child entries included.
export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // One more than the two cores of a small machine: the tests wait for services, timers and disks a third of the time.
    maxWorkers: 3,
    pool: 'forks',
    // What is waited for comes when the machine has time for it.
    expect: { poll: { timeout: 15_000 } },
    // What ships is loaded by Node itself, as it is when it runs.
    server: { deps: { external: [/\/dist\//] } },
    projects: [
      { extends: true, test: { name: 'rooms', include: rooms, isolate: false } },
      { extends: true, test: { name: 'apart', include: ['test/**/*.test.ts'], exclude: rooms } },
    ],
  },
});
