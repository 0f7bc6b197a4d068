import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { MenshenError } from '../../core/index.js';
import { type SignedPurpose, signFile, signingKeyFromSeed } from '../../crypto/index.js';
import { systemRandomness } from '../../platform/index.js';
import { say } from '../console.js';
import type { Context } from '../context.js';
import { openApi } from '../open-api.js';
import { writeNew } from '../write-new.js';

const keyFormat = 'menshen-signer-1';

/** Keys and signatures for packs and configurations; made away from the device. */
export function addSigningCommands(program: Command, context: Context): void {
  program
    .command('signer')
    .description('keys that sign model packs and configurations')
    .command('new')
    .description('make a signing key; run it away from the device and keep the file there')
    .requiredOption('--name <name>', 'whose key it is')
    .requiredOption('--out <file>', 'where the secret key goes (mode 0600)')
    .action(({ name, out }: { name: string; out: string }) => {
      const seed = systemRandomness.bytes(32);
      const key = signingKeyFromSeed(seed);
      writeNew(out, `${JSON.stringify({ format: keyFormat, name, seed: Buffer.from(seed).toString('base64') })}\n`);
      seed.fill(0);
      say(`Key ${key.keyId}. In the configuration of every device that trusts it:`);
      say(
        `security: { trustedSigners: [ { name: ${JSON.stringify(name)}, publicKey: "${Buffer.from(key.publicKey).toString('base64')}" } ] }`,
      );
      key.wipe();
    });

  program
    .command('sign-file <file>')
    .description('sign a configuration or a pack’s manifest.json: writes <file>.sig')
    .requiredOption('--key <file>', 'the secret key of menshen signer new')
    .requiredOption('--purpose <purpose>', 'configuration or packs')
    .requiredOption('--file-version <number>', 'counts up: devices refuse an older one than they accepted')
    .action((file: string, options: { key: string; purpose: string; fileVersion: string }) => {
      const version = Number(options.fileVersion);
      if (!Number.isSafeInteger(version) || version < 1)
        throw new MenshenError('body-invalid', 'The version is a whole number from 1 on.');
      const key = keyIn(options.key);
      const signature = signFile(readFileSync(file), purposeOf(options.purpose), version, key);
      key.wipe();
      writeFileSync(`${file}.sig`, `${JSON.stringify(signature, null, 2)}\n`);
      say(`${file}.sig: version ${version} for ${signature.purpose}, by ${signature.keyId}`);
    });

  program
    .command('accept-downgrade <purpose>')
    .description(
      'accept once a configuration or pack (packs) that is older than the last one; while the service is stopped',
    )
    .requiredOption('--yes', 'you mean it; it is audited')
    .action(async (purpose: string) => {
      const api = await openApi(context.config(), {
        configFile: context.configPath(),
        acceptDowngrade: purposeOf(purpose),
      });
      const { live } = api;
      await api.close();
      if (live) throw new MenshenError('store-locked', 'Stop the service first: it goes on with what it accepted.');
      say('Accepted, and on record.');
    });
}

function purposeOf(text: string): SignedPurpose {
  if (text === 'configuration' || text === 'packs') return text;
  throw new MenshenError('body-invalid', `${text} is neither configuration nor packs.`);
}

function keyIn(path: string) {
  try {
    const { format, seed } = JSON.parse(readFileSync(path, 'utf8')) as { format?: unknown; seed?: unknown };
    if (format === keyFormat && typeof seed === 'string')
      return signingKeyFromSeed(new Uint8Array(Buffer.from(seed, 'base64')));
  } catch (cause) {
    throw new MenshenError('key-source-unusable', `${path} cannot be read as a signing key.`, { cause });
  }
  throw new MenshenError('key-source-unusable', `${path} is no signing key of menshen signer new.`);
}
