import type { Acquired, FaceSet } from './face-set.js';

/** Vectors ready for comparison, one after the other: references or probes, of one picture or of several fused ones. */
export interface Items {
  readonly dimensions: number;
  readonly count: number;
  /** `count` vectors of `dimensions` numbers: unit vectors, scaled so that the dot product is the product's similarity. */
  readonly vectors: Float32Array;
  /** Index of the person each one is of. */
  readonly person: Uint32Array;
  /** The pictures each one is made of. */
  readonly files: readonly (readonly string[])[];
}

export interface PictureGroup {
  readonly person: number;
  readonly pictures: readonly Acquired[];
}

/** Disjoint groups of `size` pictures, in order, at most `most` a person: a few often-photographed people do not stand for everybody. */
export function groupsOf(set: FaceSet, size: number, most: number): PictureGroup[] {
  return set.acquired.flatMap((pictures, person) => {
    const groups = Math.min(most, Math.floor(pictures.length / size));
    return Array.from({ length: groups }, (_, at) => ({
      person,
      pictures: pictures.slice(at * size, (at + 1) * size),
    }));
  });
}

/** Each group fused as the product fuses frames: the mean on the unit sphere. Whoever calls wipes it (`wipeItems`). */
export function itemsOf(set: FaceSet, groups: readonly PictureGroup[]): Items {
  const { dimensions } = set;
  const vectors = new Float32Array(groups.length * dimensions);
  groups.forEach(({ pictures }, row) => {
    const fused = vectors.subarray(row * dimensions, (row + 1) * dimensions);
    fuseInto(fused, pictures);
    const scale = set.comparator.scaleOf(fused);
    for (let i = 0; i < dimensions; i += 1) fused[i] = (fused[i] ?? 0) * scale;
  });
  return {
    dimensions,
    count: groups.length,
    vectors,
    person: Uint32Array.from(groups, ({ person }) => person),
    files: groups.map(({ pictures }) => pictures.map(({ file }) => file)),
  };
}

export function wipeItems(items: Items): void {
  items.vectors.fill(0);
}

/** The product's similarity of two items (see `Comparator`), clipped to -1..1. */
export function similarityOf(left: Items, leftRow: number, right: Items, rightRow: number): number {
  const a = left.vectors;
  const b = right.vectors;
  const { dimensions } = left;
  const from = leftRow * dimensions;
  const offset = rightRow * dimensions - from;
  let even = 0;
  let odd = 0;
  const paired = from + (dimensions & ~1);
  // Two sums: one addition does not wait for the other. Half of an evaluation's time is spent here.
  for (let at = from; at < paired; at += 2) {
    even += (a[at] ?? 0) * (b[at + offset] ?? 0);
    odd += (a[at + 1] ?? 0) * (b[at + 1 + offset] ?? 0);
  }
  if (dimensions % 2 === 1) even += (a[paired] ?? 0) * (b[paired + offset] ?? 0);
  return Math.max(-1, Math.min(1, even + odd));
}

function fuseInto(row: Float32Array, pictures: readonly Acquired[]): void {
  for (const { vector } of pictures) for (let i = 0; i < row.length; i += 1) row[i] = (row[i] ?? 0) + (vector[i] ?? 0);
  let squares = 0;
  for (const value of row) squares += value * value;
  const length = Math.sqrt(squares);
  for (let i = 0; i < row.length; i += 1) row[i] = length === 0 ? 0 : (row[i] ?? 0) / length;
}
