import { createRequire } from 'node:module';
import path from 'node:path';
import { packages } from './serve.mjs';

export const fromPeer = createRequire(path.join(packages, 'package.json'));
export const modules = path.join(packages, 'node_modules');
export const wasmFolder = path.join(modules, '@tensorflow', 'tfjs-backend-wasm', 'dist', path.sep);

/** TensorFlow.js on its WASM backend, as the peers' own examples for Node set it up. */
export async function openTensorflow() {
  const tf = fromPeer('@tensorflow/tfjs');
  fromPeer('@tensorflow/tfjs-backend-wasm').setWasmPaths(wasmFolder);
  await tf.setBackend('wasm');
  await tf.ready();
  if (tf.getBackend() !== 'wasm') throw new Error(`the backend is ${tf.getBackend()}, not wasm`);
  return tf;
}
