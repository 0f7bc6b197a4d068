import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { addonStatus } from '#menshen/addon/index.js';

const glibc = 'glibcVersionRuntime' in ((process.report?.getReport() as { header?: object } | undefined)?.header ?? {});
const possible = glibc && addonStatus().reason === undefined;
if (!possible) console.log('the test of freed memory is skipped: it needs the native addon and glibc');

const script = fileURLToPath(new URL('fixtures/freed-heap.mjs', import.meta.url));

describe.skipIf(!possible)('what the C library keeps of freed memory', () => {
  it('goes back to the system', () => {
    const said = execFileSync(process.execPath, ['--expose-gc', script], { encoding: 'utf8' });
    const { held, freed, returned } = JSON.parse(said) as { held: number; freed: number; returned: number };
    // 190 MiB of blocks; what Node itself holds makes the rest.
    expect(freed, said).toBeGreaterThan(held - 20);
    expect(returned, said).toBeLessThan(held - 150);
  });
});
