import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prepareModel } from '#menshen/inference/index.js';
import { bytesField, numberField, type TinyModel, type TinyNode, textField, tinyModel } from '../support/tiny-onnx.js';
import { hasModels, packDirectory } from './default-pack.js';

/** A denormal weight and a PRelu: something to do for every rewrite, unless the model is refused. */
const worthwhile: TinyModel = {
  nodes: [
    { op: 'Conv', inputs: ['x', 'a'], outputs: ['p'] },
    { op: 'PRelu', inputs: ['p', 's'], outputs: ['q'] },
    { op: 'Conv', inputs: ['q', 'b'], outputs: ['y'] },
  ],
  weights: [
    { name: 'a', dims: [2, 1, 1, 1], values: [1e-40, 1] },
    { name: 's', dims: [2, 1, 1], values: [0.5, 0.2] },
    { name: 'b', dims: [1, 2, 1, 1], values: [1, 2] },
  ],
  input: [1, 1, 2, 2],
  outputs: ['y'],
};
const withNode = (node: TinyNode): TinyModel => ({ ...worthwhile, nodes: [...worthwhile.nodes, node] });
const withExtra = (extra: Uint8Array): TinyModel => ({
  ...worthwhile,
  weights: worthwhile.weights.map((tensor, index) => (index === 0 ? { ...tensor, extra } : tensor)),
});
const empty = new Uint8Array(0);
const branch = bytesField(5, Uint8Array.from([...textField(1, 'then_branch'), ...bytesField(6, empty)]));

