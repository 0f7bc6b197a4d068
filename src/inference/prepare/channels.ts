import { type Conv, convAt, filterLength, isDepthwise, reweighted, slopesOf } from './conv.js';
import type { Editor } from './editor.js';
import { floatOf, type Node } from './graph.js';

export interface ChannelRewrite {
  readonly kind: 'channels';
  /** The tensor whose channels changed. */
  readonly at: string;
  readonly before: number;
  /** Channels that can differ between two pictures. */
  readonly live: number;
  readonly after: number;
}

/**
 * Gives the channels between two convolutions a number that the runtime computes well: those that are the same for
 * every picture are taken out (what they add is added to the next bias), and what is left is filled up with channels of
 * zeros to whole blocks. A depthwise convolution whose channels are no whole number of blocks is left out of the
 * runtime's blocked layout, and pays for it with a slower kernel and two changes of layout.
 */
export function fitChannels(editor: Editor): ChannelRewrite[] {
  const rewrites: ChannelRewrite[] = [];
  for (const node of editor.nodes()) {
    const start = editor.has(node) ? convAt(editor, node) : undefined;
    const path = start && pathFrom(editor, start);
    if (!path) continue;
    const before = path.start.dims[0];
    const added = constantsAlong(path);
    const live = added.flatMap((value, channel) => (value === undefined ? [channel] : []));
    const whole = Math.max(1, Math.ceil(live.length / block)) * block;
    const after = whole > before && !isWorthPadding(path) ? before : whole;
    if (after === before && live.length === before) continue;
    rebuild(editor, path, { live, added, after });
    rewrites.push({ kind: 'channels', at: node.outputs[0] ?? '', before, live: live.length, after });
  }
  return rewrites;
}

/** The runtime's blocks are 16 channels with AVX-512 and 8 with less: 16 fits both. */
const block = 16;
/** With fewer, padding more than doubles the work. */
const fewestChannels = 8;
/** Any activation of a working network is far below; what would need more to count is rounding. */
const largestActivation = 2 ** 20;
/** Half a unit in the last place of a 32-bit float, relative to it. */
const halfUlp = 2 ** -25;

/** A convolution of fewer than a block's channels reads them as they are; a depthwise one never does. */
function isWorthPadding({ start, between }: ChannelPath): boolean {
  const channels = start.dims[0];
  if (channels % block === 0) return false;
  return channels > block || (channels >= fewestChannels && between.some((step) => 'depthwise' in step));
}

/** Convolutions that see each channel on its own, and activations, between two that mix channels. */
interface ChannelPath {
  readonly start: Conv;
  readonly between: readonly Step[];
  readonly end: Conv;
}

type Step = { readonly depthwise: Conv } | { readonly activation: Node; readonly slopes: Float32Array };

function pathFrom(editor: Editor, start: Conv): ChannelPath | undefined {
  if (start.group !== 1) return undefined;
  const channels = start.dims[0];
  const between: Step[] = [];
  for (let last = start.node; ; ) {
    const node = onlyUser(editor, last);
    if (node === undefined) return undefined;
    const conv = convAt(editor, node);
    if (conv?.group === 1) return conv.dims[1] === channels ? { start, between, end: conv } : undefined;
    const step = conv ? depthwiseStep(conv, channels) : activationStep(editor, node, channels);
    if (step === undefined) return undefined;
    between.push(step);
    last = node;
  }
}

/** The one node that reads this node's only output, as its data; undefined when anything else sees it. */
function onlyUser(editor: Editor, { outputs }: Node): Node | undefined {
  const [name = '', ...others] = outputs;
  const [user, ...rest] = editor.users(name);
  const sole = others.length === 0 && rest.length === 0 && !editor.isOutput(name) && user?.outputs.length === 1;
  return sole && user.inputs[0] === name && user.inputs.lastIndexOf(name) === 0 ? user : undefined;
}

function depthwiseStep(conv: Conv, channels: number): Step | undefined {
  return isDepthwise(conv) && conv.group === channels ? { depthwise: conv } : undefined;
}

function activationStep(editor: Editor, node: Node, channels: number): Step | undefined {
  if (node.domain !== '') return undefined;
  if (node.opType === 'Relu') return { activation: node, slopes: new Float32Array(channels) };
  if (node.opType === 'LeakyRelu') {
    const alpha = floatOf(node, 'alpha') ?? 0.01;
    return { activation: node, slopes: new Float32Array(channels).fill(alpha) };
  }
  const slopes = slopesOf(editor, node, channels);
  return slopes && { activation: node, slopes };
}

/** For each channel what it always adds to the end's outputs, as the channel's value there; undefined for live ones. */
function constantsAlong({ start, between, end }: ChannelPath): (number | undefined)[] {
  return Array.from({ length: start.dims[0] }, (_, channel) => {
    if (columnIsZero(end, channel)) return 0;
    let value = isConstant(start, channel) ? biasOf(start, channel) : undefined;
    for (const step of between) {
      if ('depthwise' in step) value = throughDepthwise(step.depthwise, channel, value);
      else if (value !== undefined && value < 0) value *= step.slopes[channel] ?? Number.NaN;
    }
    if (value === undefined || !Number.isFinite(value)) return undefined;
    // Zeros at the padded border are not the constant: the sum would differ there.
    return end.padded && value !== 0 ? undefined : value;
  });
}

