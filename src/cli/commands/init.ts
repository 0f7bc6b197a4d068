import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../../config/index.js';
import { projectFolder, systemClock, systemRandomness } from '../../platform/index.js';
import { createStore, makeAuthority } from '../../terminal/index.js';
import { readPassphrase, say } from '../console.js';
import type { Context } from '../context.js';

/** `menshen init`: a configuration to fill in, and from a filled-in one the store and its key. */
export function addInitCommand(program: Command, context: Context): void {
  program
    .command('init')
    .description('first run: write a configuration to fill in; second run: make the store and its key')
    .action(async () => {
      const path = resolve(context.configPath());
      if (!existsSync(path)) return writeTemplate(path);
      const config = loadConfig(path);
      const store = createStore({ config, randomness: systemRandomness, passphrase: readPassphrase });
      const authority = await makeAuthority(config, store, systemClock, systemRandomness).finally(() => store.close());
      say(`The store is made in ${config.store.folder}.`);
      say(
        `The device has an authority of its own for certificates; its fingerprint (SHA-256), for whoever installs panels:\n${authority.fingerprint}`,
      );
      if (config.store.key.kind === 'file') {
        say(
          `Its key is ${config.store.key.path} (mode 0600). Keep a copy somewhere else: without it nobody is recognised and no record opens.`,
        );
      }
      if (config.store.key.kind === 'tpm') {
        say(
          `Its key is sealed to this machine’s TPM (${config.store.key.path}): with another TPM, or after this one is cleared, the store opens no more.`,
        );
      }
      say('Next:');
      for (const [command, why] of nextSteps) say(`  menshen --config ${path} ${command}\n      ${why}`);
    });
}

/** Until the last of them face mode is off or the cameras are closed (M9.1, M13.3); PIN and card work at once. */
const nextSteps: readonly (readonly [string, string])[] = [
  [
    'assessment FILE',
    'the impact assessment, from config/assessment-template.yaml; author and approver are two people',
  ],
  ['keys add --role panel --label "door panel"', 'what the panel calls with; shown once'],
  [
    'sign --out sign.pdf',
    'hang it at the gate and declare it as site.signPosted, or let the screen show the notice: the cameras stay closed until then',
  ],
  ['doctor', 'what works, what does not, what to do'],
  ['serve', 'the gate'],
];

function writeTemplate(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, readFileSync(join(projectFolder, 'config', 'site-template.yaml')), { flag: 'wx', mode: 0o640 });
  say(`${path} is written. Fill in every line marked FILL IN, then run the same command again.`);
}
