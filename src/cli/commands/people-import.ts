import { readFileSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { MenshenError } from '../../core/index.js';
import { type ImportReport, largestFileBytes } from '../../import/index.js';
import { say } from '../console.js';
import { type Context, expiryIn, withApi } from '../context.js';
import { ProgressLine } from '../progress-line.js';

interface Options {
  readonly dryRun?: boolean;
  readonly continue?: boolean;
  readonly expires?: string;
}

const pollMs = 300;
const running: readonly string[] = ['checking', 'hashing', 'writing'];

/** `menshen people import`. Exit code 2 when a row is wrong. */
export function addPeopleImportCommand(program: Command, context: Context): void {
  const people = program.commands.find((command) => command.name() === 'people') ?? program.command('people');
  people
    .command('import <file>')
    .description(
      'import people, cards and PINs from a CSV table (UTF-8, or GB18030 as a Chinese Excel saves it); columns: ' +
        'personNumber, displayName, ageBand, expiresAt, pin, cardNumber, groups. Every row is checked first; the file is not kept',
    )
    .option('--dry-run', 'check every row and write nothing')
    .option('--continue', 'leave out rows that are wrong instead of refusing the table')
    .option('--expires <date|days>', 'when everything goes, for rows that do not say it')
    .action((file: string, options: Options) =>
      withApi(context, async (api) => {
        const query = new URLSearchParams({
          dryRun: String(options.dryRun === true),
          leaveOutWrongRows: String(options.continue === true),
          ...(options.expires === undefined ? {} : { expiresAt: expiryIn(options.expires) }),
        });
        let report = (await api.upload(`/v1/subjects/import?${query}`, 'text/csv', tableIn(file))) as ImportReport;
        const line = new ProgressLine('PINs hashed');
        while (running.includes(report.state)) {
          await new Promise((resolve) => setTimeout(resolve, pollMs));
          report = (await api.call('GET', `/v1/subjects/import/${report.importId}`)) as ImportReport;
          if (report.state === 'hashing') line.update(report.pinsHashed, report.pins);
        }
        tell(report);
      }),
    );
}

function tableIn(file: string): Uint8Array {
  try {
    if (statSync(file).size > largestFileBytes)
      throw new MenshenError(
        'body-too-large',
        `At most ${largestFileBytes} bytes are imported at once. Split the table.`,
      );
    return readFileSync(file);
  } catch (thrown) {
    if (thrown instanceof MenshenError) throw thrown;
    throw new MenshenError('body-invalid', `${file} cannot be read.`, { cause: thrown });
  }
}

function tell(report: ImportReport): void {
  for (const { line, column, why } of report.problems)
    say(`line ${line}${column === undefined ? '' : `, ${column}`}: ${why}`);
  if (report.problemRows > 0) say(`${report.problemRows} of ${report.rows} rows are wrong.`);
  if (report.why !== undefined) say(report.why);
  say(summary[report.state]?.(report) ?? `The import is ${report.state}.`);
  if (report.problemRows > 0 || report.why !== undefined) process.exitCode = 2;
}

const summary: Readonly<Partial<Record<ImportReport['state'], (report: ImportReport) => string>>> = {
  refused: () => 'Nothing was imported: correct the rows, or leave them out with --continue.',
  checked: ({ good }) => `${good} people can be imported; nothing was written.`,
  done: ({ added, pins }) =>
    `${added} people imported, ${pins} with a PIN. Delete the table: it holds PINs as they are.`,
  failed: () => 'Nothing was imported.',
  undone: () => 'Nothing stays of this import.',
};
