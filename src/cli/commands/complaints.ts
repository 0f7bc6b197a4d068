import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { show } from '../console.js';
import { type Context, withApi } from '../context.js';

/** Complaints and calls for staff. */
export function addComplaintCommands(program: Command, context: Context): void {
  const complaints = program.command('complaints').description('complaints: list, read, answer, close (M17)');
  complaints
    .command('list', { isDefault: true })
    .description('complaints and when their answers are due; not what they say')
    .option('--state <state>', 'open, answered or closed')
    .action((options: { state?: string }) => {
      const query = options.state === undefined ? '' : `?state=${encodeURIComponent(options.state)}`;
      return withApi(context, async (api) => show(await api.call('GET', `/v1/complaints${query}`)));
    });
  complaints
    .command('file')
    .description('write down a complaint that somebody brings; its text is read from standard input')
    .option('--contact <text>', 'how to reach the person, if they want an answer')
    .option('--language <tag>', 'language of the text', 'zh')
    .action((options: { contact?: string; language: string }) =>
      withApi(context, async (api) =>
        show(await api.call('POST', '/v1/complaints', { text: readFileSync(0, 'utf8'), ...options })),
      ),
    );
  complaints
    .command('show <reference>')
    .description('one complaint with what it says; that you read it is recorded')
    .action((reference: string) =>
      withApi(context, async (api) => show(await api.call('GET', pathOf('complaints', reference)))),
    );
  complaints
    .command('answer <reference>')
    .description('record the answer; it is read from standard input')
    .action((reference: string) =>
      withApi(context, async (api) =>
        show(await api.call('POST', `${pathOf('complaints', reference)}/answer`, { text: readFileSync(0, 'utf8') })),
      ),
    );
  complaints
    .command('close <reference>')
    .description('the answer reached the person, or nobody can be reached')
    .action((reference: string) =>
      withApi(context, async (api) => show(await api.call('POST', `${pathOf('complaints', reference)}/closing`))),
    );

  const calls = program.command('staff-calls').description('calls for a person at the gate');
  calls
    .command('list', { isDefault: true })
    .description('calls that nobody answered yet')
    .action(() => withApi(context, async (api) => show(await api.call('GET', '/v1/staff-calls'))));
  calls
    .command('answer <callId>')
    .description('somebody goes there')
    .action((callId: string) =>
      withApi(context, async (api) => show(await api.call('POST', `${pathOf('staff-calls', callId)}/answer`))),
    );
}

const pathOf = (what: string, id: string): string => `/v1/${what}/${encodeURIComponent(id)}`;
