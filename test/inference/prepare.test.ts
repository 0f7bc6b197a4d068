import { describe, expect, it } from 'vitest';
import { prepareModel } from '#menshen/inference/index.js';
import { type TinyModel, type TinyNode, type TinyTensor, tinyModel } from '../support/tiny-onnx.js';
import { outputsOf } from './tiny-run.js';

/** Numbers between -1 and 1 that look random and are the same in every run. */
const wave = (length: number, from = 1): number[] => Array.from({ length }, (_, at) => Math.sin((at + from) * 12.9898));
const zeros = (length: number): number[] => new Array<number>(length).fill(0);
const tensor = (name: string, dims: readonly number[], values?: readonly number[]): TinyTensor => ({
  name,
  dims,
  values:
    values ??
    wave(
      dims.reduce((product, side) => product * side, 1),
      name.length,
    ),
});
const conv = (inputs: readonly string[], output: string, more: Partial<TinyNode> = {}): TinyNode => ({
  op: 'Conv',
  inputs,
  outputs: [output],
  ...more,
});
const node = (op: string, inputs: readonly string[], output: string): TinyNode => ({ op, inputs, outputs: [output] });

/** Two 1x1 convolutions with a PRelu of these slopes between them. */
function withSlopes(slopes: readonly number[]): TinyModel {
  const channels = slopes.length;
  return {
    nodes: [conv(['x', 'a', 'ab'], 'p'), node('PRelu', ['p', 's'], 'q'), conv(['q', 'b', 'bb'], 'y')],
    weights: [
      tensor('a', [channels, 2, 1, 1]),
      tensor('ab', [channels]),
      tensor('s', [channels, 1, 1], slopes),
      tensor('b', [3, channels, 1, 1]),
      tensor('bb', [3]),
    ],
    input: [1, 2, 4, 4],
    outputs: ['y'],
  };
}

/** Expand, depthwise 3x3, project, with a Relu after each of the first two; `change` replaces weights by name. */
function bottleneck(channels: number, change: Readonly<Record<string, readonly number[]>> = {}): TinyModel {
  return {
    nodes: [
      conv(['x', 'a', 'ab'], 'p'),
      node('Relu', ['p'], 'q'),
      conv(['q', 'd', 'db'], 'r', { int: { group: channels }, ints: { pads: [1, 1, 1, 1] } }),
      node('Relu', ['r'], 't'),
      conv(['t', 'b', 'bb'], 'y'),
    ],
    weights: [
      tensor('a', [channels, 3, 1, 1], change.a),
      tensor('ab', [channels], change.ab),
      tensor('d', [channels, 1, 3, 3], change.d),
      tensor('db', [channels], change.db),
      tensor('b', [2, channels, 1, 1], change.b),
      tensor('bb', [2], change.bb),
    ],
    input: [1, 3, 5, 5],
    outputs: ['y'],
  };
}

/** Runs both files on the same input and gives what the preparation said. */
async function expectSameAnswers(model: TinyModel) {
  const original = tinyModel(model);
  const { bytes, report } = prepareModel(original);
  const input = Float32Array.from(
    wave(
      model.input.reduce((product, side) => product * side, 1),
      5,
    ),
  );
  const [before, after] = [await outputsOf(original, input, model.input), await outputsOf(bytes, input, model.input)];
  expect(Object.keys(after)).toEqual(Object.keys(before));
  for (const [name, values] of Object.entries(before)) {
    const largest = Math.max(...values.map(Math.abs));
    values.forEach((value, index) => {
      expect(Math.abs((after[name]?.[index] ?? Number.NaN) - value)).toBeLessThan(1e-5 * largest);
    });
  }
  return report;
}

