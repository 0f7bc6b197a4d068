import path from 'node:path';

/**
 * The faces in one encoded picture, found with the product's own models, which are opened once.
 *
 * @param {string} root the project's folder
 * @param {Uint8Array} encoded
 * @returns {Promise<import('../demo-recording/faces.mjs').Photograph>}
 */
export async function modelledFaces(root, encoded) {
  const { decodeStill } = await import('../../dist/pixels/index.js');
  const picture = await decodeStill(encoded);
  tools ??= openTools(root);
  const { detector, finder } = await tools;
  const faces = [];
  for (const face of await detector.detect(picture)) faces.push(await finder.locate(picture, face));
  return { picture, faces };
}

/** @type {ReturnType<typeof openTools> | undefined} */
let tools;

/** @param {string} root */
async function openTools(root) {
  const { createDetector, createLandmarkFinder } = await import('../../dist/detect/index.js');
  const { loadModelPack, openModels } = await import('../../dist/inference/index.js');
  const models = await openModels(await loadModelPack(path.join(root, 'models', 'default')));
  return { detector: createDetector(models), finder: createLandmarkFinder(models) };
}
