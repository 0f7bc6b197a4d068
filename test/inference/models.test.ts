import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModelPack, type Models, openModels } from '#menshen/inference/index.js';
import { hasModels, packDirectory } from './default-pack.js';

describe.skipIf(!hasModels)('the models', () => {
  let models: Models;
  beforeAll(async () => {
    models = await openModels(await loadModelPack(packDirectory), { threads: 1 });
  });
  afterAll(() => models.close());

  it('give the same answer to the same input after a scrub', async () => {
    const input = Float32Array.from({ length: 3 * 112 * 112 }, (_, index) => Math.sin(index));
    // A copy: what the scrub overwrote must not be what is compared.
    const before = structuredClone(await models.run('embedding', input));
    expect(JSON.stringify(before)).toMatch(/-?0\.\d*[1-9]/);
    await models.scrub();
    expect(await models.run('embedding', input)).toEqual(before);
  });

  it('report an input of the wrong size instead of guessing', async () => {
    await expect(models.run('pad', new Float32Array(5))).rejects.toMatchObject({ code: 'inference-failed' });
  });

  it('refuse to run once closed', async () => {
    const other = await openModels(models.pack, { threads: 1 });
    await other.close();
    await expect(other.run('landmarks', new Float32Array(4096))).rejects.toMatchObject({ code: 'inference-failed' });
  });

  it('are not opened when the manifest declares another input than the file has', async () => {
    const manifest = structuredClone(models.pack.manifest);
    for (const file of manifest.files) if (file.role === 'embedding') file.input.shape = [1, 3, 96, 96];
    await expect(openModels({ ...models.pack, manifest })).rejects.toThrow(/declares input input of 1x3x96x96/);
  });

  it('are not opened from bytes that are no model', async () => {
    const bytes = new Map(models.pack.bytes).set('pad', new Uint8Array(64));
    await expect(openModels({ ...models.pack, bytes })).rejects.toMatchObject({ code: 'model-pack-invalid' });
  });
});
