import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import {
  type BackupFacts,
  erasedSince,
  newRecipient,
  nothingSince,
  type Opener,
  parsedRecipientKey,
  type Restored,
} from '../../backup/index.js';
import { MenshenError } from '../../core/index.js';
import { systemClock, systemRandomness } from '../../platform/index.js';
import { checkBackup, restoreStore } from '../../terminal/index.js';
import { readPassphrase, say, show } from '../console.js';
import { type Context, withApi } from '../context.js';
import { saveWhole } from '../download.js';
import { writeNew } from '../write-new.js';

interface OpenOptions {
  readonly passphraseFile?: string;
  readonly recipientKey?: string;
  readonly deviceKey?: string;
}

/** `menshen backup`: what must be kept for years, and a new device made from it. Never a face. */
export function addBackupCommands(program: Command, context: Context): void {
  const backup = program
    .command('backup')
    .description('what must be kept for years, encrypted, and its restoring on a new device; never a face');
  addCreate(backup, context);
  backup
    .command('recipient')
    .description('keys of whoever opens backups')
    .command('new')
    .description('make a pair of keys, off the device: the public one closes backups, the file opens them')
    .requiredOption('--out <file>', 'the secret key; keep it away from the device')
    .action(({ out }: { out: string }) => {
      const { publicText, secretText } = newRecipient(systemRandomness);
      writeNew(out, `${secretText}\n`);
      say(publicText);
    });
  withOpener(backup.command('check <file>').description('read a backup to its end; exit code 4 when it does not hold'))
    .option('--configuration <out>', 'also write the configuration file that is in it; it may hold camera passwords')
    .action(async (file: string, options: OpenOptions & { configuration?: string }) => {
      let text: string | undefined;
      const facts = await checkBackup(file, readingOf(options), (found) => {
        text = found;
      });
      if (options.configuration !== undefined && text !== undefined) writeNew(options.configuration, text);
      show(viewOf(facts));
    });
  addRestore(backup, context);
}

function addCreate(backup: Command, context: Context): void {
  backup
    .command('create')
    .description('write a backup, beside the running gate; that it was begun is recorded')
    .requiredOption('--out <file>', 'a file that is not there yet')
    .addOption(new Option('--passphrase-file <file>', 'a file whose first line closes it').conflicts('recipient'))
    .option('--recipient <publicKey>', 'who alone opens it: what menshen backup recipient new printed')
    .action(({ out, passphraseFile, recipient }: { out: string; passphraseFile?: string; recipient?: string }) => {
      const order = recipient === undefined ? { passphrase: lineIn(passphraseFile, whoOpens) } : { recipient };
      return withApi(context, async (api) => {
        await saveWhole(out, () => api.download('/v1/backups', order));
        const device = (await api.call('GET', '/v1/device')) as { readonly keyId?: string };
        say(
          `${out} is written.${device.keyId === undefined ? '' : ` The device’s key is ${device.keyId}: write it down elsewhere.`}`,
        );
        say(
          recipient === undefined
            ? `Check it: menshen backup check ${out} --passphrase-file FILE.`
            : `Check it: menshen backup check ${out} --recipient-key FILE --device-key ${device.keyId ?? 'KEY'}.`,
        );
        say('What opens it opens card numbers, and lets PINs be guessed at.');
      });
    });
}

function addRestore(backup: Command, context: Context): void {
  withOpener(
    backup.command('restore <file>').description('make the configured store, which must not exist, from a backup'),
  )
    .option('--erased-since <file>', 'ids of people erased after the backup, or receipts of it, one a line')
    .option('--older <days>', 'restore a backup that is up to so many days old', '30')
    .action(async (file: string, options: OpenOptions & { erasedSince?: string; older: string }) => {
      const oldestDays = Number(options.older);
      if (!Number.isInteger(oldestDays) || oldestDays < 1)
        throw new MenshenError('body-invalid', '--older takes a whole number of days.');
      const since = options.erasedSince === undefined ? nothingSince : erasedSince(textIn(options.erasedSince));
      const { facts, restored } = await restoreStore({
        access: { config: context.config(), randomness: systemRandomness, passphrase: readPassphrase },
        ...{ clock: systemClock, file, since, oldestDays, ...readingOf(options) },
      });
      show({ ...viewOf(facts), restored });
      sayWhatIsLeft(facts, restored, options.erasedSince !== undefined);
    });
}

function sayWhatIsLeft({ madeAt }: BackupFacts, { people }: Restored, told: boolean): void {
  const days = Math.floor((systemClock.wallMs() - Date.parse(madeAt)) / 86_400_000);
  say(
    `${people} people are restored as they were ${days} days ago (${madeAt}). Nobody has a face here: each enrols again.`,
  );
  say('What was changed since is not known here: PINs, cards, new people, withdrawals.');
  if (!told) say('Whoever was erased since is back: erase them again, or restore anew with --erased-since.');
  say('API keys, panels and listeners are of the old device: make new ones. Then switch the old device off for good:');
  say('it must never number an event again. Its faces go with `menshen decommission` there, or with its root key.');
}

function withOpener(command: Command): Command {
  return command
    .addOption(new Option('--passphrase-file <file>', 'the passphrase, in the first line').conflicts('recipientKey'))
    .option('--recipient-key <file>', 'the recipient’s secret key')
    .option('--device-key <key>', 'the old device’s public key or its name, as written down elsewhere');
}

function readingOf({ passphraseFile, recipientKey, deviceKey }: OpenOptions) {
  // Read anew each time: what takes a passphrase wipes it.
  const opener = (): Opener =>
    recipientKey === undefined
      ? { kind: 'passphrase', passphrase: new Uint8Array(Buffer.from(lineIn(passphraseFile, whatOpens))) }
      : { kind: 'recipient', key: parsedRecipientKey(textIn(recipientKey)) };
  return { opener, ...(deviceKey === undefined ? {} : { deviceKey }) };
}

const whoOpens =
  'Say who may open the backup: --recipient KEY, as menshen backup recipient new --out FILE prints it, or --passphrase-file FILE.';
const whatOpens =
  'Say what opens the backup: --recipient-key FILE, the recipient’s secret key, or --passphrase-file FILE.';

function lineIn(file: string | undefined, missing: string): string {
  if (file === undefined) throw new MenshenError('body-invalid', missing);
  return textIn(file).split('\n')[0]?.trim() ?? '';
}

function textIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new MenshenError('body-invalid', `${file} cannot be read.`, { cause });
  }
}

function viewOf({ counts, entriesADay, ...facts }: BackupFacts) {
  return { ...facts, records: counts };
}
