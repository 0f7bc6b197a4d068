import type { Command } from 'commander';
import { MenshenError } from '../../core/index.js';
import { show } from '../console.js';
import { type Context, withApi } from '../context.js';

/** Keys, audit, sweep, clock. */
export function addOperationCommands(program: Command, context: Context): void {
  const keys = program.command('keys').description('API keys of panels and people; there is no default key');
  keys
    .command('add')
    .description('make a key; it is shown once')
    .requiredOption('--role <role>', 'panel, operator, admin, auditor or kiosk')
    .requiredOption('--label <text>', 'what it is for')
    .option('--holder <name>', 'the person who has it; acts of two people need keys of two holders')
    .option('--days <n>', 'how long it lives', '365')
    .action(({ role, label, holder, days }: { role: string; label: string; holder?: string; days: string }) =>
      withApi(context, async (api) => {
        const named = holder === undefined ? {} : { holder };
        show(await api.call('POST', '/v1/keys', { role, label, days: Number(days), ...named }));
      }),
    );
  keys
    .command('list')
    .description('list keys')
    .action(() => withApi(context, async (api) => show(await api.call('GET', '/v1/keys'))));
  keys
    .command('revoke <id>')
    .description('revoke a key')
    .action((id: string) => withApi(context, async (api) => void (await api.call('DELETE', `/v1/keys/${id}`))));

  const audit = program.command('audit').description('the hash-chained record');
  audit
    .command('verify')
    .description('walk the whole chain; exit code 4 when it does not hold')
    .action(() =>
      withApi(context, async (api) => {
        const result = (await api.call('GET', '/v1/audit/verification')) as { intact: boolean; problem?: string };
        show(result);
        if (!result.intact)
          throw new MenshenError(
            'audit-broken',
            `${result.problem}. Keep the store for analysis and compare with anchored heads.`,
          );
      }),
    );
  audit
    .command('list')
    .description('entries after a sequence number')
    .option('--after <seq>', 'sequence number', '0')
    .option('--limit <n>', 'how many', '100')
    .action((options: { after: string; limit: string }) =>
      withApi(context, async (api) =>
        show(await api.call('GET', `/v1/audit?after=${options.after}&limit=${options.limit}`)),
      ),
    );

  program
    .command('sweep')
    .description('erase now whoever’s time is over')
    .action(() => withApi(context, async (api) => show(await api.call('POST', '/v1/retention/sweep'))));
  program
    .command('retention')
    .description('who is due when (counts), and receipts')
    .action(() => withApi(context, async (api) => show(await api.call('GET', '/v1/retention'))));
  program
    .command('clock-confirm')
    .description('you looked at another clock: face mode and purges go on')
    .requiredOption('--now <time>', 'the time that the other clock shows (ISO 8601, for example 2026-11-21T23:05:00Z)')
    .action((options: { now: string }) =>
      withApi(context, async (api) => show(await api.call('POST', '/v1/clock/confirmation', { now: options.now }))),
    );
}
