import { type Conv, convAt, filterLength, isDepthwise, reweighted, slopesOf } from './conv.js';
import type { Editor } from './editor.js';
import { floatAttribute, intAttribute, type Node } from './graph.js';

export interface PReluRewrite {
  readonly kind: 'prelu';
  readonly at: string;
  readonly form: 'relu' | 'leaky-relu' | 'relu-and-scale';
}

/**
 * Replaces PRelu, which the runtime computes slowly and fuses with nothing, by operators that it fuses.
 *
 * With slope s a channel is s x + (1 - s) relu(x), which is (1 - s) times s/(1 - s) x + relu(x): exact for every s
 * other than 1, positive or negative. The factor 1 - s goes into the weights of the convolutions that read the channel,
 * or, when it is positive, of the one that makes it, whichever are fewer; the rest is a depthwise convolution with a
 * fused addition, and a Relu that is nearly free.
 */
export function replacePRelus(editor: Editor): PReluRewrite[] {
  return editor.nodes().flatMap((node) => {
    const rewrite = node.opType === 'PRelu' ? replacePRelu(editor, node) : undefined;
    return rewrite === undefined ? [] : [{ kind: 'prelu', at: node.outputs[0] ?? '', form: rewrite }];
  });
}

/** Nearer to 1 the division would make large numbers of small ones. */
const leastDistanceToOne = 2 ** -7;

function replacePRelu(editor: Editor, node: Node): PReluRewrite['form'] | undefined {
  const [input = ''] = node.inputs;
  const producer = convAt(editor, editor.maker(input));
  const slopes = producer && slopesOf(editor, node, producer.dims[0]);
  if (!producer || !slopes?.every(Number.isFinite)) return undefined;
  const [first = 0] = slopes;
  if (slopes.every((slope) => slope === first)) return asLeakyRelu(editor, node, first);
  const readers = readersOf(editor, node, slopes.length);
  if (!readers || !slopes.every((slope) => Math.abs(1 - slope) >= leastDistanceToOne)) return undefined;
  if (canScaleProducer(editor, node, { producer, readers, slopes })) {
    scaleOutput(editor, producer, slopes);
  } else {
    for (const reader of readers) scaleInput(editor, reader, slopes);
  }
  return asReluAndScale(editor, node, slopes);
}

function asLeakyRelu(editor: Editor, node: Node, slope: number): PReluRewrite['form'] {
  const [data = ''] = node.inputs;
  const plain = { ...node, inputs: [data] };
  if (slope === 0) {
    editor.replace(node, [{ ...plain, opType: 'Relu', attributes: [] }]);
    return 'relu';
  }
  editor.replace(node, [{ ...plain, opType: 'LeakyRelu', attributes: [floatAttribute('alpha', slope)] }]);
  return 'leaky-relu';
}

/** The convolutions that read the channels; undefined when anything else does. */
function readersOf(editor: Editor, { outputs }: Node, channels: number): Conv[] | undefined {
  const [name = ''] = outputs;
  const users = editor.users(name);
  const convs = users.flatMap((user) => convAt(editor, user) ?? []);
  const whole = convs.every((conv) => {
    const seen = conv.group === 1 ? conv.dims[1] : isDepthwise(conv) ? conv.group : 0;
    return seen === channels && conv.node.inputs[0] === name;
  });
  return whole && convs.length === users.length && convs.length > 0 && !editor.isOutput(name) ? convs : undefined;
}

function canScaleProducer(
  editor: Editor,
  node: Node,
  { producer, readers, slopes }: { producer: Conv; readers: readonly Conv[]; slopes: Float32Array },
): boolean {
  const [input = ''] = node.inputs;
  const fewer = producer.weights.length < readers.reduce((sum, { weights }) => sum + weights.length, 0);
  return fewer && editor.userCount(input) === 1 && !editor.isOutput(input) && slopes.every((slope) => slope < 1);
}

function scaleOutput(editor: Editor, conv: Conv, slopes: Float32Array): void {
  const weights = editor.floats(conv.weights.length);
  weights.set(conv.weights);
  scale(weights, slopes, filterLength(conv));
  const bias = conv.bias?.slice();
  if (bias) scale(bias, slopes, 1);
  editor.replace(conv.node, [reweighted(editor, conv, { weights, bias })]);
}

function scaleInput(editor: Editor, conv: Conv, slopes: Float32Array): void {
  const weights = editor.floats(conv.weights.length);
  weights.set(conv.weights);
  scale(weights, slopes, conv.dims[2] * conv.dims[3]);
  editor.replace(conv.node, [reweighted(editor, conv, { weights, bias: conv.bias?.slice() })]);
}

/** Each run of `length` weights times its channel's 1 - slope; the channels begin anew when they are used up. */
function scale(weights: Float32Array, slopes: Float32Array, length: number): void {
  for (let from = 0, channel = 0; from < weights.length; from += length, channel += 1) {
    const factor = 1 - (slopes[channel % slopes.length] ?? Number.NaN);
    for (let at = from; at < from + length; at += 1) weights[at] = (weights[at] ?? Number.NaN) * factor;
  }
}

const linearPart = (slope: number): number => slope / (1 - slope);

function asReluAndScale(editor: Editor, node: Node, slopes: Float32Array): PReluRewrite['form'] {
  const [input = ''] = node.inputs;
  const [output = ''] = node.outputs;
  const positive = editor.freshName(output);
  const linear = editor.freshName(output);
  const scale = editor.addConstant(`${output}.scale`, [slopes.length, 1, 1, 1], slopes.map(linearPart));
  editor.replace(node, [
    plainNode('Relu', [input], positive),
    { ...plainNode('Conv', [input, scale], linear), attributes: [intAttribute('group', slopes.length)] },
    plainNode('Add', [linear, positive], output),
  ]);
  return 'relu-and-scale';
}

function plainNode(opType: string, inputs: readonly string[], output: string): Node {
  return { name: '', opType, domain: '', inputs, outputs: [output], attributes: [] };
}
