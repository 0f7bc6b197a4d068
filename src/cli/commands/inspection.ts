import type { Command } from 'commander';
import { stringify } from 'yaml';
import { readAnswers } from '../assessment-interview.js';
import { say, show } from '../console.js';
import { type Context, withApi } from '../context.js';
import { type KeyOption, keyFileOption, keyOf } from '../key-option.js';

interface StartOptions extends KeyOption {
  readonly inspector: string;
  readonly language: string;
}

interface Form {
  readonly title: string;
  readonly introduction: string;
  readonly machine: readonly { clause: string; question: string; answer: string; evidence: string }[];
  readonly inspector: readonly { id: string; clause: string; question: string }[];
  readonly answers: readonly { value: string; name: string }[];
  readonly conclusions: readonly { value: string; name: string }[];
}

/** The yearly inspection, and the alerts that the audit shows. */
export function addInspectionCommands(program: Command, context: Context): void {
  const inspection = program.command('inspection').description('the yearly inspection of security and risk (D19a)');
  inspection
    .command('start')
    .description('begin: prints what the machine found, and a file of questions for the inspector to fill in')
    .requiredOption('--inspector <name>', 'who inspects')
    .option('--language <tag>', 'language of the questions', 'zh')
    .option(...keyFileOption)
    .action((options: StartOptions) =>
      withApi(
        context,
        async (api) => {
          const path = `/v1/inspections?language=${options.language}`;
          const begun = (await api.call('POST', path, { inspector: options.inspector })) as {
            inspectionId: string;
            form: Form;
          };
          say(sheet(begun.inspectionId, begun.form));
        },
        keyOf(options),
      ),
    );
  inspection
    .command('record <id> <file>')
    .description('record the filled-in file; the device signs it')
    .option(...keyFileOption)
    .action((id: string, file: string, options: KeyOption) =>
      withApi(
        context,
        async (api) => show(await api.call('POST', `/v1/inspections/${id}/record`, readAnswers(file))),
        keyOf(options),
      ),
    );
  inspection
    .command('show [id]')
    .description('when the next one is due and what was recorded; with an id, that one')
    .action((id: string | undefined) =>
      withApi(context, async (api) =>
        show(await api.call('GET', id === undefined ? '/v1/inspections' : `/v1/inspections/${id}`)),
      ),
    );
  program
    .command('alerts')
    .description('what the audit shows of attacks and failures')
    .option('--hours <n>', 'how far back', '24')
    .action((options: { hours: string }) =>
      withApi(context, async (api) => show(await api.call('GET', `/v1/alerts?hours=${options.hours}`))),
    );
}

/** YAML that `inspection record` takes, with everything the inspector should know as comments. */
function sheet(inspectionId: string, form: Form): string {
  const comment = (line: string) => `# ${line}`;
  const names = (list: Form['answers']) => list.map(({ value, name }) => `${value} = ${name}`).join(', ');
  const questions = form.inspector.map(
    ({ id, clause, question }) =>
      `${comment(`${question} [${clause}]`)}\n${stringify([{ id, answer: 'FILL IN' }]).trimEnd()}`,
  );
  return [
    comment(`${form.title}: ${inspectionId}`),
    comment(form.introduction),
    ...form.machine.map(({ clause, question, answer, evidence }) =>
      comment(`[${clause}] ${question} ${answer}: ${evidence}`),
    ),
    comment(names(form.answers)),
    'findings:',
    ...questions,
    comment(names(form.conclusions)),
    'conclusion: FILL IN',
    comment('measures: what is to be done; a must unless the conclusion is fit'),
    comment(`menshen inspection record ${inspectionId} FILE`),
  ].join('\n');
}