describe('a model that the preparation does not understand', () => {
  it('does not include the one that the cases below differ from', () => {
    expect(prepareModel(tinyModel(worthwhile)).report).toMatchObject({ flushed: [{}], rewrites: [{}, {}] });
  });

  it.each<[string, TinyModel, RegExp]>([
    ['with a branch inside', withNode({ op: 'If', inputs: ['p'], outputs: ['z'], extra: branch }), /a graph inside/],
    ['with weights in another file', withExtra(numberField(14, 1)), /another file/],
    ['that names another file', withExtra(bytesField(13, textField(1, 'location'))), /another file/],
    ['with a tensor in segments', withExtra(bytesField(3, empty)), /segments/],
    ['with sparse weights', { ...worthwhile, graphExtra: bytesField(15, empty) }, /sparse/],
    ['with functions of its own', { ...worthwhile, modelExtra: bytesField(25, empty) }, /functions/],
    ['with training information', { ...worthwhile, modelExtra: bytesField(20, empty) }, /training/],
    ['with two graphs', { ...worthwhile, modelExtra: bytesField(7, empty) }, /single graph/],
    ['of an old format', { ...worthwhile, irVersion: 3 }, /format version is 3/],
    ['of an unknown operator set', { ...worthwhile, opset: 99 }, /operator set is 99/],
    ['whose nodes are out of order', { ...worthwhile, nodes: worthwhile.nodes.toReversed() }, /no node before/],
    ['with one name for two values', withNode({ op: 'Relu', inputs: ['x'], outputs: ['p'] }), /two nodes make p/],
    ['whose output nobody makes', { ...worthwhile, outputs: ['y', 'nobody'] }, /made by no node/],
    [
      'with two weights of one name',
      { ...worthwhile, weights: [...worthwhile.weights, { name: 'a', dims: [1], values: [1] }] },
      /one name/,
    ],
    [
      'with more values than its shape has',
      { ...worthwhile, weights: [{ name: 'a', dims: [2, 1, 1, 1], values: [1, 2, 3] }] },
      /shape's size/,
    ],
  ])('%s is given back as it is, with the reason', (_, model, reason) => {
    const original = tinyModel(model);
    const { bytes, report } = prepareModel(original);
    expect(bytes).toBe(original);
    expect(report.unchangedBecause).toMatch(reason);
  });

  it('with a shape far larger than the file allocates nothing', () => {
    const weights = [{ name: 'a', dims: [2 ** 31 - 1, 2 ** 31 - 1, 64, 64], values: [1] }];
    expect(prepareModel(tinyModel({ ...worthwhile, weights })).report.unchangedBecause).toMatch(/shape's size/);
  });

  it('with a length far beyond its end is given back as it is', () => {
    const original = Uint8Array.from([0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0]);
    expect(prepareModel(original)).toMatchObject({ bytes: original, report: { unchangedBecause: /beyond the end/ } });
  });

  it('with more nodes than any network has is given back as it is', () => {
    const nodes = Array.from({ length: 10_001 }, (_, index) => ({ op: 'Relu', inputs: ['x'], outputs: [`y${index}`] }));
    const original = tinyModel({ ...worthwhile, nodes, outputs: ['y0'] });
    expect(prepareModel(original)).toMatchObject({ bytes: original, report: { unchangedBecause: /too many nodes/ } });
  });

  it('whose nodes all share one large tensor is not made larger', () => {
    const large = { name: 'b', dims: [50, 50, 5, 4], values: new Array<number>(50_000).fill(0) };
    const nodes = Array.from({ length: 40 }, (_, index) => [
      { op: 'Conv', inputs: [index === 0 ? 'x' : `q${index - 1}`, 'b'], outputs: [`p${index}`] },
      { op: 'PRelu', inputs: [`p${index}`, 's'], outputs: [`q${index}`] },
    ]).flat();
    const model = { nodes, weights: [large, { name: 's', dims: [1], values: [0.5] }], input: [1, 50, 1, 1] };
    expect(prepareModel(tinyModel({ ...model, outputs: ['q39'] })).report.unchangedBecause).toMatch(
      /share their weights/,
    );
  });
});

describe('an operator that the preparation does not know', () => {
  it('is written as it was, with the input it had', () => {
    const strange = bytesField(
      5,
      Uint8Array.from([...textField(1, 'secret'), ...numberField(3, 77), ...numberField(20, 2)]),
    );
    const model = withNode({
      op: 'Strange',
      domain: 'test.domain',
      inputs: ['y', 'x'],
      outputs: ['z'],
      extra: strange,
    });
    const { bytes, report } = prepareModel(tinyModel({ ...model, outputs: ['y', 'z'] }));
    expect(report.rewrites).toHaveLength(2);
    const written = Buffer.from(bytes);
    expect(written.includes(Buffer.from(textField(4, 'Strange')))).toBe(true);
    expect(written.includes(Buffer.from(strange))).toBe(true);
  });

  it('keeps a PRelu of another maker as it is', () => {
    const nodes = worthwhile.nodes.map((node) => (node.op === 'PRelu' ? { ...node, domain: 'test.domain' } : node));
    expect(prepareModel(tinyModel({ ...worthwhile, nodes })).report.rewrites).toEqual([]);
  });
});

describe('bytes that are no model', () => {
  const original = tinyModel(worthwhile);

  it('are given back when the file was cut anywhere', () => {
    for (let length = 0; length < original.length; length += 1) {
      const cut = original.slice(0, length);
      expect(prepareModel(cut).bytes.length).toBeGreaterThanOrEqual(0);
    }
  });

  it('never make it fail, whatever bytes were changed', () => {
    let seed = 42;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    for (let round = 0; round < 5000; round += 1) {
      const changed = original.slice();
      for (let count = random(4); count >= 0; count -= 1) changed[random(changed.length)] = random(256);
      expect(prepareModel(changed).bytes).toBeInstanceOf(Uint8Array);
    }
  });

  it('never make it fail, however random they are', () => {
    let seed = 7;
    for (let round = 0; round < 1000; round += 1) {
      const noise = Uint8Array.from({ length: round % 97 }, () => {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
        return seed >>> 24;
      });
      expect(prepareModel(noise).bytes).toBeInstanceOf(Uint8Array);
    }
  });
});

describe.skipIf(!hasModels)('a real model', () => {
  it('is prepared to the same bytes every time', () => {
    const original = readFileSync(join(packDirectory, 'fr_feature.onnx'));
    expect(Buffer.compare(prepareModel(original).bytes, prepareModel(original).bytes)).toBe(0);
  });

  it('does not change the bytes it is read from', () => {
    const original = readFileSync(join(packDirectory, 'fr_feature.onnx'));
    const before = Buffer.from(original);
    prepareModel(original);
    expect(original.equals(before)).toBe(true);
  });

  it('that was prepared has nothing left to prepare', () => {
    const { bytes } = prepareModel(readFileSync(join(packDirectory, 'fr_feature.onnx')));
    expect(prepareModel(bytes).bytes).toBe(bytes);
  });
});
