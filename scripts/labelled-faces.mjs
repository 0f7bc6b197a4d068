import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDetector, createLandmarkFinder } from '../dist/detect/index.js';
import { createEmbedder } from '../dist/embed/index.js';
import { loadModelPack, openModels } from '../dist/inference/index.js';
import { decodeStill, wipe } from '../dist/pixels/index.js';

/** @typedef {Map<string, Float32Array>} Vectors by picture, `<identity>_NNNN` */

/**
 * Pictures by person, without their extension.
 *
 * @param {string} root holds images/<identity>/<identity>_NNNN.jpg
 */
export function peopleIn(root) {
  /** @type {Map<string, string[]>} */
  const people = new Map();
  for (const identity of readdirSync(join(root, 'images')).sort()) {
    const files = readdirSync(join(root, 'images', identity)).filter((file) => file.endsWith('.jpg'));
    people.set(
      identity,
      files.sort().map((file) => file.slice(0, -'.jpg'.length)),
    );
  }
  return people;
}

/**
 * Embeds every picture with the product's own code and says how far it is; pictures without a face are left out.
 *
 * @param {string} root
 * @param {readonly string[]} pictures
 * @param {string} packDirectory
 * @returns {Promise<Vectors>}
 */
export async function embedAll(root, pictures, packDirectory) {
  const models = await openModels(await loadModelPack(packDirectory), { threads: 1 });
  const tools = {
    detector: createDetector(models),
    landmarks: createLandmarkFinder(models),
    embedder: createEmbedder(models),
  };
  /** @type {Vectors} */
  const vectors = new Map();
  let failures = 0;
  for (const [index, picture] of pictures.entries()) {
    const vector = await embedOne(join(root, 'images', identityOf(picture), `${picture}.jpg`), tools);
    if (vector) vectors.set(picture, vector);
    else failures += 1;
    if ((index + 1) % 250 === 0) console.log(`${index + 1} of ${pictures.length} pictures`);
  }
  console.log(`${vectors.size} pictures embedded, ${failures} without a face (failure to acquire)`);
  await models.close();
  return vectors;
}

/** @param {string} picture */
function identityOf(picture) {
  return picture.slice(0, picture.lastIndexOf('_'));
}

/**
 * The face nearest to the picture's centre: these data sets are cropped around the person they name.
 *
 * @param {string} path
 * @param {{ detector: import('../dist/detect/index.js').FaceDetector,
 *   landmarks: import('../dist/detect/index.js').LandmarkFinder,
 *   embedder: import('../dist/embed/index.js').Embedder }} tools
 */
async function embedOne(path, { detector, landmarks, embedder }) {
  const picture = await decodeStill(readFileSync(path));
  /** @param {{ box: import('../dist/core/index.js').Box }} face */
  const offCentre = ({ box }) =>
    Math.hypot(box.x + box.width / 2 - picture.width / 2, box.y + box.height / 2 - picture.height / 2);
  const [face] = [...(await detector.detect(picture))].sort((one, other) => offCentre(one) - offCentre(other));
  if (!face) return undefined;
  const { points } = await landmarks.locate(picture, face);
  const { vector } = await embedder.embed(picture, points);
  wipe(picture);
  return vector;
}
