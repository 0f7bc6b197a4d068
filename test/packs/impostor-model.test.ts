/** A pack with an impostor model: it is part of the pack, so it is copied, checked and trusted like a model. */
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadModelPack } from '#menshen/inference/index.js';
import { addPack, checkPack, problemOf } from '#menshen/packs/index.js';
import { hasModels, packDirectory } from '../inference/default-pack.js';

describe.skipIf(!hasModels)('a pack’s impostor model', () => {
  let folder: string;
  let pack: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'menshen-pack-'));
    pack = join(folder, 'pack');
    cpSync(packDirectory, pack, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('comes with the pack when it is added', async () => {
    const added = await addPack(pack, join(folder, 'added'), 'test');
    const { impostorModel, manifest } = await loadModelPack(added);
    expect(readdirSync(added)).toContain(basename(manifest.impostorModel?.file ?? 'none'));
    expect(impostorModel?.dimensions).toBe(512);
  });

  it('that was altered is found by the check and refused at a start', async () => {
    writeFileSync(join(pack, 'impostor-model.json'), '{}');
    expect(problemOf(await checkPack(pack))).toMatch(/impostor-model\.json is not the file that the manifest names/);
    await expect(loadModelPack(pack)).rejects.toMatchObject({ code: 'model-pack-altered' });
  });

  it('that is missing keeps the pack from being added', async () => {
    rmSync(join(pack, 'impostor-model.json'));
    await expect(addPack(pack, join(folder, 'added'), 'test')).rejects.toMatchObject({ code: 'model-pack-invalid' });
    expect(readdirSync(join(folder, 'added'))).toEqual([]);
  });
});
