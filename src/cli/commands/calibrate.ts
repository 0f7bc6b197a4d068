import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { MenshenError } from '../../core/index.js';
import type { Calibration } from '../../evaluate/index.js';
import { projectFolder } from '../../platform/index.js';
import { say } from '../console.js';

interface CalibrateFlags {
  readonly pack: string;
  readonly write: boolean;
  readonly impostorModel: boolean;
  readonly acceptLooserBy?: string;
  readonly because?: string;
}

/** `menshen calibrate`: an evaluation's report becomes the thresholds of a model pack. */
export function addCalibrateCommand(program: Command): void {
  program
    .command('calibrate')
    .description('turn an evaluation’s report into the thresholds of a model pack')
    .argument('<report.json>', 'made by menshen eval with this pack')
    .option('--pack <folder>', 'model pack', join(projectFolder, 'models', 'default'))
    .option('--write', 'write them into the pack’s manifest; without it they are only shown', false)
    .option('--impostor-model', 'write the report’s impostor model and drop the thresholds: evaluate again then', false)
    .option('--accept-looser-by <name>', 'who answers for thresholds that are looser than today’s')
    .option('--because <reason>', 'why, for the manifest')
    .action((path: string, flags: CalibrateFlags) => runCalibration(path, flags));
}

async function runCalibration(path: string, flags: CalibrateFlags): Promise<void> {
  const evaluate = await import('../../evaluate/index.js');
  const { readManifest } = await import('../../inference/index.js');
  const packFolder = resolve(flags.pack);
  const report = evaluate.readReport(textOf(path));
  if (flags.impostorModel) {
    await evaluate.writeImpostorModel(packFolder, report);
    say(`Written to ${packFolder}. The thresholds are gone: run menshen eval again, then menshen calibrate.`);
    return;
  }
  const loosening = acceptanceOf(flags);
  const calibration = evaluate.calibrate(
    report,
    await readManifest(packFolder),
    loosening === undefined ? {} : { loosening },
  );
  describe(calibration);
  if (!flags.write) return say('\nNothing was written; say --write to put this into the manifest.');
  await evaluate.writeCalibration(join(packFolder, 'manifest.json'), calibration);
  say(`\nThe report is kept as ${await evaluate.keepReport(packFolder, report)}, for inspectors.`);
  say(`Written to ${join(packFolder, 'manifest.json')}. A running daemon takes it over when it is restarted.`);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new MenshenError('evaluation-invalid', `${path} cannot be read. Name the report.json of menshen eval.`, {
      cause,
    });
  }
}

function acceptanceOf({ acceptLooserBy, because }: CalibrateFlags) {
  if (acceptLooserBy === undefined) return undefined;
  return { acceptedBy: acceptLooserBy, on: new Date().toISOString().slice(0, 10), statement: because ?? '' };
}

function describe({ evaluationId, modelId, tables, pad, loosened }: Calibration): void {
  say(`From evaluation ${evaluationId} of ${modelId}:`);
  for (const { evaluation, points } of tables) {
    say(`\n${evaluation.kind}: ${evaluation.comparisons} non-mated comparisons (${evaluation.population})`);
    for (const { fmr, similarity, errors, interval } of points) {
      const range = interval === undefined ? '' : `, 95 %: ${interval.similarity.low} to ${interval.similarity.high}`;
      say(`  FMR ${fmr}: similarity ${similarity}${range}${errors === undefined ? '' : ` (${errors} false matches)`}`);
    }
  }
  if (pad !== undefined) {
    say(`\nattack detection: bona fide at least ${pad.bonaFideAtLeast}, attack at most ${pad.attackAtMost}`);
    say(`  ${pad.evaluation}`);
  }
  for (const line of loosened) say(`looser than today: ${line}`);
}
