/** What decoders take for granted of a model's outputs, checked once when the model is opened. */
import { assertNever } from '../core/index.js';
import type { ModelFile, ModelFileOf } from './manifest-schema.js';

/** A model's outputs by name. */
export type ModelOutputs = Readonly<Record<string, Float32Array>>;

type Detector = ModelFileOf<'detection'>;
type ScrfdOutputs = Extract<Detector, { decoder: 'scrfd' }>['outputs'];

export const detectorStrides = [8, 16, 32] as const;
/** Anchors that SCRFD has in every cell. */
export const scrfdAnchors = 2;
/** Strides of the RFB family and how many priors each cell has (Ultra-Light's min_boxes). */
const rfbPriorCounts = [
  [8, 3],
  [16, 2],
  [32, 2],
  [64, 3],
] as const;

/** Three names for each kind of output, by stride; undefined when the file's outputs are not six or nine. */
export function scrfdOutputNames(
  outputs: ScrfdOutputs,
  inFile: readonly string[],
): { scores: readonly string[]; boxes: readonly string[]; points?: readonly string[] } | undefined {
  if (outputs !== 'in-order') {
    const { points, ...others } = outputs;
    return points === undefined ? others : { ...others, points };
  }
  const [scores, boxes, points] = [inFile.slice(0, 3), inFile.slice(3, 6), inFile.slice(6)];
  if (inFile.length === 6) return { scores, boxes };
  return inFile.length === 9 ? { scores, boxes, points } : undefined;
}

/** What is wrong with the outputs, for a person; undefined when nothing is. */
export function outputComplaint(spec: ModelFile, outputs: ModelOutputs, inFile: readonly string[]): string | undefined {
  const wanted = wantedLengths(spec, outputs, inFile);
  if (typeof wanted === 'string') return wanted;
  for (const [name, length, meaning] of wanted) {
    const found = outputs[name]?.length;
    if (found === undefined)
      return `there is no output ${name}; the file has ${inFile.join(', ')}. Correct the manifest`;
    if (found !== length) return `output ${name} has ${found} values, ${meaning} need ${length}`;
  }
  return undefined;
}

type Wanted = readonly (readonly [name: string, length: number, meaning: string])[];

function wantedLengths(spec: ModelFile, outputs: ModelOutputs, inFile: readonly string[]): Wanted | string {
  switch (spec.role) {
    case 'detection':
      return wantedOfDetector(spec, outputs, inFile);
    case 'landmarks':
      return [[spec.outputs.points, 136, '68 landmarks']];
    case 'pad': {
      const { logits } = spec.outputs;
      const found = outputs[logits]?.length ?? 2;
      const { bonaFideIndex } = spec.settings;
      const few = found < 2 || bonaFideIndex >= found;
      return few ? `output ${logits} has ${found} logits, bonaFideIndex is ${bonaFideIndex}` : [[logits, found, '']];
    }
    case 'eye-state':
      return [[spec.outputs.logits, 2, 'an eye that is closed or open']];
    case 'embedding':
      return [[spec.outputs.vector, spec.settings.dimensions, 'the declared dimensions']];
    default:
      return assertNever(spec);
  }
}

function wantedOfDetector(spec: Detector, outputs: ModelOutputs, inFile: readonly string[]): Wanted | string {
  const [, , height = 0, width = 0] = spec.input.shape;
  const cells = detectorStrides.map((stride) => (height / stride) * (width / stride));
  const each = (names: readonly string[], perCell: number, meaning: string): Wanted =>
    names.map((name, index) => [name, (cells[index] ?? 0) * perCell, meaning]);
  switch (spec.decoder) {
    case 'rfb-decoded-corners': {
      const { scores, boxes } = spec.outputs;
      const count = Math.max(1, Math.floor((outputs[boxes]?.length ?? 0) / 4));
      return [
        [boxes, count * 4, 'boxes of four numbers'],
        [scores, count * 2, `${count} boxes`],
      ];
    }
    case 'rfb-priors': {
      const { scores, boxes } = spec.outputs;
      const count = rfbPriorCounts
        .map(([stride, priors]) => Math.ceil(height / stride) * Math.ceil(width / stride) * priors)
        .reduce((sum, priors) => sum + priors, 0);
      return [
        [boxes, count * 4, `the ${count} priors of this input`],
        [scores, count * 2, `the ${count} priors of this input`],
      ];
    }
    case 'yunet': {
      const { classes, objects, boxes, points } = spec.outputs;
      const meaning = 'the cells of this input';
      return [
        ...[...each(classes, 1, meaning), ...each(objects, 1, meaning)],
        ...[...each(boxes, 4, meaning), ...each(points, 10, meaning)],
      ];
    }
    case 'scrfd': {
      const names = scrfdOutputNames(spec.outputs, inFile);
      if (names === undefined) return `it has ${inFile.length} outputs; in order there are six or nine. Name them`;
      const meaning = 'two anchors a cell';
      return [
        ...each(names.scores, scrfdAnchors, meaning),
        ...each(names.boxes, 4 * scrfdAnchors, meaning),
        ...each(names.points ?? [], 10 * scrfdAnchors, meaning),
      ];
    }
    default:
      return assertNever(spec);
  }
}
