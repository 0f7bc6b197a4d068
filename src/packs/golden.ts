import { type Box, MenshenError, type Picture } from '../core/index.js';
import type { Golden, ModelOutputs, ModelRole, Models } from '../inference/index.js';
import {
  bringToContrast,
  emptyTensor,
  layoutOf,
  resampleToTensor,
  type Similarity,
  warpToTensor,
} from '../pixels/index.js';
import { driftBetween, imprintOf } from './imprint.js';
import { goldenPicture } from './picture.js';

type GoldenModel = Golden['models'][string];

/** How far one tensor of one model is from what was recorded, over its norm. */
export interface Drift {
  readonly role: ModelRole;
  /** `input` is the pre-processing, anything else an output of the model. */
  readonly tensor: string;
  readonly drift: number;
}

/**
 * Over the tensor's norm. Pixels are the same on every machine but for a float's last bit; a mean off by 0.5 moves them by
 * 3e-3, swapped channels by 0.3. Outputs moved by at most 2.3e-6 between graph optimisation levels, thread counts and the
 * denormal flag, and a rewritten model is allowed 1e-4; weights off by a random 1 % moved them by 3e-3 and more
 * (default pack, 2026-11-22).
 */
export const goldenTolerance = { input: 1e-3, output: 1e-3 } as const;

/** Runs the made-up picture through pre-processing and models. Nothing of a person is involved. Error: `inference-failed`. */
export async function recordGolden(models: Models, recordedWith: string): Promise<Golden> {
  const recorded: Record<string, GoldenModel> = {};
  const picture = goldenPicture();
  for (const role of models.roles) recorded[role] = await lookAt(models, role, picture);
  return { recordedWith, models: recorded };
}

/** Every tensor's distance to what the manifest recorded, worst first. Errors: `model-pack-invalid` without a record. */
export async function goldenDrifts(models: Models): Promise<readonly Drift[]> {
  const { golden } = models.pack.manifest;
  if (golden === undefined) throw notRecorded('no golden values');
  const picture = goldenPicture();
  const drifts: Drift[] = [];
  for (const role of models.roles) {
    const recorded = golden.models[role];
    if (recorded === undefined) throw notRecorded(`no golden values for ${role}`);
    const found = await lookAt(models, role, picture);
    drifts.push({ role, tensor: 'input', drift: driftBetween(recorded.input, found.input) });
    for (const tensor of new Set([...Object.keys(recorded.outputs), ...Object.keys(found.outputs)])) {
      drifts.push({ role, tensor, drift: outputDrift(tensor, recorded, found) });
    }
  }
  return drifts.sort((one, other) => overTolerance(other) - overTolerance(one));
}

function outputDrift(tensor: string, recorded: GoldenModel, found: GoldenModel): number {
  const [was, is] = [recorded.outputs[tensor], found.outputs[tensor]];
  // An output that only one of the two knows is another model's.
  return was === undefined || is === undefined ? Number.POSITIVE_INFINITY : driftBetween(was, is);
}

/** 1 is the tolerance. */
export function overTolerance({ tensor, drift }: Drift): number {
  return drift / (tensor === 'input' ? goldenTolerance.input : goldenTolerance.output);
}

/** Error: `model-drift` names the worst tensor and what to do; `model-pack-invalid` without recorded values. */
export async function checkGolden(models: Models): Promise<void> {
  const off = (await goldenDrifts(models)).filter((one) => overTolerance(one) > 1);
  // What a model is fed explains what it gives.
  const worst = off.find(({ tensor }) => tensor === 'input') ?? off[0];
  if (worst !== undefined) throw driftError(worst);
}

export function driftError({ role, tensor, drift }: Drift): MenshenError {
  const what = tensor === 'input' ? `the pre-processing for ${role}` : `output ${tensor} of the ${role} model`;
  return new MenshenError(
    'model-drift',
    `${what} is ${Number.isFinite(drift) ? `${(100 * drift).toFixed(1)} %` : 'altogether'} off what was recorded. ` +
      'Run `menshen models check`; restore the pack, or reinstall the product',
  );
}

async function lookAt(models: Models, role: ModelRole, picture: Picture): Promise<GoldenModel> {
  const layout = layoutOf(models.spec(role).input);
  const input = emptyTensor(layout);
  if (role === 'embedding' || role === 'eye-state') warpToTensor(picture, tilted, layout, input);
  else resampleToTensor(picture, boxFor(role, picture), layout, input, { gain: role === 'pad' ? padGain : 1 });
  if (role === 'eye-state') bringToContrast(input, layout, models.spec(role).settings);
  // Before the run: a runtime may write into what it is given.
  const seen = imprintOf(input);
  return { input: seen, outputs: imprintsOf(await models.run(role, input)) };
}

function imprintsOf(outputs: ModelOutputs): GoldenModel['outputs'] {
  return Object.fromEntries(Object.entries(outputs).map(([name, values]) => [name, imprintOf(values)]));
}

/** The roles' crops in kind: all of the picture, a box that reaches beyond its border, one inside it. */
function boxFor(role: ModelRole, { width, height }: Picture): Box {
  switch (role) {
    case 'detection':
      return { x: 0, y: 0, width, height };
    case 'landmarks':
      return { x: -3.25, y: 19.5, width: 118.5, height: 141.75 };
    default:
      return { x: 20.5, y: 5.25, width: 177.5, height: 177.5 };
  }
}

/** Some pixels become too bright for 8 bits, as they do for a dim face. */
const padGain = 1.3;
/** Turned by about ten degrees and shrunk by a third. */
const tilted: Similarity = { a: 1.52, b: 0.27, tx: 30.6, ty: -12.4 };

function notRecorded(what: string): MenshenError {
  return new MenshenError(
    'model-pack-invalid',
    `the manifest has ${what}, so that nobody could tell whether the models work as prepared. ` +
      'Record them with `menshen models check --record PACK` on a machine you trust.',
  );
}
