import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { MenshenError } from '../../core/index.js';
import { say, show } from '../console.js';
import { type Context, withApi } from '../context.js';
import { isProposal, sayWhoConfirms } from './acts.js';

/** The end of use. */
export function addDecommissionCommand(program: Command, context: Context): void {
  program
    .command('decommission')
    .description('end the use of this device: everybody is erased, with receipts; it cannot be undone (M15.4)')
    .option('--device <id>', 'the device’s id, instead of typing it')
    .action((options: { device?: string }) =>
      withApi(context, async (api) => {
        const deviceId = options.device ?? (await typedDeviceId());
        if (deviceId === '') throw nothingTyped();
        const answer = await api.call('POST', '/v1/decommissioning', { deviceId });
        show(answer);
        if (isProposal(answer)) return sayWhoConfirms();
        say('A filing that was made is to be cancelled within 30 working days (M15.4, unconfirmed wording).');
      }),
    );
}

const nothingTyped = (): MenshenError =>
  new MenshenError(
    'body-invalid',
    'No device id was typed, so nothing was done. To end the use of this device type its id (device.id in the configuration), or give it as --device ID.',
  );

async function typedDeviceId(): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  const warning =
    'This erases everybody on this device and switches its face mode off for good. Type the device’s id: ';
  try {
    return (await Promise.race([terminal.question(warning), closed])).trim();
  } finally {
    terminal.close();
  }
}
