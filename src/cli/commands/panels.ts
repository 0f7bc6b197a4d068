import type { Command } from 'commander';
import { MenshenError } from '../../core/index.js';
import { say, show } from '../console.js';
import { type Context, withApi } from '../context.js';
import { type KeyOption, keyFileOption, keyOf } from '../key-option.js';

/** Panels that prove themselves by a certificate, and the device's own certificates. */
export function addPanelCommands(program: Command, context: Context): void {
  const panels = program
    .command('panels')
    .description('panels with a certificate of this device: invite, list, revoke');
  panels
    .command('invite')
    .description('make a one-time code with which a panel gets its certificate; shown once, valid for fifteen minutes')
    .requiredOption('--label <text>', 'which panel it is for')
    .option('--role <role>', 'panel, operator or auditor', 'panel')
    .option('--days <n>', 'how long the panel is let in', '365')
    .option(...keyFileOption)
    .action(({ label, role, days, ...key }: KeyOption & { label: string; role: string; days: string }) => {
      // The code would run out unused: a panel is let in over TLS alone.
      if (context.config().http.tls === undefined)
        throw new MenshenError(
          'conflict',
          'Panels get certificates over TLS only. Set http.tls, restart, and invite then.',
        );
      return withApi(
        context,
        async (api) => show(await api.call('POST', '/v1/panels/invitations', { label, role, days: Number(days) })),
        keyOf(key),
      );
    });
  panels
    .command('list')
    .description('every panel, with its certificates and its end')
    .action(() => withApi(context, async (api) => show(await api.call('GET', '/v1/panels'))));
  panels
    .command('extend <id>')
    .description('move the end of a panel’s grant; the panel renews its certificate itself')
    .requiredOption('--days <n>', 'from today')
    .option(...keyFileOption)
    .action((id: string, { days, ...key }: KeyOption & { days: string }) =>
      withApi(
        context,
        async (api) => show(await api.call('PUT', `/v1/panels/${id}/grant`, { days: Number(days) })),
        keyOf(key),
      ),
    );
  panels
    .command('revoke <id>')
    .description('shut a panel out at once, also where it is connected')
    .option(...keyFileOption)
    .action((id: string, key: KeyOption) =>
      withApi(context, async (api) => void (await api.call('DELETE', `/v1/panels/${id}`)), keyOf(key)),
    );
  program
    .command('tls')
    .description('the device’s certificates')
    .command('show')
    .description('fingerprint and certificate of the device’s authority, for whoever installs panels')
    .option('--json', 'with the listener’s certificate too')
    .action(({ json }: { json?: boolean }) =>
      withApi(context, async (api) => {
        const facts = (await api.call('GET', '/v1/tls')) as TlsFacts;
        if (json === true) return show(facts);
        if (facts.authority === null)
          throw new MenshenError(
            'not-found',
            'This device has no authority yet; `menshen serve` with http.tls makes it.',
          );
        say(
          `Fingerprint (SHA-256) of the device’s authority, to compare at the panel:\n${facts.authority.fingerprint}`,
        );
        say(facts.authority.pem.trimEnd());
      }),
    );
}

interface TlsFacts {
  readonly authority: { readonly fingerprint: string; readonly pem: string } | null;
}
