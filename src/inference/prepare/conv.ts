import type { Editor } from './editor.js';
import { intAttribute, intOf, intsOf, type Node, stringOf, withAttribute } from './graph.js';

/** A two-dimensional convolution with constant weights. */
export interface Conv {
  readonly node: Node;
  /** Output channels x input channels of a group x height x width. */
  readonly dims: readonly [number, number, number, number];
  readonly weights: Float32Array;
  readonly bias: Float32Array | undefined;
  readonly group: number;
  /** Whether the borders of the picture see zeros that no channel made. */
  readonly padded: boolean;
}

/** Undefined for any other node, and for a convolution whose weights are no constants of matching shapes. */
export function convAt(editor: Editor, node: Node | undefined): Conv | undefined {
  if (node === undefined || node.opType !== 'Conv' || node.domain !== '' || node.outputs.length !== 1) return undefined;
  const weights = editor.constant(node.inputs[1]);
  const [out, inGroup, height, width] = weights?.dims ?? [];
  if (weights?.dims.length !== 4 || !out || !inGroup || !height || !width) return undefined;
  if (out > mostChannels) return undefined;
  const biasName = node.inputs[2] ?? '';
  const bias = biasName === '' ? undefined : editor.constant(biasName);
  if (biasName !== '' && (bias?.dims.length !== 1 || bias.floats.length !== out)) return undefined;
  const group = intOf(node, 'group') ?? 1;
  if (group < 1 || out % group !== 0) return undefined;
  return {
    node,
    dims: [out, inGroup, height, width],
    weights: weights.floats,
    bias: bias?.floats,
    group,
    padded: isPadded(node),
  };
}

/** One filter per channel. */
export function isDepthwise({ dims, group }: Conv): boolean {
  return group > 1 && dims[0] === group && dims[1] === 1;
}

/** How many values one output channel's filter has. */
export function filterLength({ dims }: Conv): number {
  return dims[1] * dims[2] * dims[3];
}

/** The same convolution of the same tensors with other weights. */
export function reweighted(
  editor: Editor,
  conv: Conv,
  change: { dims?: Conv['dims']; weights: Float32Array; bias: Float32Array | undefined; group?: number },
): Node {
  const { node } = conv;
  const [data = '', weightsName = '', biasName = ''] = node.inputs;
  const dims = change.dims ?? conv.dims;
  const weights = editor.addConstant(weightsName, dims, change.weights);
  const bias = change.bias && editor.addConstant(biasName || `${weightsName}.bias`, [dims[0]], change.bias);
  const changed = { ...node, inputs: bias === undefined ? [data, weights] : [data, weights, bias] };
  return change.group === undefined ? changed : withAttribute(changed, intAttribute('group', change.group));
}

/** Per-channel slopes of a PRelu over `channels` channels; a single slope counts for all. Undefined when they vary within one. */
export function slopesOf(editor: Editor, node: Node, channels: number): Float32Array | undefined {
  if (node.opType !== 'PRelu' || node.domain !== '' || node.inputs.length !== 2) return undefined;
  const slope = editor.constant(node.inputs[1]);
  if (slope === undefined) return undefined;
  const [only] = slope.floats;
  if (slope.floats.length === 1 && only !== undefined && slope.dims.length <= 4) {
    return new Float32Array(channels).fill(only);
  }
  const shape = slope.dims.join('x');
  const perChannel = shape === `${channels}x1x1` || shape === `1x${channels}x1x1`;
  return perChannel ? slope.floats : undefined;
}

/** Far beyond any picture network; bounds the work that one node of a hostile file can cause. */
const mostChannels = 65_536;

function isPadded(node: Node): boolean {
  const automatic = stringOf(node, 'auto_pad') ?? 'NOTSET';
  if (automatic === 'VALID') return false;
  return automatic !== 'NOTSET' || intsOf(node, 'pads').some((pad) => pad !== 0);
}
