import { describe, expect, it } from 'vitest';
import { decodeRfbCorners } from '#menshen/detect/decoders/rfb-decoded-corners.js';
import { decodeRfbPriors } from '#menshen/detect/decoders/rfb-priors.js';
import { decodeScrfd, type ScrfdLevel } from '#menshen/detect/decoders/scrfd.js';
import { decodeYunet, type YunetLevel } from '#menshen/detect/decoders/yunet.js';

const size = { width: 320, height: 256 };
const strides = [8, 16, 32];

interface Known {
  /** Pixels of the input. */
  readonly box: { x: number; y: number; width: number; height: number };
  readonly points: readonly (readonly [number, number])[];
  readonly likelihood: number;
}

/** Pseudo-random faces, the same each time. */
function knownFaces(count: number): Known[] {
  let state = 7;
  const next = (lowest: number, highest: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return lowest + ((highest - lowest) * state) / 2 ** 32;
  };
  return Array.from({ length: count }, () => {
    const width = next(9, 200);
    const height = next(9, 200);
    const box = { x: next(-10, 300), y: next(-10, 240), width, height };
    const points = Array.from({ length: 5 }, () => [next(0, 320), next(0, 256)] as const);
    return { box, points, likelihood: next(0.6, 1) };
  });
}

const relative = ({ box, points }: Known) => ({
  box: {
    x: box.x / size.width,
    y: box.y / size.height,
    width: box.width / size.width,
    height: box.height / size.height,
  },
  points: points.map(([x, y]) => [x / size.width, y / size.height]),
});

function expectClose(found: readonly number[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, index) => {
    expect(value).toBeCloseTo(wanted[index] ?? Number.NaN, 4);
  });
}

const flat = ({ x, y, width, height }: Known['box']) => [x, y, width, height];

/** The cell that a face's centre lies in. */
function cellOf({ box }: Known, stride: number) {
  const columns = size.width / stride;
  const rows = size.height / stride;
  const column = Math.max(0, Math.min(columns - 1, Math.floor((box.x + box.width / 2) / stride)));
  const row = Math.max(0, Math.min(rows - 1, Math.floor((box.y + box.height / 2) / stride)));
  return { column, row, index: row * columns + column, count: columns * rows };
}

describe('YuNet’s outputs', () => {
  const encoded = (face: Known, stride: number): YunetLevel[] =>
    strides.map((one) => {
      const { column, row, index, count } = cellOf(face, one);
      const level = {
        stride: one,
        classes: new Float32Array(count),
        objects: new Float32Array(count),
        boxes: new Float32Array(count * 4),
        points: new Float32Array(count * 10),
      };
      if (one !== stride) return level;
      const { box } = face;
      level.classes[index] = face.likelihood;
      level.objects[index] = face.likelihood;
      level.boxes.set(
        [
          ...[(box.x + box.width / 2) / one - column, (box.y + box.height / 2) / one - row],
          ...[Math.log(box.width / one), Math.log(box.height / one)],
        ],
        index * 4,
      );
      level.points.set(
        face.points.flatMap(([x, y]) => [x / one - column, y / one - row]),
        index * 10,
      );
      return level;
    });

  it.each(strides)('give back the box and the points that were put in at stride %i', (stride) => {
    for (const face of knownFaces(50)) {
      const [found, ...others] = decodeYunet(encoded(face, stride), size, 0.5);
      expect(others).toEqual([]);
      expectClose(flat(found?.box ?? face.box), flat(relative(face).box));
      expectClose(
        Object.values(found?.points ?? {}).flatMap(({ x, y }) => [x, y]),
        relative(face).points.flat(),
      );
      expect(found?.detectionLikelihood).toBeCloseTo(face.likelihood, 5);
    }
  });

  it('are a face only when class and object agree', () => {
    const [face] = knownFaces(1);
    if (face === undefined) throw new Error('no face was made');
    const levels = encoded(face, 8);
    levels[0]?.objects.fill(0);
    expect(decodeYunet(levels, size, 0.5)).toEqual([]);
  });

  it('are nobody where they are no numbers', () => {
    const broken = strides.map((stride): YunetLevel => {
      const count = (size.width / stride) * (size.height / stride);
      const nan = (length: number) => new Float32Array(length).fill(Number.NaN);
      return { stride, classes: nan(count), objects: nan(count), boxes: nan(count * 4), points: nan(count * 10) };
    });
    expect(decodeYunet(broken, size, 0)).toEqual([]);
  });
});

