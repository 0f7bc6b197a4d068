import type { Command } from 'commander';
import { MenshenError } from '../../core/index.js';
import { say, show } from '../console.js';
import { type Context, withApi } from '../context.js';
import { type KeyOption, keyFileOption, keyOf } from '../key-option.js';

interface EraseOptions extends KeyOption {
  readonly ids?: readonly string[];
  readonly createdBefore?: string;
  readonly expiresBefore?: string;
}

/** Acts that take two people. */
export function addActCommands(program: Command, context: Context): void {
  const acts = program.command('acts').description('acts that take two people: list, show, confirm, cancel');
  acts
    .command('list')
    .description('every act, newest first')
    .action(() => withApi(context, async (api) => show(await api.call('GET', '/v1/acts'))));
  acts
    .command('show <id>')
    .description('what exactly is to be done, and its hash')
    .action((id: string) => withApi(context, async (api) => show(await api.call('GET', `/v1/acts/${id}`))));
  acts
    .command('confirm <id>')
    .description('you are the second person and looked at the act: it is done')
    .requiredOption('--hash <hash>', 'of the act as you saw it')
    .option(...keyFileOption)
    .action((id: string, { hash, ...key }: KeyOption & { hash: string }) =>
      withApi(
        context,
        async (api) => show(await api.call('POST', `/v1/acts/${id}/confirmation`, { hash })),
        keyOf(key),
      ),
    );
  acts
    .command('cancel <id>')
    .description('take a proposal back')
    .option(...keyFileOption)
    .action((id: string, key: KeyOption) =>
      withApi(context, async (api) => show(await api.call('DELETE', `/v1/acts/${id}`)), keyOf(key)),
    );
  const threshold = program.command('threshold').description('changed thresholds: what decides about people (D19b)');
  threshold
    .command('show')
    .description('whether thresholds wait for two people, old and new ones')
    .action(() => withApi(context, async (api) => show(await api.call('GET', '/v1/thresholds/unconfirmed'))));
  threshold
    .command('propose')
    .description('propose the changed thresholds; another person confirms (menshen acts confirm)')
    .option(...keyFileOption)
    .action((key: KeyOption) =>
      withApi(
        context,
        async (api) => {
          show(await api.call('POST', '/v1/thresholds/confirmation'));
          sayWhoConfirms();
        },
        keyOf(key),
      ),
    );
  program
    .command('erase-many')
    .description('erase many people at once; a second person confirms (menshen acts confirm)')
    .option('--ids <ids...>', 'whom')
    .option('--created-before <time>', 'everybody added before (ISO 8601)')
    .option('--expires-before <time>', 'everybody whose time is over before (ISO 8601)')
    .option(...keyFileOption)
    .action((options: EraseOptions) =>
      withApi(
        context,
        async (api) => {
          const answer = await api.call('POST', '/v1/erasures', whomOf(options));
          show(answer);
          if (isProposal(answer)) sayWhoConfirms();
        },
        keyOf(options),
      ),
    );
}

/** Whether an answer is an act that waits for its second person. */
export function isProposal(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'actId' in answer;
}

export function sayWhoConfirms(): void {
  say(
    'Nothing was done yet. Another person confirms it within a day: menshen acts confirm ID --hash HASH --key-file FILE',
  );
}

function whomOf({ ids, createdBefore, expiresBefore }: EraseOptions) {
  const criteria = {
    ...(createdBefore === undefined ? {} : { createdBefore }),
    ...(expiresBefore === undefined ? {} : { expiresBefore }),
  };
  const isCriteria = Object.keys(criteria).length > 0;
  if ((ids === undefined) === !isCriteria)
    throw new MenshenError('body-invalid', 'Say whom: either --ids or --created-before and --expires-before.');
  return ids === undefined ? { criteria } : { subjectIds: ids };
}
