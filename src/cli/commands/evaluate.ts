import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { availableCores, projectFolder, systemClock, systemRandomness } from '../../platform/index.js';
import { say } from '../console.js';
import { ProgressLine } from '../progress-line.js';

interface EvaluateFlags {
  readonly pack: string;
  readonly out: string;
  readonly name?: string;
  readonly workers: number;
  readonly seed: number;
  readonly commit?: string;
  readonly fresh: boolean;
}

const mostWorkers = 64;
const notResumable =
  'An interruption loses what is done: there is no room in memory-backed storage that cannot be swapped out, and nothing of a face goes to a disk.';

/** `menshen eval`: measures a model pack on labelled faces and presentations; needs no site and no store. */
export function addEvaluateCommand(program: Command): void {
  program
    .command('eval')
    .description('measure recognition and attack detection on folders of labelled faces and recordings')
    .argument(
      '<folder...>',
      'faces (LFW layout, or a folder per person), recordings named bona-fide or after an attack',
    )
    .option('--pack <folder>', 'model pack', join(projectFolder, 'models', 'default'))
    .option('--out <folder>', 'where report.json and report.html go', 'menshen-evaluation')
    .option('--name <name>', 'what the report calls the faces, instead of their folder’s name')
    .option('--workers <number>', 'processes, one inference thread each', wholeNumber(1, mostWorkers), availableCores())
    .option('--seed <number>', 'of every drawing and resampling', wholeNumber(0, 2 ** 31), 1)
    .option('--commit <id>', 'which code this is, for the report')
    .option('--fresh', 'forget what an interrupted run left', false)
    .action((folders: string[], flags: EvaluateFlags) => evaluate(folders, flags));
}

async function evaluate(folders: readonly string[], flags: EvaluateFlags): Promise<void> {
  // Loads the models' runtime, which no other command needs.
  const { reportAsHtml, reportAsText, runEvaluation, writeReport } = await import('../../evaluate/index.js');
  const { pack, out, name, workers, seed, commit, fresh } = flags;
  const acquired = new ProgressLine('pictures and recordings');
  let resumed = false;
  let warned = false;
  const report = await runEvaluation({
    folders,
    packFolder: resolve(pack),
    workers,
    seed,
    fresh,
    ...(name === undefined ? {} : { name }),
    ...(commit === undefined ? {} : { commit }),
    clock: systemClock,
    randomness: systemRandomness,
    onAcquire: (progress) => {
      if (progress.resumed > 0 && !resumed)
        say(`Going on where an interrupted run stopped (${progress.resumed} done).`);
      resumed ||= progress.resumed > 0;
      if (!progress.resumable && !warned) say(notResumable);
      warned ||= !progress.resumable;
      acquired.update(progress.done, progress.total);
    },
    onStep: stepLine(),
  });
  const folder = resolve(out);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'report.json'), writeReport(report));
  writeFileSync(join(folder, 'report.html'), reportAsHtml(report));
  process.stdout.write(reportAsText(report));
  say(`\nWritten: ${join(folder, 'report.json')} and report.html beside it, for a browser.`);
}

/** A line of progress per step of the statistics. */
function stepLine(): (step: string, done: number, total: number) => void {
  const lines = new Map<string, ProgressLine>();
  return (step, done, total) => {
    const line = lines.get(step) ?? new ProgressLine(step);
    lines.set(step, line);
    line.update(done, total);
  };
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`a whole number from ${least} to ${most} is needed.`);
  };
}
