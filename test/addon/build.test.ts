import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { addonStatus } from '#menshen/addon/index.js';

const script = (name: string) => fileURLToPath(new URL(`../../scripts/${name}`, import.meta.url));
const built = existsSync(fileURLToPath(new URL('../../native/build/menshen.node', import.meta.url)));
if (!built) console.log('the build of the native addon is not tested: there is none');

/** It compiles everything with the sanitizers and runs it: half a minute where two others compute, more on a terminal. */
const sanitizedMs = 5 * 60_000;

function run(name: string, environment: NodeJS.ProcessEnv = process.env) {
  return spawnSync(process.execPath, [script(name)], { encoding: 'utf8', env: environment });
}

describe.skipIf(!built)('the build of the native addon', () => {
  it('is done once', () => {
    expect(run('build-native.mjs').stdout).toContain('fresh');
  });

  it('is kept on a machine that has no compiler', () => {
    expect(run('build-native.mjs', { ...process.env, PATH: '', CXX: '' }).stdout).toContain('fresh');
  });
});

it(
  'the native code runs clean under the address and undefined-behaviour sanitizers, where there are any',
  () => {
    const { status, stdout } = run('sanitize-native.mjs');
    if (stdout.includes('skipped')) console.log(stdout);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/passed|skipped/)]);
  },
  sanitizedMs,
);

it('the status names the native kernel, or why there is none', () => {
  const { implementation, simd, reason } = addonStatus();
  expect(reason === undefined ? `native-${simd}` : 'typescript').toBe(implementation);
});
