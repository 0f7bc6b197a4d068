import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Config } from '#menshen/config/index.js';
import { missingForTpm, type SoftwareTpm, startSoftwareTpm } from '../support/software-tpm.js';
import { tempFolder } from '../support/temp-store.js';
import { Site } from './site.js';

type KeySource = Config['store']['key'];

const secrets = tempFolder();
const passphrase = 'seven grey herons wait';
const passphraseFile = join(secrets, 'passphrase');
const credential = 'menshen.root';
const environment = { MENSHEN_PASSPHRASE_FILE: passphraseFile, CREDENTIALS_DIRECTORY: secrets };

/** A site with somebody in its store, whose root key lies in a file. */
async function siteWithSomebody(): Promise<Site> {
  const site = await new Site().init();
  await said(site, ['subject', 'add', '--number', '1001', '--age', 'adult', '--expires', '20']);
  return site;
}

async function said(site: Site, words: readonly string[], input = ''): Promise<string> {
  const { exitCode, stdout, stderr } = await site.run(words, input, environment);
  if (exitCode !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
  return stdout;
}

const configured = (site: Site, key: KeySource): void => site.write({ store: { ...site.config.store, key } });

const people = async (site: Site): Promise<number> =>
  (JSON.parse(await said(site, ['subject', 'list'])) as { subjects: unknown[] }).subjects.length;

/** What a command says that cannot open the store. */
async function refusal(site: Site): Promise<string> {
  const { exitCode, stderr } = await site.run(['subject', 'list'], '', environment);
  expect(exitCode).not.toBe(0);
  return stderr;
}

beforeAll(() => {
  writeFileSync(passphraseFile, `${passphrase}\n`, { mode: 0o600 });
  writeFileSync(join(secrets, credential), Buffer.alloc(32, 7), { mode: 0o600 });
});

describe('a root key that changes its place', () => {
  let site: Site;
  beforeAll(async () => {
    site = await siteWithSomebody();
  }, 60_000);
  afterAll(() => site.remove());

  test('goes from a file to a passphrase: that opens the store, another passphrase and the file do not', async () => {
    const file = site.config.store.key;
    const told = await said(site, ['keys', 'rotate', 'root', '--to', 'passphrase'], `${passphrase}\n`);
    expect(told).toContain('Name the new root key in store.key');
    configured(site, { kind: 'passphrase' });
    expect(await people(site)).toBe(1);
    writeFileSync(passphraseFile, 'seven grey herons left\n');
    expect(await refusal(site)).toContain('The root key does not open this store');
    writeFileSync(passphraseFile, `${passphrase}\n`);
    configured(site, file);
    expect(await refusal(site)).toContain('The root key does not open this store');
    configured(site, { kind: 'passphrase' });
  });

  test('goes on to a credential that systemd gives', async () => {
    await said(site, ['keys', 'rotate', 'root', '--to', `systemd-credential:${credential}`]);
    configured(site, { kind: 'systemd-credential', name: credential });
    expect(await people(site)).toBe(1);
    configured(site, { kind: 'passphrase' });
    expect(await refusal(site)).toContain('The root key does not open this store');
  });
});

/** Restores a backup of `from` on a new device whose root key lies elsewhere, and looks at who is there. */
async function restoredPeople(from: Site, key: KeySource): Promise<number> {
  const folder = tempFolder();
  const [backup, secret] = [join(folder, 'gate.backup'), join(folder, 'secret')];
  const recipient = (await said(from, ['backup', 'recipient', 'new', '--out', secret])).trim();
  const made = await said(from, ['backup', 'create', '--out', backup, '--recipient', recipient]);
  const [, deviceKey = ''] = /key is ([0-9a-f]{16})/.exec(made) ?? [];
  const next = new Site();
  try {
    configured(next, key);
    await said(next, ['backup', 'restore', backup, '--recipient-key', secret, '--device-key', deviceKey]);
    return await people(next);
  } finally {
    next.remove();
  }
}

test('a backup is restored on a device whose root key comes from a passphrase', async () => {
  const site = await siteWithSomebody();
  expect(await restoredPeople(site, { kind: 'passphrase' })).toBe(1);
  site.remove();
});

describe.skipIf(missingForTpm.length > 0)('a root key that goes to a TPM', () => {
  let site: Site;
  let machine: SoftwareTpm;
  beforeAll(async () => {
    [site, machine] = [await siteWithSomebody(), await startSoftwareTpm(tempFolder())];
  }, 60_000);
  afterAll(async () => {
    await machine.stop();
    site.remove();
  });

  test('opens the store from there, changes in its place, and is worth nothing beside another TPM', async () => {
    const path = join(secrets, 'root.tpm');
    const file = site.config.store.key;
    const rotate = ['keys', 'rotate', 'root'];
    const outside = { TPM2TOOLS_TCTI: machine.tcti };
    const moved = await site.run([...rotate, '--to', `tpm:${path}`], '', outside);
    expect(moved.stdout + moved.stderr).toContain('Name the new root key in store.key');
    configured(site, { kind: 'tpm', path, tcti: machine.tcti });
    expect(await people(site)).toBe(1);
    expect(await said(site, rotate)).toContain('open nothing any more');
    expect(await people(site)).toBe(1);
    configured(site, file);
    expect(await refusal(site)).toContain('The root key does not open this store');
    const other = await startSoftwareTpm(tempFolder());
    configured(site, { kind: 'tpm', path, tcti: other.tcti });
    expect(await refusal(site)).toContain('not the TPM that sealed');
    await other.stop();
    configured(site, { kind: 'tpm', path, tcti: machine.tcti });
  });

  test('takes a backup’s store, too', async () => {
    const path = join(secrets, 'restored.tpm');
    expect(await restoredPeople(site, { kind: 'tpm', path, tcti: machine.tcti })).toBe(1);
  });
});
