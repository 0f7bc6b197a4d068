import type { Command } from 'commander';
import { MenshenError } from '../../core/index.js';
import { say, show } from '../console.js';
import { type Context, withApi } from '../context.js';

/** `menshen kiosk`: the gate's own screen. */
export function addKioskCommands(program: Command, context: Context): void {
  const kiosk = program.command('kiosk').description('the gate’s own screen');
  kiosk
    .command('pair')
    .description('print an address that pairs the screen: for ten minutes, for one use')
    .action(() =>
      withApi(context, async (api) => {
        if (!api.live) {
          throw new MenshenError(
            'service-unreachable',
            'The code lives in the running service alone. Start it (`menshen serve`), then pair.',
          );
        }
        const made = (await api.call('POST', '/v1/screens/pairing')) as {
          code: string;
          expiresAt: string;
          address?: string;
        };
        say('Open this address on the gate’s display, once:');
        say(`  ${made.address ?? '/kiosk'}`);
        say(`or type the code ${made.code} there. It works until ${made.expiresAt}.`);
      }),
    );
  kiosk
    .command('list')
    .description('the keys of screens')
    .action(() => withApi(context, async (api) => show(await api.call('GET', '/v1/screens'))));
  kiosk
    .command('revoke <id>')
    .description('take a screen’s key away; its page stops at once')
    .action((id: string) => withApi(context, async (api) => void (await api.call('DELETE', `/v1/screens/${id}`))));
}
