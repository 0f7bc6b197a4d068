import { fmrForIdentification, thresholdFor } from '../../compare/index.js';
import { MenshenError, type ThresholdTable } from '../../core/index.js';
import type { ComparisonFigures, IdentificationFigures, NotMeasured, Rate } from '../figures.js';
import { tableOf } from '../tables.js';
import type { FaceSet } from './face-set.js';
import { gridPerUnit } from './non-mated.js';
import type { Pacer } from './progress.js';
import type { Random } from './random.js';
import { errorsAllowed, rateOf } from './rates.js';
import { unitInterval } from './resampling.js';
import { type Search, type Searches, searchGalleries } from './searches.js';

export interface IdentificationInput {
  readonly name: string;
  readonly set: FaceSet;
  /** The thresholds that the product would take from this evaluation. */
  readonly comparisons: readonly ComparisonFigures[];
  readonly resamplings: number;
  readonly random: Random;
}

const enrolments = [1, 3, 5] as const;
const wantedFpirs = [0.1, 0.01] as const;
const roundSizes = [100, 300, 1000, 3000, 10_000, 30_000];
/** Each draw enrols other people with other pictures. */
const draws = 10;
/** Fewer people than this in a gallery, or outside of it, say nothing. */
const fewestPeople = 30;
const shareOutside = 0.2;

/** Open-set 1:N (ISO/IEC 19795-1): FPIR of searches of people who are not enrolled, FNIR (rank 1) of those who are. */
export async function evaluateIdentification(
  input: IdentificationInput,
  pacer: Pacer,
): Promise<{ identification: IdentificationFigures[]; notMeasured: NotMeasured[] }> {
  const identification: IdentificationFigures[] = [];
  const notMeasured: NotMeasured[] = [];
  for (const pictures of enrolments) {
    const sizes = gallerySizes(input.set, pictures);
    if (sizes.length === 0) {
      const what = `identification with ${pictures} picture(s) enrolled`;
      notMeasured.push({ what, reason: `fewer than ${fewestPeople} people to enrol, or outside the gallery` });
      continue;
    }
    const plan = { set: input.set, pictures, sizes, draws, random: input.random };
    const searches = await searchGalleries(plan, pacer);
    for (const [index, size] of sizes.entries()) {
      const found = searches[index];
      if (found !== undefined) identification.push(figuresOf(input, pictures, size, found));
    }
  }
  return { identification, notMeasured };
}

/** 100, 300, 1000 and so on below the largest gallery that leaves enough people outside, and that one. */
function gallerySizes({ acquired }: FaceSet, pictures: number): number[] {
  const people = acquired.filter((own) => own.length > 0).length;
  const eligible = acquired.filter((own) => own.length >= pictures).length;
  const outside = Math.max(fewestPeople, Math.ceil(shareOutside * people));
  const largest = Math.min(eligible, people - outside);
  return largest < fewestPeople ? [] : [...roundSizes.filter((size) => size < largest), largest];
}

function figuresOf(
  input: IdentificationInput,
  pictures: number,
  size: number,
  searches: Searches,
): IdentificationFigures {
  const { name, comparisons } = input;
  return {
    population:
      `${name}: ${draws} drawn galleries of ${size} people with ${pictures} picture(s) each; ` +
      `${searches.nonMated.length} searches of people not enrolled, ${searches.mated.length} of enrolled people with ` +
      'another picture of theirs; one picture against one reference at a time, found when first and at the threshold',
    enrolmentPictures: pictures,
    gallerySize: size,
    draws,
    points: wantedFpirs.map((wantedFpir) => pointAt(wantedFpir, searches, input)),
    derived: wantedFpirs.map((wantedFpir) =>
      derivedAt(wantedFpir, size, searches, tableFor(comparisons, pictures), input),
    ),
  };
}

function pointAt(
  wantedFpir: number,
  searches: Searches,
  input: IdentificationInput,
): IdentificationFigures['points'][number] {
  const falling = searches.nonMated.map(({ similarity }) => similarity).sort((a, b) => b - a);
  let errors = errorsAllowed(wantedFpir, falling.length);
  while (errors > 0 && falling[errors - 1] === falling[errors]) errors -= 1;
  const lowest = falling[errors - 1];
  if (lowest === undefined) {
    const reason = `${falling.length} searches of people not enrolled leave no error at this rate`;
    return { wantedFpir, fpir: { state: 'insufficient', errors: 0, trials: falling.length, reason } };
  }
  const fpir = rateAt(searches.nonMated, ({ similarity }) => similarity >= lowest, input);
  const fnir = rateAt(searches.mated, ({ similarity }) => similarity < lowest, input);
  const shaky: Rate = { ...fnir, state: 'insufficient', reason: 'the FPIR it stands for is insufficient' };
  return {
    wantedFpir,
    threshold: Math.min(1, Math.ceil(lowest * gridPerUnit) / gridPerUnit),
    fpir,
    fnir: fpir.state === 'measured' ? fnir : shaky,
  };
}

function derivedAt(
  wantedFpir: number,
  size: number,
  searches: Searches,
  table: ThresholdTable | undefined,
  input: IdentificationInput,
): IdentificationFigures['derived'][number] {
  const fmr = fmrForIdentification(wantedFpir, size);
  try {
    if (table === undefined) return { wantedFpir, fmr, reason: 'no thresholds for this enrolment' };
    const { similarity: threshold } = thresholdFor([table], table.evaluation.kind, fmr);
    return {
      wantedFpir,
      fmr,
      threshold,
      fpir: rateAt(searches.nonMated, ({ similarity }) => similarity >= threshold, input),
      fnir: rateAt(searches.mated, ({ similarity }) => similarity < threshold, input),
    };
  } catch (thrown) {
    if (thrown instanceof MenshenError && thrown.code === 'threshold-unsupported') {
      return {
        wantedFpir,
        fmr,
        reason: `a comparison’s FMR would have to be ${fmr.toExponential(1)}, which was not measured`,
      };
    }
    throw thrown;
  }
}

function tableFor(comparisons: readonly ComparisonFigures[], pictures: number): ThresholdTable | undefined {
  const own = comparisons.find(
    ({ kind, referencePictures, probePictures }) =>
      kind !== 'reference-fused' && referencePictures === pictures && probePictures === 1,
  );
  return own === undefined ? undefined : tableOf(own, { id: 'this evaluation', date: '' });
}

/** The same person is searched in several draws: it is people who are counted and resampled. */
function rateAt(searches: readonly Search[], isError: (search: Search) => boolean, input: IdentificationInput): Rate {
  const people = new Map<number, { errors: number; trials: number }>();
  for (const search of searches) {
    const counts = people.get(search.person) ?? { errors: 0, trials: 0 };
    counts.trials += 1;
    if (isError(search)) counts.errors += 1;
    people.set(search.person, counts);
  }
  const units = [...people.values()];
  const errors = units.reduce((sum, unit) => sum + unit.errors, 0);
  return rateOf({
    errors,
    trials: searches.length,
    units: units.length,
    unitName: 'people',
    erringUnits: units.filter((unit) => unit.errors > 0).length,
    interval: errors === 0 ? undefined : unitInterval(units, input.resamplings, input.random),
  });
}