describe('denormal weights', () => {
  const model: TinyModel = {
    nodes: [conv(['x', 'a'], 'y')],
    weights: [tensor('a', [1, 3, 1, 1], [1e-40, 0.5, -1e-42])],
    input: [1, 3, 2, 2],
    outputs: ['y'],
  };

  it('are set to 0 and counted', async () => {
    const report = await expectSameAnswers(model);
    expect(report.flushed).toEqual([{ tensor: 'a', denormals: 2, elements: 3 }]);
  });

  it('are found in weights that are not stored as raw bytes', () => {
    const weights = [{ ...tensor('a', [1, 3, 1, 1], [1e-40, 0.5, 1]), asFloatData: true }];
    expect(prepareModel(tinyModel({ ...model, weights })).report.flushed).toMatchObject([{ denormals: 1 }]);
  });

  it('leave the smallest normal number and zeros of either sign alone', () => {
    const original = tinyModel({ ...model, weights: [tensor('a', [1, 3, 1, 1], [2 ** -126, -0, 0])] });
    expect(prepareModel(original).bytes).toBe(original);
  });
});

describe('a PRelu between convolutions', () => {
  it('with slopes of either sign, and above 1, becomes operators that the runtime fuses', async () => {
    const report = await expectSameAnswers(withSlopes([-1.35, 1.23, 0.2, 0, 0.97, -0.01, 3, 0.5]));
    expect(report.rewrites).toEqual([{ kind: 'prelu', at: 'q', form: 'relu-and-scale' }]);
  });

  it('with slopes below 1 only is rewritten where fewer weights change, with a bias and without', async () => {
    const model = withSlopes([-1.35, 0.2, 0, 0.97]);
    const plain = model.nodes.map((one) => ({ ...one, inputs: one.inputs.slice(0, 2) }));
    const weights = model.weights.filter(({ name }) => !['ab', 'bb'].includes(name));
    for (const one of [model, { ...model, nodes: plain, weights }]) {
      const report = await expectSameAnswers(one);
      expect(report.rewrites).toEqual([{ kind: 'prelu', at: 'q', form: 'relu-and-scale' }]);
    }
  });

  it('with one slope for all channels becomes a LeakyRelu', async () => {
    const report = await expectSameAnswers(withSlopes([0.25, 0.25, 0.25]));
    expect(report.rewrites).toMatchObject([{ form: 'leaky-relu' }]);
  });

  it('with slopes of 0 becomes a Relu', async () => {
    const report = await expectSameAnswers(withSlopes([0, 0, 0]));
    expect(report.rewrites).toMatchObject([{ form: 'relu' }]);
  });

  it('read by a depthwise convolution is rewritten too', async () => {
    const nodes = [conv(['x', 'a'], 'p'), node('PRelu', ['p', 's'], 'q'), conv(['q', 'd'], 'y', { int: { group: 3 } })];
    const weights = [tensor('a', [3, 3, 1, 1]), tensor('s', [3, 1, 1], [0.5, -0.5, 2]), tensor('d', [3, 1, 3, 3])];
    const report = await expectSameAnswers({ nodes, weights, input: [1, 3, 6, 6], outputs: ['y'] });
    expect(report.rewrites).toMatchObject([{ form: 'relu-and-scale' }]);
  });

  it('read by two convolutions that share their weights keeps both right', async () => {
    const model = withSlopes([0.5, -0.5, 2]);
    const nodes = [...model.nodes, conv(['x', 'b2'], 'z'), conv(['q', 'b', 'bb'], 'w')];
    const weights = [...model.weights, tensor('b2', [3, 2, 1, 1])];
    const report = await expectSameAnswers({ ...model, nodes, weights, outputs: ['y', 'z', 'w'] });
    expect(report.rewrites).toHaveLength(1);
  });

  it('whose reader shares its weights with a convolution of another tensor leaves that one alone', async () => {
    const model = withSlopes([0.5, -0.5, 2]);
    const nodes = [...model.nodes, conv(['p', 'b', 'bb'], 'w')];
    const report = await expectSameAnswers({ ...model, nodes, outputs: ['y', 'w'] });
    expect(report.rewrites).toHaveLength(1);
  });

  it.each([
    ['a slope next to 1', withSlopes([0.5, 1.001, 2])],
    ['a slope that is no number', withSlopes([0.5, Number.NaN, 2])],
    ['a result that is an output', { ...withSlopes([0.5, 0.2, 2]), outputs: ['y', 'q'] }],
    ['slopes that a run may override', { ...withSlopes([0.5, 0.2, 2]), overridable: ['s'] }],
    ['readers whose weights a run may override', { ...withSlopes([0.5, 0.2, 2]), overridable: ['b'] }],
    [
      'another reader than a convolution',
      {
        ...withSlopes([0.5, 0.2, 2]),
        nodes: [...withSlopes([0.5, 0.2, 2]).nodes, node('Add', ['q', 'p'], 'z')],
        outputs: ['y', 'z'],
      },
    ],
  ])('with %s stays', (_, model) => {
    const original = tinyModel(model);
    expect(prepareModel(original).bytes).toBe(original);
  });
});

