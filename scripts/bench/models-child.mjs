// One variant of the models in a process of its own: the runtime sets a thread's handling of denormals only once.
import path from 'node:path';
import { loadModelPack, prepareModel } from '../../dist/inference/index.js';
import { projectRoot } from '../setup/context.mjs';

// After the product's room, which switches the runtime's telemetry off before it is loaded.
const { InferenceSession, Tensor } = await import('onnxruntime-node');

/** @typedef {'default' | 'flushed' | 'prepared'} Variant */

const variant = /** @type {Variant} */ (process.argv[2]);
const pack = await loadModelPack(path.join(projectRoot, 'models', 'default'));
const sessions = new Map();
for (const file of pack.manifest.files) {
  const bytes = pack.bytes.get(file.role) ?? new Uint8Array(0);
  sessions.set(file.role, {
    file,
    session: await InferenceSession.create(
      variant === 'prepared' ? prepareModel(bytes).bytes : bytes,
      options(variant),
    ),
    values: pattern(file.input),
  });
}

process.on('message', async (role) => {
  const { file, session, values } = sessions.get(role);
  const startedMs = performance.now();
  await session.run({ [file.input.name]: new Tensor('float32', values, file.input.shape) });
  process.send?.(performance.now() - startedMs);
});
process.send?.('ready');

/** What the product gives the runtime; the original with default options keeps only what makes runs comparable. */
function options(/** @type {Variant} */ of) {
  /** @type {import('onnxruntime-node').InferenceSession.SessionOptions} */
  const common = { executionProviders: ['cpu'], intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 };
  if (of === 'default') return common;
  return { ...common, enableMemPattern: false, extra: { session: { set_denormal_as_zero: '1' } } };
}

/** Derived data, no face: smooth waves over the whole range of what a picture can hold. */
function pattern(
  /** @type {{ shape: number[], mean: number | number[], scale: number | number[] }} */ { shape, mean, scale },
) {
  const length = shape.reduce((product, side) => product * side, 1);
  return Float32Array.from(
    { length },
    (_, at) => (127.5 + 127.5 * Math.sin(at * at * 1e-5 + at * 0.05) - Number(mean)) * Number(scale),
  );
}
