import type { Command } from 'commander';
import { needsTwoPeople } from '../../config/index.js';
import { MenshenError } from '../../core/index.js';
import { verifyBundle } from '../../inspector/index.js';
import { say, show } from '../console.js';
import { type Context, withApi } from '../context.js';
import { saveAs } from '../download.js';
import { type KeyOption, keyFileOption, keyOf } from '../key-option.js';
import { sayWhoConfirms } from './acts.js';

/** The bundle for whoever inspects (M17), and its check, which needs no device. */
export function addInspectorCommands(program: Command, context: Context): void {
  const inspector = program.command('inspector').description('a signed, read-only bundle for inspection (M17)');
  inspector
    .command('make', { isDefault: true })
    .description('write the bundle; that it was made is recorded. Default command')
    .requiredOption('--out <file.zip>', 'a file that is not there yet')
    .option('--audit-from <seq>', 'first audit entry; a former bundle had the ones before')
    .option('--act <id>', 'the confirmed act; without one it is proposed, where two people are asked for')
    .option(...keyFileOption)
    .action((options: KeyOption & { out: string; auditFrom?: string; act?: string }) =>
      withApi(
        context,
        async (api) => {
          const from = options.auditFrom === undefined ? {} : { auditFrom: Number(options.auditFrom) };
          if (options.act === undefined && needsTwoPeople(context.config())) {
            show(await api.call('POST', '/v1/inspector-bundles', from));
            return sayWhoConfirms();
          }
          const act = options.act === undefined ? {} : { actId: options.act };
          await saveAs(options.out, await api.download('/v1/inspector-bundles', { ...from, ...act }));
          say(`${options.out} is written. Check it anywhere: menshen inspector verify ${options.out}`);
        },
        keyOf(options),
      ),
    );
  inspector
    .command('verify <file>')
    .description('check a bundle off line; exit code 4 when it does not hold')
    .option('--public-key <base64>', 'the device’s key as written down elsewhere; without it the bundle’s own is used')
    .action(async (file: string, options: { publicKey?: string }) => {
      const verdict = await verifyBundle(file, options.publicKey);
      show(verdict);
      if (!verdict.holds)
        throw new MenshenError('bundle-invalid', `${verdict.problems[0]}. Do not rely on it; ask for a new one.`);
    });
}
