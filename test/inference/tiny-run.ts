import '#menshen/inference/index.js';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** What the runtime answers to the input `x`, with no optimisation of its own, by output name. */
export async function outputsOf(
  bytes: Uint8Array,
  input: Float32Array,
  dims: readonly number[],
): Promise<Record<string, Float32Array>> {
  const session = await InferenceSession.create(bytes, { graphOptimizationLevel: 'disabled', intraOpNumThreads: 1 });
  const outputs = await session.run({ x: new Tensor('float32', input, [...dims]) });
  await session.release();
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { data }]) => [name, Float32Array.from(data as Float32Array)]),
  );
}
