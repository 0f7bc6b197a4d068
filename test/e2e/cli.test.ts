/** A person at the device: every step from an empty folder to an erasure on the command line, with its exit codes. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { Daemon } from '../support/daemon.js';
import { footage, projectFolder, temporaryFolder, whyNoFootage } from '../support/files.js';
import { assessment, faceSite } from './gate.js';
import { type CommandResult, runCommand, Site } from './site.js';

if (footage === undefined) console.log(whyNoFootage);

describe.skipIf(footage === undefined)('the command line', () => {
  let site: Site;
  let daemon: Daemon;
  let subjectId: string;
  const still = join(temporaryFolder(), 'still.jpg');
  const run = (...words: string[]): Promise<CommandResult> => site.run(words);

  beforeAll(() => {
    if (footage === undefined) return;
    site = new Site(faceSite(footage, ['person-a'], '1:N'));
    writeFileSync(still, footage.still('person-a'));
  });
  afterAll(async () => {
    await daemon.stop();
    site.remove();
  });

  it('init writes a configuration to fill in, and no store', async () => {
    const path = join(temporaryFolder(), 'etc', 'menshen.yaml');
    const { exitCode, stdout } = await runCommand(['-c', path, 'init']);
    const template = readFileSync(join(projectFolder, 'config', 'site-template.yaml'), 'utf8');
    expect([exitCode, stdout, readFileSync(path, 'utf8')]).toEqual([0, expect.stringContaining('FILL IN'), template]);
  });

  it('serve refuses a configuration whose store was not made', async () => {
    const early = Daemon.launch(site);
    expect([await early.exit(), early.log]).toEqual([4, expect.stringContaining('menshen init')]);
  });

  it('init makes the store and a key that nobody else can read', async () => {
    const { exitCode, stdout } = await run('init');
    const modes = [join(site.folder, 'root.key'), site.config.store.folder].map((path) => statSync(path).mode & 0o777);
    expect([exitCode, modes]).toEqual([0, [0o600, 0o700]]);
    const steps = stdout.split('Next:')[1]?.matchAll(/menshen --config \S+ (\S+)/g) ?? [];
    expect([...steps].map(([, step]) => step)).toEqual(['assessment', 'keys', 'sign', 'doctor', 'serve']);
    expect(stdout).toContain('the cameras stay closed until then');
  });

  it('assessment refuses one that is not filled in, naming the field', async () => {
    const file = join(site.folder, 'unfilled.yaml');
    writeFileSync(file, stringify({ ...assessment(site.config), impacts: '' }));
    const { exitCode, stderr } = await run('assessment', file);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('impacts')]);
  });

  it('assessment records a complete one', async () => {
    const file = join(site.folder, 'assessment.yaml');
    writeFileSync(file, stringify(assessment(site.config)));
    const { exitCode, stdout } = await run('assessment', file);
    expect([exitCode, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ version: 1 })]);
  });

  it('keys add shows a key once', async () => {
    const { exitCode, stdout } = await run('keys', 'add', '--role', 'panel', '--label', 'door panel');
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/mk_[0-9a-f]{12}_/)]);
  });

  it('keys add refuses a role that is not there', async () => {
    const { exitCode, stderr } = await run('keys', 'add', '--role', 'root', '--label', 'x');
    expect([exitCode, stderr.split('\n').length]).toEqual([2, 2]);
  });

  it('doctor finds all well, also without the daemon', async () => {
    const { exitCode, stdout } = await run('doctor');
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('the daemon does not run')]);
  });

  it('subject add works beside the running daemon and says who was added', async () => {
    daemon = await Daemon.start(site);
    await daemon.seeing();
    const { exitCode, stdout } = await run('subject', 'add', '--number', 'P-7', '--age', 'adult', '--expires', '5');
    ({ subjectId } = JSON.parse(stdout) as { subjectId: string });
    expect([exitCode, subjectId]).toEqual([0, expect.stringMatching(/^s-/)]);
  });

  it('pin takes the PIN from standard input', async () => {
    const { exitCode } = await site.run(['pin', subjectId], '428913\n');
    expect([exitCode, (await run('subject', 'show', subjectId)).stdout]).toEqual([
      0,
      expect.stringContaining('"pin": true'),
    ]);
  });

  it('enrol before the consent is refused with exit code 5 and what to do', async () => {
    const { exitCode, stderr } = await run('enrol', subjectId, '--still', still);
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining('notice')]);
  });

  it('consent without the person’s yes is not taken', async () => {
    const { exitCode } = await run('consent', subjectId, '--expires', '1');
    expect([exitCode !== 0, (await run('subject', 'show', subjectId)).stdout]).toEqual([
      true,
      expect.stringContaining('"consent": "none"'),
    ]);
  });

  it('consent, and enrol from a still', async () => {
    const consented = await run('consent', subjectId, '--expires', '1', '--yes');
    const enrolled = await run('enrol', subjectId, '--still', still);
    expect([consented.exitCode, enrolled.exitCode, enrolled.stderr]).toEqual([0, 0, '']);
  });

  it('enrol again, from the camera of a door', async () => {
    const { exitCode, stdout } = await run('enrol', subjectId, '--door', 'main', '--identification');
    expect([exitCode, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({ identification: { state: 'enrolled' } }),
    ]);
  });

  it('enrol from a file that is not there, is no picture or is too large is one clear error', async () => {
    const [noPicture, large] = [join(site.folder, 'no-picture'), join(site.folder, 'large')];
    writeFileSync(noPicture, 'not a picture at all');
    writeFileSync(large, new Uint8Array(40 * 1024 * 1024));
    const missing = await run('enrol', subjectId, '--still', join(site.folder, 'nowhere'));
    const others = [
      await run('enrol', subjectId, '--still', noPicture),
      await run('enrol', subjectId, '--still', large),
    ];
    expect([missing, ...others].map(({ exitCode, stderr }) => [exitCode, stderr.trim().split('\n').length])).toEqual([
      [2, 1],
      [2, 1],
      [2, 1],
    ]);
  });

  it('withdraw gives a receipt and leaves the PIN', async () => {
    const { exitCode, stdout } = await run('withdraw', subjectId);
    const shown = (await run('subject', 'show', subjectId)).stdout;
    expect([exitCode, stdout, shown]).toEqual([
      0,
      expect.stringContaining('"signature"'),
      expect.stringMatching(/"enrolled": false[\s\S]*"pin": true/),
    ]);
  });

  it('erase gives a receipt, and nobody is there afterwards', async () => {
    const erased = await run('erase', subjectId, '--yes');
    const shown = await run('subject', 'show', subjectId);
    expect([erased.exitCode, erased.stdout, shown.exitCode]).toEqual([0, expect.stringContaining('"purge"'), 2]);
  });

  it.each([
    [['audit', 'verify'], '"intact": true'],
    [['audit', 'list', '--limit', '500'], 'subject.erased'],
    [['sweep'], '"held": 0'],
    [['retention'], '"receipts"'],
    [['compliance'], 'M9.1'],
    [['compliance', '--format', 'json', '--language', 'zh'], '"unconfirmedWording"'],
    [['compliance', 'show', 'm8.3', '--language', 'zh'], '最短时间'],
    [['reviews'], '"required": false'],
    [['notice', '--language', 'en'], 'Version 1'],
    [['subject', 'list'], '"subjects": []'],
    [['keys', 'list'], 'door panel'],
    [['doctor'], 'open in the running daemon'],
  ])('%j answers beside the running daemon', async (words, says) => {
    const { exitCode, stdout, stderr } = await site.run(words);
    expect([exitCode, stdout, stderr]).toEqual([0, expect.stringContaining(says), '']);
  });

  it('M8.2: compliance of the running daemon says that its guard stands and refused every canary, and so the row is met', async () => {
    const { stdout } = await run('compliance', 'show', 'M8.2');
    expect(stdout).toMatch(/^M8\.2 {2}\[met\]/);
    expect(stdout).toContain('egress guard: in place; canary: every attempt was refused');
    expect(stdout).toContain('connections to public addresses now: none');
  });

  it.each([
    [['fly'], /unknown command/],
    [['compliance', '--fail-on', 'not-met'], /not met: M5\.0, (?!.*M8\.2).*\bM6\.2, .*\bD12\b/],
    [['compliance', 'show', 'M99'], /No obligation has the id/],
    [['compliance', '--format', 'pdf'], /Allowed choices/],
    [['subject', 'add'], /required option/],
    [['subject', 'add', '--age', 'adult', '--expires', 'soon'], /soon is neither/],
    [['enrol', 's-nobody'], /--door DOOR or --still FILE/],
  ])('%j is refused with one hint', async (words, says) => {
    const { exitCode, stderr } = await site.run(words);
    expect([exitCode !== 0, stderr]).toEqual([true, expect.stringMatching(says)]);
  });

  it('audit verify ends with exit code 4 once an entry was changed', async () => {
    await daemon.stop();
    const { default: Sqlite } = await import('better-sqlite3');
    const database = new Sqlite(join(site.config.store.folder, 'menshen.db'));
    database.prepare(`UPDATE audit SET body = replace(body, 'panel', 'thief') WHERE kind = 'api-key.added'`).run();
    database.close();
    const { exitCode, stderr } = await run('audit', 'verify');
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('audit')]);
  });
});
