import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDetector } from '#menshen/detect/index.js';
import { loadModelPack, type Models, openModels } from '#menshen/inference/index.js';
import { createTextureCue } from '#menshen/pad/index.js';
import { decodeStill } from '#menshen/pixels/index.js';
import { hasModels, packDirectory } from '../inference/default-pack.js';
import { plain } from '../pixels/paint.js';

const recordings = join(import.meta.dirname, '..', '..', '..', 'shared', 'faces', 'pad');
const hasRecordings = hasModels && existsSync(recordings);
if (!hasRecordings) console.log('skipped: no PAD stills beside the project (../shared/faces/pad).');

describe.skipIf(!hasModels)('the texture cue', () => {
  let models: Models;
  beforeAll(async () => {
    models = await openModels(await loadModelPack(packDirectory));
  });
  afterAll(() => models.close());

  it('does not judge a face that is black', async () => {
    const cue = await createTextureCue(models).assess(plain(64, 64, 0), { x: 16, y: 16, width: 32, height: 32 });
    expect(cue).toMatchObject({ state: 'unavailable' });
  });

  it('does not call a model that gives no number bona fide', async () => {
    const broken = {
      ...models,
      spec: models.spec.bind(models),
      run: async () => ({ output: new Float32Array([Number.NaN, 0, 0]) }),
    };
    const cue = await createTextureCue(broken).assess(plain(64, 64, 90), { x: 16, y: 16, width: 32, height: 32 });
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
