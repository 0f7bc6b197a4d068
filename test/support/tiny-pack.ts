/** A model pack made by hand: a YuNet-style detector, an attack detector and an embedder that always say the same. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder, temporaryFolder } from './files.js';
import { type ModelText, onnxModel, type ValueText } from './onnx.js';

/** Sides of the detector's input. */
export const tinySide = 64;

export interface TinyFile {
  readonly file: string;
  model: ModelText;
  /** Instead of the model. */
  bytes?: Uint8Array;
  /** The entry in the manifest; hash and file name are filled in. */
  readonly entry: Record<string, unknown>;
}

export interface TinyPack {
  readonly files: Record<'detection' | 'pad' | 'embedding', TinyFile>;
  readonly manifest: Record<string, unknown>;
}

/** Outputs that do not depend on the input, as a runtime sees a model that reads it. */
export function constantModel(input: ValueText, outputs: Readonly<Record<string, readonly number[]>>): ModelText {
  const names = Object.keys(outputs);
  return {
    inputs: [input],
    outputs: names.map((name) => ({ name, dims: [1, outputs[name]?.length ?? 0] })),
    tensors: [
      { name: 'zero', dims: [], values: [0] },
      ...names.map((name) => ({
        name: `${name}-values`,
        dims: [1, outputs[name]?.length ?? 0],
        values: outputs[name] ?? [],
      })),
    ],
    nodes: [
      { op: 'Mul', inputs: [input.name, 'zero'], outputs: ['nothing'] },
      { op: 'ReduceSum', inputs: ['nothing'], outputs: ['sum'], attributes: { keepdims: 0 } },
      ...names.map((name) => ({ op: 'Add', inputs: [`${name}-values`, 'sum'], outputs: [name] })),
    ],
  };
}

/** Zeros, and a face in the middle: cell 36 of stride 8 is the one whose corner lies at (32, 32). */
function yunetOutputs(): Record<string, number[]> {
  const outputs: Record<string, number[]> = {};
  for (const stride of [8, 16, 32]) {
    const cells = (tinySide / stride) ** 2;
    for (const [name, each] of Object.entries({ cls: 1, obj: 1, bbox: 4, kps: 10 })) {
      outputs[`${name}_${stride}`] = new Array<number>(cells * each).fill(0);
    }
  }
  const put = (name: string, at: number, values: readonly number[]) =>
    values.forEach((value, index) => {
      const target = outputs[name];
      if (target) target[at + index] = value;
    });
  put('cls_8', 36, [0.9]);
  put('obj_8', 36, [0.9]);
  put('bbox_8', 36 * 4, [0, 0, Math.log(4), Math.log(4)]);
  put('kps_8', 36 * 10, [-0.8, -0.5, 0.8, -0.5, 0, 0.3, -0.6, 1, 0.6, 1]);
  return outputs;
}

const image = (side: number): ValueText => ({ name: 'input', dims: [1, 3, side, side] });
const inputEntry = (side: number) => ({
  ...{ name: 'input', shape: [1, 3, side, side], colour: 'bgr', mean: 0, scale: 1 },
});
const byStride = (name: string) => [8, 16, 32].map((stride) => `${name}_${stride}`);

export function tinyPack(): TinyPack {
  const shipped = JSON.parse(readFileSync(join(projectFolder, 'models', 'default', 'manifest.json'), 'utf8'));
  const { thresholds, padThresholds, qualityLimits } = shipped;
  const vector = Array.from({ length: 128 }, (_, index) => Math.sin(index + 1));
  return {
    manifest: {
      ...{ id: 'tiny', version: '1', licence: 'MIT', source: { kind: 'file', origin: 'made by hand for a test' } },
      ...{ thresholds, padThresholds, qualityLimits },
    },
    files: {
      detection: {
        file: 'detect.onnx',
        model: constantModel(image(tinySide), yunetOutputs()),
        entry: {
          ...{ role: 'detection', licence: 'MIT', decoder: 'yunet', input: inputEntry(tinySide) },
          outputs: {
            ...{ classes: byStride('cls'), objects: byStride('obj') },
            ...{ boxes: byStride('bbox'), points: byStride('kps') },
          },
          settings: { minLikelihood: 0.7, maxOverlap: 0.3 },
        },
      },
      pad: {
        file: 'pad.onnx',
        model: constantModel(image(80), { logits: [3, 0, 0] }),
        entry: {
          ...{ role: 'pad', licence: 'MIT', decoder: 'softmax', input: inputEntry(80), outputs: { logits: 'logits' } },
          settings: {
            bonaFideIndex: 0,
            cropGrowths: [2.7],
            targetLuminance: 0.5,
            maxGain: 3,
            maxNoise: 0.015,
            goodGain: { atLeast: 0.65, atMost: 1.35 },
            goodNoise: 0.01,
          },
        },
      },
      embedding: {
        file: 'embed.onnx',
        model: constantModel(image(112), { vector }),
        entry: {
          ...{ role: 'embedding', licence: 'MIT', decoder: 'unit-vector', outputs: { vector: 'vector' } },
          input: { ...inputEntry(112), mean: [127.5, 127.5, 127.5], scale: [0.0078125, 0.0078125, 0.0078125] },
          settings: { dimensions: 128, mirror: false },
        },
      },
    },
  };
}

/** Writes a pack into a folder of its own. */
export function writtenPack({ files, manifest }: TinyPack = tinyPack(), folder = temporaryFolder()): string {
  const entries = Object.values(files).map(({ file, model, bytes, entry }) => {
    const content = bytes ?? onnxModel(model);
    writeFileSync(join(folder, file), content);
    return { file, sha256: createHash('sha256').update(content).digest('hex'), ...entry };
  });
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, files: entries }, undefined, 1));
  return folder;
}
