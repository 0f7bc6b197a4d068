import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDetector } from '#menshen/detect/index.js';
import { loadModelPack, type Models, openModels } from '#menshen/inference/index.js';
import { createTextureCue } from '#menshen/pad/index.js';
import { decodeStill } from '#menshen/pixels/index.js';
import { hasModels, packDirectory } from '../inference/default-pack.js';
import { paint, plain } from '../pixels/paint.js';

const recordings = join(import.meta.dirname, '..', '..', '..', 'shared', 'faces', 'pad');
const hasRecordings = hasModels && existsSync(recordings);
if (!hasRecordings) console.log('skipped: no PAD stills beside the project (../shared/faces/pad).');

describe.skipIf(!hasModels)('the texture cue', () => {
  let models: Models;
  beforeAll(async () => {
    models = await openModels(await loadModelPack(packDirectory));
  });
  afterAll(() => models.close());

  const box = { x: 16, y: 16, width: 32, height: 32 };

  it('does not judge a face that is black', async () => {
    const cue = await createTextureCue(models).assess(plain(64, 64, 0), box);
    expect(cue).toMatchObject({ state: 'unavailable', light: 'too-little' });
  });

  it('does not judge a face so dark that it would have to be guessed', async () => {
    const cue = await createTextureCue(models).assess(plain(64, 64, 40), box);
    expect(cue).toMatchObject({ state: 'unavailable', light: 'too-little' });
  });

  it.each([0.02, Number.NaN])('does not judge a picture with a noise of %d', async (noise) => {
    const cue = await createTextureCue(models).assess(plain(64, 64, 120), box, { noise });
    expect(cue).toMatchObject({ state: 'unavailable', light: 'too-little' });
  });

  it('says when the light is too poor to call anybody an attacker', async () => {
    const cue = createTextureCue(models);
    const [dim, good] = [await cue.assess(plain(64, 64, 60), box), await cue.assess(plain(64, 64, 120), box)];
    expect([dim, good]).toMatchObject([
      { state: 'assessed', light: 'too-little' },
      { state: 'assessed', light: 'good' },
    ]);
  });

  it.each([1, 2, 3, 5])('looks at both crops when a camera delivers every frame number %d', async (stride) => {
    const seen: number[] = [];
    const telling = {
      ...models,
      spec: models.spec.bind(models),
      run: async (_role: unknown, input: Float32Array) => {
        seen.push(input[0] ?? 0);
        return { output: new Float32Array([1, 0, 0]) };
      },
    };
    const ramp = paint(256, 256, (x) => [x, x, x]);
    const cue = createTextureCue(telling);
    for (let frame = 0; frame < 10; frame += 1) {
      await cue.assess(ramp, { x: 112, y: 112, width: 32, height: 32 }, { turn: frame * stride });
    }
    const share = seen.filter((value) => value === seen[0]).length / seen.length;
    expect([new Set(seen).size, Math.abs(share - 0.5) <= 0.2]).toEqual([2, true]);
  });

  it('does not call a model that gives no number bona fide', async () => {
    const broken = {
      ...models,
      spec: models.spec.bind(models),
      run: async () => ({ output: new Float32Array([Number.NaN, 0, 0]) }),
    };
    const cue = await createTextureCue(broken).assess(plain(64, 64, 90), box);
    expect(cue).toMatchObject({ state: 'unavailable' });
  });

  it.skipIf(!hasRecordings).each([
    ['person3-bona-fide.jpg', true],
    ['person4-attack.jpg', false],
    ['person5-attack.jpg', false],
  ])('sees %s for what it is', async (file, bonaFide) => {
    const picture = await decodeStill(readFileSync(join(recordings, file)));
    const [face] = await createDetector(models).detect(picture);
    const cue = await createTextureCue(models).assess(picture, face?.box ?? { x: 0, y: 0, width: 1, height: 1 });
    const { bonaFideAtLeast, attackAtMost } = models.pack.manifest.padThresholds;
    if (bonaFide) expect(cue.bonaFideLikelihood).toBeGreaterThanOrEqual(bonaFideAtLeast);
    else expect(cue.bonaFideLikelihood).toBeLessThanOrEqual(attackAtMost);
  });
});
