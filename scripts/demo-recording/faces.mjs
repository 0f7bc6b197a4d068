import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** @typedef {import('../../dist/core/index.js').Picture} Picture */
/** @typedef {import('../../dist/detect/index.js').LocatedFace} LocatedFace */
/** @typedef {{ picture: Picture, faces: readonly LocatedFace[] }} Photograph faces from left to right */

/**
 * Finds the faces of the photographs with the product's own detector.
 *
 * @param {string} root the project's folder
 * @param {Iterable<number>} samples numbers of the photographs, 1 to 6
 * @returns {Promise<ReadonlyMap<number, Photograph>>}
 */
export async function findFaces(root, samples) {
  const { createDetector, createLandmarkFinder } = await import('../../dist/detect/index.js');
  const { loadModelPack, openModels } = await import('../../dist/inference/index.js');
  const { decodeStill } = await import('../../dist/pixels/index.js');
  const models = await openModels(await loadModelPack(path.join(root, 'models', 'default')));
  try {
    const detector = createDetector(models);
    const finder = createLandmarkFinder(models);
    /** @type {Map<number, Photograph>} */
    const photographs = new Map();
    for (const sample of new Set(samples)) {
      const picture = await decodeStill(await readFile(photographFile(root, sample)));
      const detected = [...(await detector.detect(picture))].sort((one, other) => one.box.x - other.box.x);
      const faces = [];
      for (const face of detected) faces.push(await finder.locate(picture, face));
      photographs.set(sample, { picture, faces });
    }
    return photographs;
  } finally {
    await models.close();
  }
}

/**
 * @param {string} root
 * @param {number} sample
 */
export function photographFile(root, sample) {
  return path.join(root, 'var', 'demo', 'pictures', `sample${sample}.jpg`);
}

/**
 * @param {ReadonlyMap<number, Photograph>} photographs
 * @param {{ sample: number, fromLeft: number }} casting
 * @returns {{ picture: Picture, face: LocatedFace }}
 */
export function castFrom(photographs, { sample, fromLeft }) {
  const photograph = photographs.get(sample);
  const face = photograph?.faces[fromLeft];
  if (photograph === undefined || face === undefined)
    throw new Error(
      `Photograph ${sample} of the demonstration shows no face number ${fromLeft + 1} from the left. ` +
        'Remove var/demo/pictures and run `npm run setup` again.',
    );
  return { picture: photograph.picture, face };
}
