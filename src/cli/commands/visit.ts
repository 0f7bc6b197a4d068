import type { Command } from 'commander';
import { show } from '../console.js';
import { type Context, withApi } from '../context.js';

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
}
