/**
 * Stands in for npm: answers `ci`, `pack` and `rebuild` from a folder, or fails the way npm does. FAKE_NPM says how,
 * as `command:behaviour`; every call is noted in FAKE_NPM_CALLS.
 */
import { appendFileSync, copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const { FAKE_NPM = '', FAKE_NPM_CALLS = '', FAKE_NPM_SUPPLY = '' } = process.env;
const [command = '', ...args] = process.argv.slice(2);
const behaviour = FAKE_NPM.startsWith(`${command}:`) ? FAKE_NPM.slice(command.length + 1) : 'works';
appendFileSync(FAKE_NPM_CALLS, `${command} ${args[0] ?? ''} ${process.pid}\n`);

const failures = /** @type {Record<string, string>} */ ({
  'no-network':
    'npm error code ENOTFOUND\nnpm error network request to https://registry.invalid/typescript failed, reason: getaddrinfo ENOTFOUND registry.invalid',
  'no-space': 'npm error code ENOSPC\nnpm error nospc There appears to be insufficient space',
  'wrong-hash': 'npm error code EINTEGRITY\nnpm error sha512-AAAA integrity checksum failed',
});
const failure = failures[behaviour];
if (failure !== undefined) {
  process.stderr.write(`${failure}\n`);
  process.exit(1);
}
if (behaviour === 'hangs') {
  mkdirSync('node_modules/half', { recursive: true });
  setInterval(() => undefined, 1_000);
} else if (command === 'ci') install();
else if (command === 'pack') pack();
else if (command === 'rebuild' && behaviour === 'works') giveLibrary();
else process.exit(1);

function install() {
  rmSync('node_modules', { recursive: true, force: true });
  mkdirSync('node_modules/typescript/bin', { recursive: true });
  writeFileSync('node_modules/typescript/package.json', '{}');
  copyFileSync(path.join(FAKE_NPM_SUPPLY, 'fake-tsc.cjs'), 'node_modules/typescript/bin/tsc');
  mkdirSync('node_modules/better-sqlite3');
  writeFileSync('node_modules/better-sqlite3/package.json', '{"main":"index.cjs"}');
  symlinkSync(path.join(FAKE_NPM_SUPPLY, 'tar'), 'node_modules/tar');
  copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
}

function pack() {
  const folder = args[args.indexOf('--pack-destination') + 1] ?? '.';
  const name = `${args[0]?.replace(/[@/]/g, '-')}.tgz`;
  copyFileSync(path.join(FAKE_NPM_SUPPLY, name), path.join(folder, name));
}

function giveLibrary() {
  const library = 'module.exports = class { prepare() { return { get() { return 1; } }; } };';
  writeFileSync('node_modules/better-sqlite3/index.cjs', library);
}
