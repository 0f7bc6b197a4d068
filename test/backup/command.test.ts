import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { saveWhole } from '#menshen/cli/download.js';
import { mainFile, Site } from '../e2e/site.js';
import { Daemon } from '../support/daemon.js';
import type { Panel } from '../support/panel.js';
import { tempFolder } from '../support/temp-store.js';

const personId = /"(?:subjectId|id)": "(s-[^"]+)"/;
const out = tempFolder();
const [backup, secret] = [join(out, 'gate.backup'), join(out, 'secret')];

describe('the command line', () => {
  const site = new Site();
  let daemon: Daemon;
  let recipient = '';
  let deviceKey = '';

  beforeAll(async () => {
    await site.init();
    daemon = await Daemon.start(site);
    const added = await said(site, ['subject', 'add', '--number', '1001', '--age', 'adult', '--expires', '20']);
    const id = personId.exec(added)?.[1] ?? '';
    await said(site, ['pin', id], '493817\n');
    await said(site, ['card', id, '04AABBCC']);
    recipient = (await said(site, ['backup', 'recipient', 'new', '--out', secret])).trim();
  }, 120_000);
  afterAll(async () => {
    await daemon.stop();
    site.remove();
  });

  test('makes a backup beside the running gate, for its owner alone, and never over another file', async () => {
    const words = ['backup', 'create', '--out', backup, '--recipient', recipient];
    const told = await said(site, words);
    deviceKey = /key is ([0-9a-f]{16})/.exec(told)?.[1] ?? '';
    expect(deviceKey).not.toBe('');
    expect([statSync(backup).mode & 0o777, readdirSync(out).sort()]).toEqual([0o600, ['gate.backup', 'secret']]);
    const before = readFileSync(backup);
    expect((await site.run(words)).stderr).toContain('is there already');
    expect(readFileSync(backup).equals(before)).toBe(true);
  });

  test('is not asked for over the network, whatever the role', async () => {
    const key = JSON.parse(await said(site, ['keys', 'add', '--role', 'admin', '--label', 'far away'])) as {
      secret: string;
    };
    const answer = await fetch(`${daemon.url}/v1/backups`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ recipient }),
    });
    expect(answer.status).toBe(403);
  });

  test('leaves nothing half-written when the disk is full or the answer breaks off', async () => {
    const folder = tempFolder();
    const words = `${process.execPath} ${mainFile} -c ${site.configPath} backup create --out ${join(folder, 'b')} --recipient ${recipient}`;
    const child = spawn('bash', ['-c', `ulimit -f 1; exec ${words}`], { stdio: 'ignore' });
    const [code] = (await once(child, 'close')) as [number | null];
    expect([code === 0, readdirSync(folder)]).toEqual([false, []]);
    const broken = async () =>
      Readable.from(
        (function* () {
          yield Buffer.alloc(1000);
          throw new Error('the daemon went away');
        })(),
      );
    await expect(saveWhole(join(folder, 'b'), broken)).rejects.toMatchObject({ code: 'service-unreachable' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('checks it anywhere, with the key and the device’s name', async () => {
    const words = ['backup', 'check', backup, '--recipient-key', secret];
    expect((await site.run(words)).stderr).toContain(deviceKey);
    const configuration = join(out, 'configuration');
    const facts = JSON.parse(
      await said(site, [...words, '--device-key', deviceKey, '--configuration', configuration]),
    ) as Record<string, unknown>;
    expect(facts).toMatchObject({ deviceId: 'gate-under-test', people: 1, madeBy: 'given', unverified: 0 });
    expect(readFileSync(configuration, 'utf8')).toBe(readFileSync(site.configPath, 'utf8'));
  });

  test('a restoring that is killed leaves no store; the next one opens the door by the old PIN', async () => {
    const next = new Site();
    try {
      const words = ['backup', 'restore', backup, '--recipient-key', secret, '--device-key', deviceKey];
      const child = spawn(process.execPath, [mainFile, '-c', next.configPath, ...words], { stdio: 'ignore' });
      const database = join(next.folder, 'store', 'restoring', 'menshen.db');
      const watch = setInterval(() => existsSync(database) && child.kill('SIGKILL'), 1);
      await once(child, 'close');
      clearInterval(watch);
      expect(child.signalCode).toBe('SIGKILL');
      expect((await next.run(['subject', 'list'])).stderr).toContain('There is no store');

      expect(await said(next, words)).toContain('1 people are restored');
      const running = await Daemon.start(next);
      try {
        expect(JSON.parse(await said(next, ['audit', 'verify']))).toMatchObject({ intact: true });
        const key = JSON.parse(await said(next, ['keys', 'add', '--role', 'panel', '--label', 'new door'])) as {
          secret: string;
        };
        const panel = running.panel(key.secret);
        expect(await byPin(panel, '493817')).toBe('grant');
        expect(await byPin(panel, '493818')).toBe('deny');
        expect(await said(next, ['keys', 'rotation'])).toContain('0 PINs hang on the old pepper');
        expect(await said(next, ['subject', 'list'])).toContain('"cardId"');
        expect((await next.run(words)).stderr).toContain('holds a store already');
      } finally {
        await running.stop();
      }
    } finally {
      next.remove();
    }
  });

  test('a passphrase comes from a file, never from the command line', async () => {
    const file = join(out, 'passphrase');
    writeFileSync(file, 'seven grey herons wait\n', { mode: 0o600 });
    const made = join(out, 'by-passphrase');
    await said(site, ['backup', 'create', '--out', made, '--passphrase-file', file]);
    expect(await said(site, ['backup', 'check', made, '--passphrase-file', file])).toContain('"madeBy": "passphrase"');
  });

  test('names the options that are missing when nobody is said who may open it, or nothing that opens it', async () => {
    const closing = await site.run(['backup', 'create', '--out', join(out, 'x')]);
    const opening = await site.run(['backup', 'check', backup]);
    expect([closing.exitCode, opening.exitCode, existsSync(join(out, 'x'))]).toEqual([2, 2, false]);
    expect(closing.stderr).toMatch(/--recipient KEY.*--passphrase-file FILE/);
    expect(opening.stderr).toMatch(/--recipient-key FILE.*--passphrase-file FILE/);
  });
});

async function said(site: Site, words: readonly string[], input = ''): Promise<string> {
  const { exitCode, stdout, stderr } = await site.run(words, input);
  if (exitCode !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
  return stdout;
}

async function byPin(panel: Panel, pin: string): Promise<string | undefined> {
  const { verificationId } = await panel.start({ methods: ['pin'] });
  const path = `/v1/verifications/${verificationId}/pin`;
  const { body } = await panel.post<{ decision?: { decision: string } }>(path, { personNumber: '1001', pin });
  return body.decision?.decision;
}