function throughDepthwise(conv: Conv, channel: number, value: number | undefined): number | undefined {
  if (isConstant(conv, channel)) return biasOf(conv, channel);
  if (value === undefined || (conv.padded && value !== 0)) return undefined;
  let sum = 0;
  const end = (channel + 1) * filterLength(conv);
  for (let at = end - filterLength(conv); at < end; at += 1) sum += conv.weights[at] ?? Number.NaN;
  return value * sum + biasOf(conv, channel);
}

/** Whether no activation can move the channel's float32 result away from its bias. */
function isConstant(conv: Conv, channel: number): boolean {
  const mostThatRoundsAway = (Math.abs(biasOf(conv, channel)) * halfUlp) / largestActivation;
  let sum = 0;
  const end = (channel + 1) * filterLength(conv);
  for (let at = end - filterLength(conv); at < end; at += 1) {
    sum += Math.abs(conv.weights[at] ?? Number.NaN);
    if (!(sum <= mostThatRoundsAway)) return false;
  }
  return true;
}

function columnIsZero({ dims, weights }: Conv, channel: number): boolean {
  const [out, inputs, height, width] = dims;
  const size = height * width;
  for (let filter = 0; filter < out; filter += 1) {
    const from = (filter * inputs + channel) * size;
    for (let at = from; at < from + size; at += 1) if (weights[at] !== 0) return false;
  }
  return true;
}

const biasOf = ({ bias }: Conv, channel: number): number => bias?.[channel] ?? 0;

interface Plan {
  readonly live: readonly number[];
  readonly added: readonly (number | undefined)[];
  readonly after: number;
}

function rebuild(editor: Editor, { start, between, end }: ChannelPath, plan: Plan): void {
  editor.replace(start.node, [withRows(editor, start, plan)]);
  for (const step of between) {
    if ('depthwise' in step) editor.replace(step.depthwise.node, [withRows(editor, step.depthwise, plan)]);
    else if (step.activation.opType === 'PRelu') {
      editor.replace(step.activation, [withSlopes(editor, step.activation, step.slopes, plan)]);
    }
  }
  editor.replace(end.node, [withColumns(editor, end, plan)]);
}

function withRows(editor: Editor, conv: Conv, { live, after }: Plan): Node {
  const length = filterLength(conv);
  const weights = editor.floats(after * length);
  const bias = editor.floats(after);
  if (live.length === conv.dims[0]) {
    weights.set(conv.weights);
    bias.set(conv.bias ?? []);
  } else {
    for (const [row, channel] of live.entries()) {
      weights.set(conv.weights.subarray(channel * length, (channel + 1) * length), row * length);
      bias[row] = biasOf(conv, channel);
    }
  }
  const [, inputs, height, width] = conv.dims;
  const group = isDepthwise(conv) ? { group: after } : {};
  return reweighted(editor, conv, { dims: [after, inputs, height, width], weights, bias, ...group });
}

function withSlopes(editor: Editor, node: Node, slopes: Float32Array, { live, after }: Plan): Node {
  const [data = '', slope = ''] = node.inputs;
  const kept = editor.floats(after);
  live.forEach((channel, row) => {
    kept[row] = slopes[channel] ?? 0;
  });
  return { ...node, inputs: [data, editor.addConstant(slope, [after, 1, 1], kept)] };
}

function withColumns(editor: Editor, conv: Conv, { live, added, after }: Plan): Node {
  const [out, inputs, height, width] = conv.dims;
  const size = height * width;
  const kept = live.length * size;
  const sources = Int32Array.from({ length: kept }, (_, at) => (live[Math.floor(at / size)] ?? 0) * size + (at % size));
  const weights = editor.floats(out * after * size);
  for (let filter = 0; filter < out; filter += 1) {
    const from = filter * inputs * size;
    const to = filter * after * size;
    if (live.length === inputs) weights.set(conv.weights.subarray(from, from + kept), to);
    else for (let at = 0; at < kept; at += 1) weights[to + at] = conv.weights[from + (sources[at] ?? 0)] ?? Number.NaN;
  }
  const bias = biasWith(conv, added);
  return reweighted(editor, conv, { dims: [out, after, height, width], weights, bias });
}

/** The bias, with what the channels that are taken out always add. */
function biasWith(conv: Conv, added: Plan['added']): Float32Array {
  const [out, inputs, height, width] = conv.dims;
  const size = height * width;
  const constants = added.flatMap((value, channel) => (value === undefined || value === 0 ? [] : [{ channel, value }]));
  return Float32Array.from({ length: out }, (_, filter) => {
    let sum = biasOf(conv, filter);
    for (const { channel, value } of constants) {
      const from = (filter * inputs + channel) * size;
      for (let at = from; at < from + size; at += 1) sum += (conv.weights[at] ?? Number.NaN) * value;
    }
    return sum;
  });
}
