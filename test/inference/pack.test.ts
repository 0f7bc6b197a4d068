import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkManifest, loadModelPack, readManifest } from '#menshen/inference/index.js';
import { hasModels, packDirectory } from './default-pack.js';

async function manifestWith(change: (manifest: Record<string, unknown>, files: Record<string, unknown>[]) => void) {
  const manifest: Record<string, unknown> = { ...(await readManifest(packDirectory)) };
  const files = structuredClone((await readManifest(packDirectory)).files) as Record<string, unknown>[];
  manifest.files = files;
  change(manifest, files);
  return manifest;
}

describe('the manifest', () => {
  it('that is shipped is valid', async () => {
    await expect(readManifest(packDirectory)).resolves.toMatchObject({ id: 'menshen-default' });
  });

  it('refuses a model that estimates age, and says why', async () => {
    const manifest = await manifestWith((_, files) => files.push({ role: 'age', file: 'fr_age.onnx' }));
    expect(() => checkManifest(manifest)).toThrow(/"age" is refused: analysing such attributes/);
  });

  it.each(['gender', 'emotion', 'race', 'health-state'])('refuses the role %s', async (role) => {
    const manifest = await manifestWith((_, files) => files.push({ role }));
    expect(() => checkManifest(manifest)).toThrow(/refuses to do/);
  });

  it('refuses a role that it does not know', async () => {
    const manifest = await manifestWith((_, files) => files.push({ role: 'gait' }));
    expect(() => checkManifest(manifest)).toThrow(/can declare detection/);
  });

  it('refuses a forbidden role that hides behind a list', async () => {
    const manifest = await manifestWith((_, files) => files.push({ role: ['detection', 'age'] }));
    expect(() => checkManifest(manifest)).toThrow(/is refused/);
  });

  it.each([{ toString: 1 }, null, 7, undefined])('refuses a role that is no text: %j', async (role) => {
    const manifest = await manifestWith((_, files) => files.push({ role }));
    expect(() => checkManifest(manifest)).toThrow(/is refused/);
  });

  it('refuses unknown keys and names their place', async () => {
    const manifest = await manifestWith((whole) => {
      whole.thresold = 0.3;
    });
    expect(() => checkManifest(manifest)).toThrow(/thresold/);
  });

  it('refuses a file name that leads out of the folder', async () => {
    const manifest = await manifestWith((_, [first]) => Object.assign(first ?? {}, { file: '../../etc/passwd' }));
    expect(() => checkManifest(manifest)).toThrow(/model pack is not valid/);
  });

  it('refuses a pack without an embedding', async () => {
    const manifest = await manifestWith((_, files) => files.pop());
    expect(() => checkManifest(manifest)).toThrow(/embedding is declared 0 times/);
  });

  it('may do without the eye-state model', async () => {
    const manifest = await manifestWith((whole) => {
      whole.files = (whole.files as { role: string }[]).filter(({ role }) => role !== 'eye-state');
    });
    expect(checkManifest(manifest).files.map(({ role }) => role)).toEqual([
      'detection',
      'landmarks',
      'pad',
      'embedding',
    ]);
  });

  const eyeState = (change: (file: Record<string, Record<string, unknown>>) => void) =>
    manifestWith((_, files) => {
      for (const file of files) if (file.role === 'eye-state') change(file as Record<string, Record<string, unknown>>);
    });

  it('refuses two eye-state models', async () => {
    const manifest = await manifestWith((_, files) => {
      const [again] = files.filter(({ role }) => role === 'eye-state');
      files.push({ ...again, file: 'other.onnx' });
    });
    expect(() => checkManifest(manifest)).toThrow(/eye-state is declared 2 times; it needs at most one/);
  });

  it.each([
    ['that looks at colour', { input: { colour: 'rgb', shape: [1, 3, 24, 24] } }, /grey crops/],
    ['whose limits contradict each other', { settings: { openAtMost: 5 } }, /below closedAtLeast/],
    ['with a third logit', { settings: { closedIndex: 2 } }, /closedIndex must be <= 1/],
    ['that needs no rise', { settings: { riseAtLeast: 0 } }, /riseAtLeast must be > 0/],
    ['that derives more', { settings: { drowsyAtLeast: 1 } }, /drowsyAtLeast/],
  ])('refuses an eye-state model %s', async (_what, changes, why) => {
    const manifest = await eyeState((file) => {
      for (const [part, change] of Object.entries(changes)) Object.assign(file[part] ?? {}, change);
    });
    expect(() => checkManifest(manifest)).toThrow(why);
  });

  it.each(['drowsiness', 'fatigue', 'eye-state-of-health'])('refuses the role %s', async (role) => {
    const manifest = await manifestWith((_, files) => files.push({ role }));
    expect(() => checkManifest(manifest)).toThrow(/is refused/);
  });

  it('refuses a stricter false match rate with a lower threshold', async () => {
    const manifest = structuredClone(await readManifest(packDirectory));
    const [table] = manifest.thresholds;
    table?.points.push({ fmr: 1e-9, similarity: 0.01 });
    expect(() => checkManifest(manifest)).toThrow(/lenient to strict/);
  });

  it('refuses PAD thresholds that would call one presentation both', async () => {
    const manifest = structuredClone(await readManifest(packDirectory));
    manifest.padThresholds.attackAtMost = manifest.padThresholds.bonaFideAtLeast;
    expect(() => checkManifest(manifest)).toThrow(/below bonaFideAtLeast/);
  });
});

describe.skipIf(!hasModels)('loadModelPack', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'menshen-pack-'));
    await cp(packDirectory, directory, { recursive: true });
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('takes files that are what the manifest says', async () => {
    const pack = await loadModelPack(directory);
    expect(pack.embeddingModelId).toMatch(/^menshen-default@[0-9a-f]{12}$/);
  });

  it('refuses a file with one changed bit, names it and says what to do', async () => {
    const path = join(directory, 'fr_liveness.onnx');
    const bytes = await readFile(path);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const refusal = loadModelPack(directory);
    await expect(refusal).rejects.toMatchObject({ code: 'model-pack-altered' });
    await expect(refusal).rejects.toThrow(/fr_liveness\.onnx.*npm run setup/);
  });

  it('names a file that is missing and says what to do', async () => {
    await rm(join(directory, 'fr_detect.onnx'));
    await expect(loadModelPack(directory)).rejects.toThrow(/fr_detect\.onnx is missing.*npm run setup/);
  });

  it('refuses a manifest that is not JSON', async () => {
    await writeFile(join(directory, 'manifest.json'), '{');
    await expect(loadModelPack(directory)).rejects.toMatchObject({ code: 'model-pack-invalid' });
  });
});
