import { Comparator } from '../../compare/index.js';
import { MenshenError } from '../../core/index.js';
import type { FaceSample } from '../samples.js';

/** A picture with its vector. */
export type Acquired = FaceSample & { readonly vector: Float32Array };

/** Samples in order: by person, then by file name, whatever order they were read in. */
export interface FaceSet {
  readonly dimensions: number;
  readonly people: readonly string[];
  /** By person (same index): the pictures with a vector. */
  readonly acquired: readonly (readonly Acquired[])[];
  /** By person: every picture, failures included. */
  readonly samples: readonly (readonly FaceSample[])[];
  readonly byFile: ReadonlyMap<string, FaceSample>;
  readonly personIndex: ReadonlyMap<string, number>;
  /** How the product compares vectors of this model pack. */
  readonly comparator: Comparator;
}

/** Half-precision files and rounding leave more than single precision does; a vector that was never normalised leaves far more. */
const lengthTolerance = 1e-3;

/** Error: `evaluation-invalid` when a file is there twice or a vector is not a unit vector of the others' dimension. */
export function faceSetOf(samples: readonly FaceSample[], comparator: Comparator = new Comparator()): FaceSet {
  const byFile = new Map<string, FaceSample>();
  const byPerson = new Map<string, FaceSample[]>();
  const dimensions = samples.find(({ vector }) => vector !== undefined)?.vector?.length ?? 0;
  for (const sample of samples) {
    if (byFile.has(sample.file)) throw invalid(`${sample.file} is there twice.`);
    if (sample.vector !== undefined) checkVector(sample.file, sample.vector, dimensions);
    byFile.set(sample.file, sample);
    const others = byPerson.get(sample.person);
    if (others === undefined) byPerson.set(sample.person, [sample]);
    else others.push(sample);
  }
  const people = [...byPerson.keys()].sort(byCodeUnits);
  const ordered = people.map((person) => (byPerson.get(person) ?? []).sort((a, b) => byCodeUnits(a.file, b.file)));
  return {
    dimensions,
    people,
    samples: ordered,
    acquired: ordered.map((list) => list.filter(isAcquired)),
    byFile,
    comparator,
    personIndex: new Map(people.map((person, index) => [person, index])),
  };
}

export function isAcquired(sample: FaceSample): sample is Acquired {
  return sample.vector !== undefined;
}

function checkVector(file: string, vector: Float32Array, dimensions: number): void {
  if (vector.length !== dimensions || dimensions === 0) {
    throw invalid(`${file} has a vector of ${vector.length} numbers, others have ${dimensions}.`);
  }
  let squares = 0;
  for (const value of vector) squares += value * value;
  // Written so that NaN is refused too.
  if (!(Math.abs(Math.sqrt(squares) - 1) <= lengthTolerance))
    throw invalid(`${file} has a vector that is not of length 1.`);
}

/** The same on every machine, whatever its language. */
function byCodeUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function invalid(detail: string): MenshenError {
  return new MenshenError('evaluation-invalid', detail);
}
