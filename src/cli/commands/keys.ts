import { resolve } from 'node:path';
import type { Command } from 'commander';
import { MenshenError } from '../../core/index.js';
import { deviceKeyNames } from '../../store/index.js';
import { readPassphrase, readSecretLine, say, show } from '../console.js';
import { type Context, withApi } from '../context.js';

interface RotateOptions {
  readonly to?: string;
  readonly until?: string;
}

/** `menshen keys rotate`, `keys rotation`, `keys abandon`; `menshen store …`. `keys` is there already. */
export function addKeyCommands(program: Command, context: Context): void {
  const keys = program.commands.find((command) => command.name() === 'keys') ?? program.command('keys');
  keys
    .command('rotate <key>')
    .description(`change a key beside the running gate: root, ${deviceKeyNames.join(', ')}, or all`)
    .option(
      '--to <place>',
      'root only: file:PATH, tpm:PATH, systemd-credential:NAME, or passphrase (read from standard input)',
    )
    .option('--until <time>', 'pin-pepper and api-keys: when the old key ends, whoever has not come since (ISO 8601)')
    .action((key: string, options: RotateOptions) =>
      withApi(context, async (api) => {
        // What all others hang on comes first.
        for (const each of key === 'all' ? ['root', ...deviceKeyNames] : [key]) {
          const rotation = await api.call('POST', '/v1/keys/rotation', rotationOf(each, options));
          show(rotation);
          if (each === 'root') say(afterRootKey(rotation as Rotation));
        }
      }),
    );
  keys
    .command('rotation')
    .description('changes of keys, newest first, and what is still open')
    .action(() => withApi(context, async (api) => show(await api.call('GET', '/v1/keys/rotation'))));
  keys
    .command('abandon <id>')
    .description('leave the old root key in force after all')
    .action((id: string) =>
      withApi(context, async (api) => void (await api.call('DELETE', `/v1/keys/rotation/${id}`))),
    );

  const store = program.commands.find((command) => command.name() === 'store') ?? program.command('store');
  store.description('the store as a whole');
  store
    .command('rollback')
    .description('whether an old copy of the store was noticed, and what to do')
    .action(() => withApi(context, async (api) => show(await api.call('GET', '/v1/store/rollback'))));
  store
    .command('confirm-rollback')
    .description('you went through what may be old: the store goes on from what it is')
    .action(() => withApi(context, async (api) => show(await api.call('POST', '/v1/store/rollback/confirmation'))));

  const audit = program.commands.find((command) => command.name() === 'audit') ?? program.command('audit');
  audit
    .command('head')
    .description('where the audit ends, signed: keep it elsewhere')
    .action(() => withApi(context, async (api) => show(await api.call('GET', '/v1/audit/head'))));
  audit
    .command('check-head')
    .description('whether the store contains a head that was kept elsewhere (read from standard input)')
    .action(() =>
      withApi(context, async (api) => show(await api.call('POST', '/v1/audit/head/check', headIn(readSecretLine())))),
    );
  audit
    .command('prune')
    .description('replace entries past audit.keepYears by a signed checkpoint')
    .action(() => withApi(context, async (api) => show(await api.call('POST', '/v1/audit/prune'))));
}

interface Rotation {
  readonly step: string;
  readonly open?: string;
}

/** @throws MenshenError `rotation-refused` where the new key could not be read back: then nothing has changed. */
function afterRootKey({ step, open }: Rotation): string {
  if (open !== undefined) return 'Name the new root key in store.key, restart, and look at menshen keys rotation.';
  if (step === 'finished')
    return 'Copies of the former root key open nothing any more: replace the one that you keep elsewhere.';
  throw new MenshenError(
    'rotation-refused',
    'The new root key could not be read back from its place. The old one stays in force, and so do its copies.',
  );
}

function rotationOf(key: string, { to, until }: RotateOptions): Record<string, unknown> {
  return {
    key,
    ...(to === undefined || key !== 'root' ? {} : { to: targetOf(to) }),
    ...(until === undefined || !['pin-pepper', 'api-keys'].includes(key) ? {} : { oldKeyUntil: until }),
  };
}

function targetOf(text: string): Record<string, string> {
  const [kind = '', rest = ''] = [text.split(':')[0], text.split(':').slice(1).join(':')];
  if (kind === 'passphrase') {
    const typed = readSecretLine();
    return { kind, passphrase: typed === '' ? Buffer.from(readPassphrase()).toString('utf8') : typed };
  }
  if (kind === 'systemd-credential') return { kind, name: rest };
  if (kind === 'file' || kind === 'tpm') return { kind, path: resolve(rest) };
  throw new MenshenError(
    'body-invalid',
    'A root key goes to file:PATH, tpm:PATH, systemd-credential:NAME or passphrase.',
  );
}

function headIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MenshenError('body-invalid', 'Give the head as one line of JSON on standard input.', { cause });
  }
}
