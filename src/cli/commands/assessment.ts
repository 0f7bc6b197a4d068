import type { Command } from 'commander';
import { stringify } from 'yaml';
import type { AssessmentForm } from '../../assessment/index.js';
import { MenshenError } from '../../core/index.js';
import { type Answers, interview, readAnswers, refuseExisting } from '../assessment-interview.js';
import { say, show } from '../console.js';
import { type Context, withApi } from '../context.js';
import { type KeyOption, keyFileOption, keyOf } from '../key-option.js';

/** The impact assessment: write, check, hand in, approve, look at. */
export function addAssessmentCommands(program: Command, context: Context): void {
  const assessment = program
    .command('assessment [file]')
    .description(
      'impact assessment (M9): with a file, record one that names author and approver; or one of the commands below',
    )
    .action((file: string | undefined) => {
      if (file === undefined) return assessment.help();
      return withApi(context, async (api) => show(await api.call('POST', '/v1/assessments', readAnswers(file))));
    });
  addWriting(assessment, context);
  addApproval(assessment, context);
  assessment
    .command('list')
    .description('every report and every draft')
    .action(() =>
      withApi(context, async (api) => {
        const [reports, drafts] = [
          await api.call('GET', '/v1/assessments'),
          await api.call('GET', '/v1/assessments/drafts'),
        ];
        show({ ...(reports as object), ...(drafts as object) });
      }),
    );
  assessment
    .command('show [version]')
    .description('whether a valid one is there; with a version, that report')
    .action((version: string | undefined) =>
      withApi(context, async (api) => show(await api.call('GET', `/v1/assessments/${version ?? 'current'}`))),
    );
  assessment
    .command('remove <version>')
    .description('delete a report whose keeping period is over; refused before (M9.4)')
    .action((version: string) =>
      withApi(context, async (api) => void (await api.call('DELETE', `/v1/assessments/${version}`))),
    );
}

interface NewOptions {
  readonly language: string;
  readonly out?: string;
  readonly from?: string;
}

function addWriting(assessment: Command, context: Context): void {
  assessment
    .command('new')
    .description('answer the questions one by one; every answer is saved at once')
    .option('--language <tag>', 'language of the questions', 'zh')
    .option('--out <file>', 'where the answers go (default: assessment-draft.yaml)')
    .option('--from <file>', 'go on with the answers in this file')
    .action((options: NewOptions) =>
      withApi(context, async (api) => {
        const form = (await api.call('GET', `/v1/assessments/form?language=${options.language}`)) as AssessmentForm;
        await write(form, options);
      }),
    );
  assessment
    .command('check <file>')
    .description('whether a draft is complete; exit code 2 and the field when it is not')
    .action((file: string) =>
      withApi(context, async (api) => show(await api.call('POST', '/v1/assessments/checks', draftIn(file)))),
    );
  assessment
    .command('submit <file>')
    .description('hand a complete draft in; another caller approves it')
    .option(...keyFileOption)
    .action((file: string, options: KeyOption) =>
      withApi(
        context,
        async (api) => show(await api.call('POST', '/v1/assessments/drafts', draftIn(file))),
        keyOf(options),
      ),
    );
}

function addApproval(assessment: Command, context: Context): void {
  const decide = (id: string, body: object, options: KeyOption) =>
    withApi(
      context,
      async (api) => show(await api.call('POST', `/v1/assessments/drafts/${id}/approval`, body)),
      keyOf(options),
    );
  assessment
    .command('draft <draftId>')
    .description('read a draft before you approve it')
    .action((id: string) =>
      withApi(context, async (api) => say(stringify(await api.call('GET', `/v1/assessments/drafts/${id}`)))),
    );
  assessment
    .command('approve <draftId>')
    .description('approve a draft that somebody else handed in')
    .requiredOption('--name <name>', 'your name; not the author’s')
    .option(...keyFileOption)
    .action((id: string, options: KeyOption & { name: string }) =>
      decide(id, { verdict: 'approve', approver: options.name }, options),
    );
  assessment
    .command('return <draftId>')
    .description('send a draft back to its author')
    .requiredOption('--reason <text>', 'what is missing')
    .option(...keyFileOption)
    .action((id: string, options: KeyOption & { reason: string }) =>
      decide(id, { verdict: 'return', reason: options.reason }, options),
    );
}

const usualDraft = 'assessment-draft.yaml';

async function write(form: AssessmentForm, { from, out }: NewOptions): Promise<void> {
  const path = out ?? from ?? usualDraft;
  if (path !== from) refuseExisting(path);
  const answers = from === undefined ? {} : readAnswers(from);
  const finished = await interview(form, answers, path);
  say();
  if (!finished) {
    throw new MenshenError(
      'assessment-invalid',
      `The input ended. ${Object.keys(answers).length} answers are in ${path}; go on with --from ${path}.`,
    );
  }
  say(`The answers are in ${path}. Next: menshen assessment check ${path}, then submit.`);
}

/** A file made from the template names an approver; a draft has none yet. */
function draftIn(file: string): Answers {
  const { approver: _later, ...draft } = readAnswers(file);
  return draft;
}
