import { cutOut } from './cut-out.mjs';
import { paintDevice } from './device.mjs';
import { castFrom } from './faces.mjs';
import { bystanderPose, devicePose, sway, walkerPose } from './motion.mjs';
import { gaussianTable, seededRandom } from './random.mjs';
import { draw } from './raster.mjs';
import { paintLobby } from './scenery.mjs';
import { cast, durationMs, scenes, frame as size, stills } from './script.mjs';

/** @typedef {import('./raster.mjs').Canvas} Canvas */
/** @typedef {import('./raster.mjs').Sprite} Sprite */
/** @typedef {import('./script.mjs').Scene} Scene */
/** @typedef {(atMs: number) => import('./raster.mjs').Pose} Path */
/** @typedef {{ lobby: Float32Array, people: ReadonlyMap<string, Sprite>, device: Sprite }} Props */

/**
 * Everything that is drawn, made once.
 *
 * @param {ReadonlyMap<number, import('./faces.mjs').Photograph>} photographs
 * @returns {Promise<Props>}
 */
export async function makeProps(photographs) {
  const people = Object.entries(cast).map(([name, casting]) => {
    const { picture, face } = castFrom(photographs, casting);
    return /** @type {const} */ ([name, cutOut(picture, face, casting)]);
  });
  const [shown] = stills;
  if (shown === undefined) throw new Error('The script names no still for the attack.');
  const { picture, face } = castFrom(photographs, shown);
  return {
    lobby: await paintLobby(size),
    people: new Map(people),
    device: await paintDevice(picture, face, shown.tiltDeg),
  };
}

export const frameCount = Math.round((durationMs * size.framesPerSecond) / 1000);

/**
 * The recording's frames, R,G,B interleaved; one buffer each.
 *
 * @param {Props} props
 * @param {(done: number) => void} [onFrame]
 * @returns {Generator<Uint8Array, void, void>}
 */
export function* renderFrames(props, onFrame = () => undefined) {
  const random = seededRandom(20260101);
  const noise = gaussianTable(random, 1 << 20, noiseDeviation);
  /** @type {Canvas} */
  const canvas = { width: size.width, height: size.height, rgb: new Float32Array(props.lobby.length) };
  for (let index = 0; index < frameCount; index += 1) {
    const atMs = (index * 1000) / size.framesPerSecond;
    canvas.rgb.set(props.lobby);
    for (const scene of scenes) if (atMs >= scene.startMs && atMs < scene.endMs) stage(canvas, scene, atMs, props);
    yield develop(canvas, atMs / 1000, noise, Math.floor(random() * noise.length));
    onFrame(index + 1);
  }
}

/** A webcam indoors, 8-bit steps. */
const noiseDeviation = 2.2;
/** How long the shutter is open. */
const shutterMs = 14;

/**
 * @param {Canvas} canvas
 * @param {Scene} scene
 * @param {number} atMs
 * @param {Props} props
 */
function stage(canvas, scene, atMs, { people, device }) {
  const put = (/** @type {Sprite | undefined} */ sprite, /** @type {Path} */ path) => {
    if (sprite === undefined) throw new Error(`Scene ${scene.id} names somebody who is not cast.`);
    draw(canvas, sprite, path(atMs), path(atMs + shutterMs));
  };
  if (scene.bystander !== undefined) put(people.get(scene.bystander), (at) => bystanderPose(scene, at, size));
  if (scene.kind === 'attack') put(device, (at) => devicePose(scene, at, size));
  else put(people.get(scene.who), (at) => walkerPose(scene, at, size));
}

/**
 * Light and sensor: the lamps vary slowly, one side is brighter, and every pixel has its noise.
 *
 * @param {Canvas} canvas
 * @param {number} seconds
 * @param {Float32Array} noise
 * @param {number} offset
 */
function develop({ width, rgb }, seconds, noise, offset) {
  const frame = new Uint8ClampedArray(rgb.length);
  const gain = 0.96 + sway(0.7 * seconds, 2, 0.22);
  const slope = sway(0.5 * seconds, 5, 0.12) / width;
  let grain = offset;
  for (let at = 0; at < rgb.length; at += 3) {
    const light = gain * (1 + slope * (((at / 3) % width) - width / 2));
    for (let channel = 0; channel < 3; channel += 1) {
      frame[at + channel] = (rgb[at + channel] ?? 0) * light + (noise[grain] ?? 0);
      grain = grain + 1 < noise.length ? grain + 1 : 0;
    }
  }
  return new Uint8Array(frame.buffer);
}