describe('channels between convolutions', () => {
  it('are filled up to whole blocks where a depthwise convolution needs them', async () => {
    const report = await expectSameAnswers(bottleneck(13));
    expect(report.rewrites).toEqual([{ kind: 'channels', at: 'p', before: 13, live: 13, after: 16 }]);
  });

  it('are left alone when they are whole blocks and alive', () => {
    const original = tinyModel(bottleneck(16));
    expect(prepareModel(original).bytes).toBe(original);
  });

  it('whose depthwise filter is zero are taken out, and what they always add is kept', async () => {
    const d = wave(32 * 9).map((value, at) => (at < 16 * 9 ? 0 : value));
    const report = await expectSameAnswers(bottleneck(32, { d, db: wave(32).map(Math.abs) }));
    expect(report.rewrites).toEqual([{ kind: 'channels', at: 'p', before: 32, live: 16, after: 16 }]);
  });

  it('whose filter is too small to move its bias are taken out', async () => {
    const d = wave(32 * 9).map((value, at) => (at < 16 * 9 ? value * 1e-18 : value));
    const report = await expectSameAnswers(bottleneck(32, { d, db: new Array<number>(32).fill(0.5) }));
    expect(report.rewrites).toMatchObject([{ live: 16 }]);
  });

  it('that nobody reads are taken out', async () => {
    const b = wave(64).map((value, at) => (at % 32 < 16 ? 0 : value));
    const report = await expectSameAnswers(bottleneck(32, { b }));
    expect(report.rewrites).toMatchObject([{ live: 16 }]);
  });

  it('that are constant but meet a padded border stay', () => {
    const a = wave(48).map((value, at) => (at < 24 ? 0 : value));
    const original = tinyModel(bottleneck(16, { a, ab: new Array<number>(16).fill(0.5) }));
    expect(prepareModel(original).bytes).toBe(original);
  });

  it('that are always zero are taken out through a padded border', async () => {
    const a = wave(96).map((value, at) => (at < 48 ? 0 : value));
    const [ab, db] = [wave(32), wave(32).map((value, at) => (at < 16 ? 0 : value))].map((values) =>
      values.map((value, at) => (at < 16 ? 0 : value)),
    );
    const report = await expectSameAnswers(bottleneck(32, { a, ab: ab ?? [], db: db ?? [] }));
    expect(report.rewrites).toMatchObject([{ live: 16 }]);
  });

  it('that are all dead leave a graph that still answers', async () => {
    const report = await expectSameAnswers(bottleneck(32, { d: zeros(32 * 9) }));
    expect(report.rewrites).toMatchObject([{ live: 0, after: 16 }]);
  });

  it('that a tensor in the middle shows as an output stay', () => {
    const original = tinyModel({ ...bottleneck(13), outputs: ['y', 't'] });
    expect(prepareModel(original).bytes).toBe(original);
  });

  it('that another node reads stay', () => {
    const model = bottleneck(13);
    const nodes = [...model.nodes, node('Sigmoid', ['r'], 'z')];
    const original = tinyModel({ ...model, nodes, outputs: ['y', 'z'] });
    expect(prepareModel(original).bytes).toBe(original);
  });

  it('with a PRelu on the way are filled up and the PRelu is replaced', async () => {
    const model = bottleneck(13);
    const nodes = model.nodes.map((one) =>
      one.op === 'Relu' ? node('PRelu', [one.inputs[0] ?? '', 's'], one.outputs[0] ?? '') : one,
    );
    const weights = [
      ...model.weights,
      tensor(
        's',
        [13, 1, 1],
        wave(13).map((value) => value / 2),
      ),
    ];
    const report = await expectSameAnswers({ ...model, nodes, weights });
    expect(report.rewrites.map(({ kind }) => kind)).toEqual(['channels', 'prelu', 'prelu']);
  });
});
