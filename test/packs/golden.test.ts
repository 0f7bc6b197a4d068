import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModelPack, type ModelFile, type ModelPack, type Models, openModels } from '#menshen/inference/index.js';
import { checkGolden, goldenDrifts, overTolerance } from '#menshen/packs/index.js';
import { hasModels, packDirectory } from '../inference/default-pack.js';
import { withPerturbedWeights } from '../support/onnx.js';

type Run = Models['run'];
const roles = ['detection', 'landmarks', 'pad', 'eye-state', 'embedding'] as const;

describe.skipIf(!hasModels)('the golden check', () => {
  let models: Models;
  const opened: Models[] = [];
  beforeAll(async () => {
    models = await openModels(await loadModelPack(packDirectory));
  });
  afterAll(async () => {
    for (const one of [models, ...opened]) await one.close();
  });

  const openedFrom = async (pack: Partial<ModelPack>): Promise<Models> => {
    const other = await openModels({ ...models.pack, ...pack });
    opened.push(other);
    return other;
  };
  const withInput = (role: ModelFile['role'], change: Partial<ModelFile['input']>): Promise<Models> => {
    const manifest = structuredClone(models.pack.manifest);
    for (const file of manifest.files) if (file.role === role) Object.assign(file.input, change);
    return openedFrom({ manifest });
  };
  /** The same models on a runtime whose results are changed on their way. */
  const onRuntime = (change: (value: number, index: number) => number): Models => {
    const run: Run = async (role, input, dims) =>
      Object.fromEntries(
        Object.entries(await models.run(role, input, dims)).map(([name, values]) => [name, values.map(change)]),
      );
    return {
      ...{ pack: models.pack, roles: models.roles, run },
      spec: (role) => models.spec(role),
      outputNames: (role) => models.outputNames(role),
      scrub: () => models.scrub(),
      close: async () => undefined,
    };
  };
  const drifted = { code: 'model-drift' };

  it('lets the shipped pack pass', async () => {
    await expect(checkGolden(models)).resolves.toBeUndefined();
  });

  it.each(['detection', 'pad', 'embedding'] as const)('catches swapped channels: %s', async (role) => {
    const { colour } = models.spec(role).input;
    const swapped = await withInput(role, { colour: colour === 'rgb' ? 'bgr' : 'rgb' });
    await expect(checkGolden(swapped)).rejects.toMatchObject(drifted);
  });

  it.each(roles)('catches a mean off by 0.5: %s', async (role) => {
    const mean = Number(models.spec(role).input.mean) + 0.5;
    await expect(checkGolden(await withInput(role, { mean }))).rejects.toMatchObject(drifted);
  });

  it.each(roles)('catches a scale off by 2 %%: %s', async (role) => {
    const scale = Number(models.spec(role).input.scale) * 1.02;
    await expect(checkGolden(await withInput(role, { scale }))).rejects.toMatchObject(drifted);
  });

  it.each(roles)('catches weights off by 2 %%: %s', async (role) => {
    const weights = models.pack.bytes.get(role) ?? new Uint8Array(0);
    const bytes = new Map(models.pack.bytes).set(role, withPerturbedWeights(weights, 0.02));
    await expect(checkGolden(await openedFrom({ bytes }))).rejects.toMatchObject(drifted);
  });

  it('catches a runtime that gives nothing but zeros', async () => {
    await expect(checkGolden(onRuntime(() => 0))).rejects.toMatchObject(drifted);
  });

  it('catches a runtime that gives one NaN', async () => {
    const broken = onRuntime((value, index) => (index === 1 ? Number.NaN : value));
    await expect(checkGolden(broken)).rejects.toMatchObject(drifted);
  });

  it('names the model and the tensor that drifted', async () => {
    await expect(checkGolden(await withInput('pad', { mean: 3 }))).rejects.toThrow(
      /pre-processing for pad is .* % off/,
    );
  });

  it('tolerates what a rewritten model may differ by', async () => {
    const rewritten = onRuntime((value, index) => value * (1 + 1e-4 * Math.sin(index)));
    await expect(checkGolden(rewritten)).resolves.toBeUndefined();
  });

  it('has room to spare on other graph optimisations and threads', async () => {
    const other = await openModels(models.pack, { threads: 2 });
    opened.push(other);
    const [worst] = await goldenDrifts(other);
    expect(worst === undefined ? Number.NaN : overTolerance(worst)).toBeLessThan(0.1);
  });

  it('refuses a pack in which nothing was recorded, and says how to', async () => {
    const { golden: _taken, ...manifest } = models.pack.manifest;
    const refusal = checkGolden(await openedFrom({ manifest }));
    await expect(refusal).rejects.toMatchObject({ code: 'model-pack-invalid' });
    await expect(refusal).rejects.toThrow(/models check --record/);
  });

  it('catches an output for which nothing was recorded', async () => {
    const manifest = structuredClone(models.pack.manifest);
    if (manifest.golden?.models.pad !== undefined) manifest.golden.models.pad.outputs = {};
    await expect(checkGolden(await openedFrom({ manifest }))).rejects.toMatchObject(drifted);
  });

  it('refuses a pack in which one model has nothing recorded', async () => {
    const manifest = structuredClone(models.pack.manifest);
    delete manifest.golden?.models.pad;
    await expect(checkGolden(await openedFrom({ manifest }))).rejects.toThrow(/no golden values for pad/);
  });
});
