// Detection, mesh, attack detection (its antispoof and liveness models) and description; all else is off.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { height, serve, width } from './serve.mjs';
import { fromPeer, modules, openTensorflow, wasmFolder } from './tensorflow.mjs';

// It loads its models with fetch, which knows no files.
/** @type {{ fetch: unknown }} */ (globalThis).fetch = async (/** @type {string | URL | Request} */ url) =>
  new Response(readFileSync(new URL(String(url))));
const tf = await openTensorflow();
const folder = path.join(modules, '@vladmandic', 'human');
const { Human } = fromPeer(path.join(folder, 'dist', 'human.node-wasm.js'));
const off = { enabled: false };
const on = { enabled: true };
const human = new Human({
  backend: 'wasm',
  wasmPath: wasmFolder,
  modelBasePath: pathToFileURL(path.join(folder, 'models', path.sep)).href,
  debug: false,
  // No result of an earlier frame is used again.
  cacheSensitivity: 0,
  filter: off,
  face: {
    ...{ enabled: true, detector: { rotation: false, maxDetected: 1 }, mesh: on, iris: off },
    ...{ description: on, emotion: off, antispoof: on, liveness: on },
  },
  ...{ body: off, hand: off, object: off, gesture: off, segmentation: off },
});
await human.load();
serve(async (rgb) => {
  const tensor = tf.tensor4d(rgb, [1, height, width, 3], 'int32');
  const { face } = await human.detect(tensor);
  tf.dispose(tensor);
  return face.length === 1 && face[0].embedding?.length > 0 && face[0].real !== undefined;
});
