import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addonStatus } from '#menshen/addon/index.js';
import { canScanProcesses, scanProcessMemory } from '../support/memory-scan.js';
import { HolderProcess } from './fixtures/holder-process.js';
import { fillSecret, linePixels, needleOf } from './fixtures/vectors.mjs';

const dimensions = 512;
const seed = 4711;
const otherSeed = 1147;
const native = addonStatus().reason === undefined;
if (!canScanProcesses) console.log('memory scans are skipped: they read /proc/PID/mem, which only Linux has');
if (!native) console.log(`scans of native memory are skipped: ${addonStatus().reason}`);

const implementations = native ? (['native', 'typescript'] as const) : (['typescript'] as const);

let holder: HolderProcess;
afterEach(() => holder.stop());

const templatesFound = (...seeds: number[]) =>
  scanProcessMemory(
    holder.pid,
    seeds.map((one) => needleOf(one, dimensions)),
  );
const secretsFound = () => scanProcessMemory(holder.pid, [fillSecret(new Uint8Array(48), seed)]);

describe.skipIf(!canScanProcesses).each(implementations)('memory of a process with %s templates', (implementation) => {
  beforeEach(async () => {
    holder = await HolderProcess.start(implementation);
  });

  it('holds a template once, and not at all after it was removed', async () => {
    await holder.tell('add', seed);
    const held = await templatesFound(seed);
    await holder.tell('remove');
    expect([held, await templatesFound(seed)]).toEqual([[1], [0]]);
  });

  it('holds only the new template after a person was enrolled again', async () => {
    await holder.tell('add', seed);
    await holder.tell('add', otherSeed);
    expect(await templatesFound(seed, otherSeed)).toEqual([0, 1]);
  });

  it('holds no template after the gallery was closed', async () => {
    await holder.tell('add', seed);
    const held = await templatesFound(seed);
    await holder.tell('close');
    expect([held, await templatesFound(seed)]).toEqual([[1], [0]]);
  });

  it('holds no probe after a comparison', async () => {
    await holder.tell('add', seed);
    await holder.tell('compare', otherSeed);
    expect(await templatesFound(seed, otherSeed)).toEqual([1, 0]);
  });

  it('holds no secret after it was wiped', async () => {
    await holder.tell('openSecret', seed);
    const held = await secretsFound();
    await holder.tell('wipeSecret');
    expect([held, await secretsFound()]).toEqual([[1], [0]]);
  });

  it('holds no secret after it was closed', async () => {
    await holder.tell('openSecret', seed);
    const held = await secretsFound();
    await holder.tell('closeSecret');
    expect([held, await secretsFound()]).toEqual([[1], [0]]);
  });
});

describe.skipIf(!canScanProcesses || !native)('native memory that nobody closed', () => {
  beforeEach(async () => {
    holder = await HolderProcess.start('native');
  });

  it('is wiped when the worker that held it ends', async () => {
    await holder.tell('startWorker', seed);
    const held = [await templatesFound(seed), await secretsFound()];
    await holder.tell('endWorker');
    expect([held, await templatesFound(seed), await secretsFound()]).toEqual([[[1], [1]], [0], [0]]);
  });

  it('is wiped when the gallery is collected', async () => {
    await holder.tell('add', seed);
    const held = await templatesFound(seed);
    await holder.tell('drop');
    await holder.tell('collect');
    expect([held, await templatesFound(seed)]).toEqual([[1], [0]]);
  });

  it('is wiped when the secret is collected', async () => {
    await holder.tell('openSecret', seed);
    const held = await secretsFound();
    await holder.tell('dropSecret');
    await holder.tell('collect');
    expect([held, await secretsFound()]).toEqual([[1], [0]]);
  });

  it('holds no line of pixels after a picture was resampled', async () => {
    const line = Float32Array.from(linePixels(seed));
    const seen = await holder.tell('resample', seed);
    const left = await scanProcessMemory(holder.pid, [new Uint8Array(line.buffer, 128, 64).slice()]);
    expect([seen, left]).toEqual([line[0], [0]]);
  });

  it('is marked to stay out of core dumps and of forked children', async () => {
    await holder.tell('openSecret', seed);
    const marked = (await readFile(`/proc/${holder.pid}/smaps`, 'utf8'))
      .split('\n')
      .filter((line) => /^VmFlags:.*\bdc\b.*\bdd\b/.test(line));
    expect(marked.length).toBeGreaterThan(0);
  });

  it('is not dumped by the kernel after core dumps were turned off', async () => {
    const effect = await holder.tell('disableCoreDumps');
    const limits = await readFile(`/proc/${holder.pid}/limits`, 'utf8');
    expect([effect, /Max core file size +0 +0 /.test(limits)]).toEqual([
      { coreFilesOff: true, processUndumpable: true },
      true,
    ]);
  });
});

describe.skipIf(!canScanProcesses)('the memory scan', () => {
  beforeEach(async () => {
    holder = await HolderProcess.start('typescript');
  });

  it('refuses the process it runs in', async () => {
    await expect(scanProcessMemory(process.pid, [fillSecret(new Uint8Array(48), seed)])).rejects.toThrow(RangeError);
  });
});