describe('SCRFD’s outputs', () => {
  const encoded = (face: Known, stride: number, anchor: 0 | 1, withPoints: boolean): ScrfdLevel[] =>
    strides.map((one) => {
      const { column, row, index, count } = cellOf(face, one);
      const scores = new Float32Array(count * 2);
      const boxes = new Float32Array(count * 8);
      const points = new Float32Array(count * 20);
      if (one === stride) {
        const { box } = face;
        const at = index * 2 + anchor;
        scores[at] = face.likelihood;
        const right = (box.x + box.width) / one - column;
        boxes.set([column - box.x / one, row - box.y / one, right, (box.y + box.height) / one - row], at * 4);
        points.set(
          face.points.flatMap(([x, y]) => [x / one - column, y / one - row]),
          at * 10,
        );
      }
      return { stride: one, scores, boxes, ...(withPoints ? { points } : {}) };
    });

  it.each(strides)('give back the box and the points that were put in at stride %i, from either anchor', (stride) => {
    for (const [number, face] of knownFaces(50).entries()) {
      const [found, ...others] = decodeScrfd(encoded(face, stride, number % 2 === 0 ? 0 : 1, true), 2, size, 0.5);
      expect(others).toEqual([]);
      expectClose(flat(found?.box ?? face.box), flat(relative(face).box));
      expectClose(
        Object.values(found?.points ?? {}).flatMap(({ x, y }) => [x, y]),
        relative(face).points.flat(),
      );
    }
  });

  it('without points give boxes alone', () => {
    for (const face of knownFaces(5)) {
      const [found] = decodeScrfd(encoded(face, 16, 0, false), 2, size, 0.5);
      expectClose(flat(found?.box ?? face.box), flat(relative(face).box));
      expect(found?.points).toBeUndefined();
    }
  });

  it('are nobody where they are no numbers', () => {
    const level = { stride: 32, scores: new Float32Array(160).fill(1), boxes: new Float32Array(640).fill(Number.NaN) };
    expect(decodeScrfd([level], 2, size, 0.5)).toEqual([]);
  });
});

describe('the RFB family’s outputs', () => {
  /** Priors of a 320 x 240 input by the family's own rule. */
  const priors = [
    [8, [10, 16, 24]],
    [16, [32, 48]],
    [32, [64, 96]],
    [64, [128, 192, 256]],
  ].flatMap(([stride, sides]) => {
    const cells: { x: number; y: number; width: number; height: number }[] = [];
    const step = Number(stride);
    for (let row = 0; row < Math.ceil(240 / step); row += 1) {
      for (let column = 0; column < Math.ceil(320 / step); column += 1) {
        for (const side of Array.isArray(sides) ? sides : []) {
          const x = Math.min(1, ((column + 0.5) * step) / 320);
          const y = Math.min(1, ((row + 0.5) * step) / 240);
          cells.push({ x, y, width: side / 320, height: Math.min(1, side / 240) });
        }
      }
    }
    return cells;
  });

  it('have 4420 priors for 320 x 240', () => {
    expect(priors).toHaveLength(4420);
  });

  it.each([0, 1, 2, 3000, 3601, 4300, 4419])('give back the box that was put in at prior %i', (at) => {
    const prior = priors[at] ?? { x: 0, y: 0, width: 1, height: 1 };
    const box = { x: 0.21, y: 0.13, width: 0.3, height: 0.4 };
    const scores = new Float32Array(priors.length * 2);
    const offsets = new Float32Array(priors.length * 4);
    scores[at * 2 + 1] = 0.9;
    const centre = [(box.x + box.width / 2 - prior.x) / prior.width, (box.y + box.height / 2 - prior.y) / prior.height];
    const sides = [Math.log(box.width / prior.width), Math.log(box.height / prior.height)];
    offsets.set([...centre.map((value) => value / 0.1), ...sides.map((value) => value / 0.2)], at * 4);
    const [found, ...others] = decodeRfbPriors(scores, offsets, { width: 320, height: 240 }, 0.5);
    expect(others).toEqual([]);
    expectClose(flat(found?.box ?? { x: 0, y: 0, width: 0, height: 0 }), flat(box));
  });

  it('decoded to corners are boxes, and those without area are nobody', () => {
    const scores = Float32Array.from([0, 0.9, 0, 0.8, 1, 0.1]);
    const boxes = Float32Array.from([0.1, 0.2, 0.5, 0.7, 0.5, 0.5, 0.5, 0.9, 0, 0, 1, 1]);
    const faces = decodeRfbCorners(scores, boxes, 0.5);
    expect(faces).toHaveLength(1);
    expectClose(flat(faces[0]?.box ?? { x: 0, y: 0, width: 0, height: 0 }), [0.1, 0.2, 0.4, 0.5]);
  });
});
