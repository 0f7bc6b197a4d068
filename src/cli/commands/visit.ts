import type { Command } from 'commander';
import { say, show } from '../console.js';
import { type Context, withApi } from '../context.js';
import { writeNew } from '../write-new.js';

/** What an operator does so that people can see to their own matters at the screen. */
export function addVisitCommands(program: Command, context: Context): void {
  const people = program.command('people').description('what a person may ask of an operator');
  people
    .command('code <subjectId>')
    .description('a one-time code, good for 30 minutes, with which the person enrols at the screen')
    .option('--guardian-authority <text>', 'under 14: how you checked that the guardian may speak for the person')
    .action((id: string, { guardianAuthority }: { guardianAuthority?: string }) =>
      withApi(context, async (api) =>
        show(
          await api.call(
            'POST',
            `/v1/subjects/${id}/enrolment-codes`,
            guardianAuthority === undefined ? {} : { guardianAuthority },
          ),
        ),
      ),
    );
  people
    .command('data <subjectId>')
    .description('what is held about a person, at their request: records, never the template; each look is audited')
    .requiredOption('--out <file>', 'where to write it (JSON, mode 0600); an existing file is left alone')
    .option('--language <tag>', 'language of its headings', 'zh')
    .action((id: string, options: { out: string; language: string }) =>
      withApi(context, async (api) => {
        const data = await api.call('GET', `/v1/subjects/${id}/data?language=${encodeURIComponent(options.language)}`);
        writeNew(options.out, `${JSON.stringify(data, null, 2)}\n`);
        say(`Written to ${options.out}. Hand it to the person, and delete it here.`);
      }),
    );
}
