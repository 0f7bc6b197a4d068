import { writeFileSync } from 'node:fs';
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import {
  type ComplianceReport,
  type ReportRow,
  reportAsHtml,
  reportAsText,
  rowAsText,
} from '../../compliance/index.js';
import { MenshenError } from '../../core/index.js';
import { say, show } from '../console.js';
import { type Context, withApi } from '../context.js';

const formats = ['json', 'text', 'html'] as const;
const failures = ['not-met', 'attested'] as const;

interface Options {
  readonly format: (typeof formats)[number];
  readonly language: 'zh' | 'en';
  readonly failOn?: (typeof failures)[number];
  readonly out?: string;
}

/** `menshen compliance`: every obligation with status, evidence and what to do. */
export function addComplianceCommand(program: Command, context: Context): void {
  const command = program
    .command('compliance')
    .description('every obligation of the law: status, evidence, what to do')
    .addOption(new Option('--format <format>', 'of the report').choices(formats).default('text'))
    .addOption(language())
    .addOption(
      new Option('--fail-on <status>', 'exit code 5 when a row has it; attested includes not-met').choices(failures),
    )
    .option('--out <file>', 'write it there instead (an existing file stays as it is)')
    .action((options: Options) =>
      withApi(context, async (api) => {
        const report = (await api.call('GET', `/v1/compliance?language=${options.language}`)) as ComplianceReport;
        put(written(report, options.format), options.out);
        if (!api.live) process.stderr.write(`${notRunning}\n`);
        failWhereAsked(report, options.failOn);
      }),
    );
  command
    .command('show')
    .description('one obligation with everything about it, for example M8.3')
    .argument('<id>', 'its id', idOfRow)
    .addOption(language())
    .option('--json', 'for programs')
    .action((id: string, options: { json?: boolean }, own: Command) =>
      withApi(context, async (api) => {
        const { language: wanted } = own.optsWithGlobals<{ language: 'zh' | 'en' }>();
        const row = (await api.call('GET', `/v1/compliance/${id}?language=${wanted}`)) as ReportRow;
        if (options.json === true) show(row);
        else say(rowAsText(row, wanted));
      }),
    );
}

/** Without the daemon there is no camera, no screen and no model: the report then says less than it could. */
const notRunning =
  'The service does not run: what its cameras, its models and its screen would answer for is shown as missing.';

/** `menshen reviews`: face matches that wait for a member of staff. */
export function addReviewCommands(program: Command, context: Context): void {
  const reviews = program
    .command('reviews')
    .description('face matches that wait for staff, where a face is never the final answer (D12, D16)')
    .action(() => withApi(context, async (api) => show(await api.call('GET', '/v1/reviews'))));
  reviews
    .command('decide')
    .description('you looked at the person: the final decision')
    .argument('<id>', 'of the review')
    .addArgument(new Argument('<decision>', 'what you decide').choices(['grant', 'deny']))
    .action((id: string, decision: string) =>
      withApi(context, async (api) =>
        show(await api.call('POST', `/v1/reviews/${encodeURIComponent(id)}`, { decision })),
      ),
    );
}

const language = () => new Option('--language <code>', 'of the report').choices(['zh', 'en']).default('en');

function written(report: ComplianceReport, format: Options['format']): string {
  switch (format) {
    case 'json':
      return JSON.stringify(report, null, 2);
    case 'text':
      return reportAsText(report);
    case 'html':
      return reportAsHtml(report);
  }
}

function put(text: string, file: string | undefined): void {
  if (file === undefined) {
    say(text);
    return;
  }
  try {
    writeFileSync(file, `${text}\n`, { flag: 'wx', mode: 0o640 });
  } catch (cause) {
    throw new MenshenError('conflict', `${file} cannot be written, or is there already. Name another file.`, { cause });
  }
}

/** For scripts: the report was printed before. */
function failWhereAsked({ rows }: ComplianceReport, failOn: Options['failOn']): void {
  if (failOn === undefined) return;
  const failing = rows.filter(({ status }) => status === 'not-met' || status === failOn).map(({ id }) => id);
  if (failing.length > 0)
    throw new MenshenError('not-compliant', `${failing.join(', ')}. See what to do in the report.`);
}

function idOfRow(text: string): string {
  if (!/^[A-Za-z]\d{1,3}(\.\d{1,2})?[a-z]?$/.test(text)) throw new InvalidArgumentError('An id looks like M8.3.');
  return text;
}
