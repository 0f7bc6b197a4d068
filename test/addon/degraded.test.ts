// What is left when the system gives less than asked for: no addon, a broken one, or too little lockable memory.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addonStatus } from '#menshen/addon/index.js';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const report = `
  import { addonStatus, disableCoreDumps, openGallery, openSecret } from './dist/addon/index.js';
  const gallery = openGallery(2);
  gallery.add('ada', Float32Array.of(1, 0));
  const best = gallery.bestMatch(Float32Array.of(1, 0));
  const secret = openSecret(32).memory();
  let forced = 'opened';
  try { openGallery(2, { implementation: 'native' }); } catch (fault) { forced = fault.code; }
  console.log(JSON.stringify({ status: addonStatus(), best, secret, forced, dumps: disableCoreDumps() }));
`;

describe('a copy of the product', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'menshen-degraded-'));
    for (const room of ['core', 'addon']) cpSync(join(dist, room), join(folder, 'dist', room), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'report.js'), report);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = () => JSON.parse(spawnSync(process.execPath, [join(folder, 'report.js')], { encoding: 'utf8' }).stdout);

  it('without the addon compares on the twin and says how to get the addon', () => {
    expect(run()).toMatchObject({
      status: { implementation: 'typescript', simd: 'none', reason: expect.stringContaining('not built') },
      best: { id: 'ada', similarity: 1 },
      secret: { implementation: 'typescript', lock: 'unlocked', limitBytes: 'unknown', excludedFromDumps: false },
      forced: 'addon-unavailable',
      dumps: { coreFilesOff: false, processUndumpable: false, reason: expect.stringContaining('not built') },
    });
  });

  it('with an addon that does not load compares on the twin and says why', () => {
    mkdirSync(join(folder, 'native', 'build'), { recursive: true });
    writeFileSync(join(folder, 'native', 'build', 'menshen.node'), 'not a library');
    expect(run()).toMatchObject({
      status: { implementation: 'typescript', reason: expect.stringContaining('does not load') },
      best: { id: 'ada' },
    });
  });
});

const nobody = 65_534;
const printMemory = fileURLToPath(new URL('./fixtures/print-memory.mjs', import.meta.url));

/** A privileged process may lock past its limit, so the child must be nobody special. */
function runUnderLimit(kibibytes: number) {
  const limited = `ulimit -l ${kibibytes} && exec "$0" "$1"`;
  const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  return spawnSync('/bin/sh', ['-c', limited, process.execPath, printMemory], { encoding: 'utf8', ...user });
}

/** A chunk is a huge page: 800 templates of 512 dimensions. */
const chunkBytes = 2 ** 21;
/** Room for one chunk and a probe, not for two. */
const limitKibibytes = 3000;

describe('a gallery that may lock less than it holds', () => {
  const trial = addonStatus().reason ? undefined : runUnderLimit(limitKibibytes);
  const able = trial?.status === 0;
  if (!able) console.log(`lock limits are not tested: ${addonStatus().reason ?? trial?.stderr.trim()}`);

  it.skipIf(!able)('says that it is partly locked, and still compares', () => {
    expect(JSON.parse(runUnderLimit(limitKibibytes).stdout)).toMatchObject({
      probeOnly: { lock: 'locked', limitBytes: limitKibibytes * 1024 },
      filled: { lock: 'partly-locked', lockedBytes: 4096 + chunkBytes, totalBytes: 4096 + 2 * chunkBytes },
      found: 'person-899',
    });
  });

  it.skipIf(!able)('says that it is unlocked where nothing may be locked', () => {
    expect(JSON.parse(runUnderLimit(0).stdout)).toMatchObject({
      filled: { lock: 'unlocked', lockedBytes: 0, limitBytes: 0 },
      found: 'person-899',
    });
  });
});
