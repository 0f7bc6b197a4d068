import type { Command } from 'commander';
import { show } from '../console.js';
import { type Context, withApi } from '../context.js';

interface UserOptions {
  readonly role: string;
  readonly label?: string;
  readonly days: string;
}

/** `menshen isapi`: who may speak the ISAPI dialect, where the site has it on (isapi.enabled). */
export function addIsapiCommands(program: Command, context: Context): void {
  const user = program
    .command('isapi')
    .description('panels that speak the ISAPI dialect (isapi.enabled)')
    .command('user')
    .description('their users: HTTP Digest, each with a role and an end');
  user
    .command('add <name>')
    .description('make a user; its random password is shown once')
    .option('--role <role>', 'panel, or operator for one that also names hosts and sets doors’ states', 'panel')
    .option('--label <text>', 'which panel it is')
    .option('--days <n>', 'how long it is let in', '365')
    .action((name: string, { role, label = name, days }: UserOptions) =>
      withApi(context, async (api) =>
        show(await api.call('POST', '/v1/isapi/users', { name, role, label, days: Number(days) })),
      ),
    );
  user
    .command('list')
    .description('users and their ends')
    .action(() => withApi(context, async (api) => show(await api.call('GET', '/v1/isapi/users'))));
  user
    .command('revoke <name>')
    .description('shut a user out at once')
    .action((name: string) =>
      withApi(context, async (api) => void (await api.call('DELETE', `/v1/isapi/users/${encodeURIComponent(name)}`))),
    );
}
