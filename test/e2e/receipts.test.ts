/** An operator and a person at the command line: code, own data, withdrawal, receipts anywhere, and the end of use. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/files.js';
import { runCommand, Site } from './site.js';

const elsewhere = temporaryFolder();
let site: Site;
let subjectId: string;
let receiptId: string;

const json = async (...words: string[]) => {
  const { exitCode, stdout, stderr } = await site.run(words);
  if (exitCode !== 0) throw new Error(`${words.join(' ')}: ${exitCode} ${stderr}`);
  return JSON.parse(stdout);
};

beforeAll(async () => {
  site = await new Site().init();
  ({ subjectId } = await json('subject', 'add', '--age', 'adult', '--expires', '20', '--number', 'N-1'));
});
afterAll(() => site.remove());

it('people code gives a code that is told once', async () => {
  const { code, expiresAt } = await json('people', 'code', subjectId);
  const { exitCode, stdout } = await site.run(['audit', 'list', '--limit', '500']);
  expect([code, Date.parse(expiresAt) > Date.now(), exitCode]).toEqual([
    expect.stringMatching(/^[A-HJKMNP-Z2-9]{8}$/),
    true,
    0,
  ]);
  expect([stdout.includes('enrolment-code.made'), stdout.includes(code)]).toEqual([true, false]);
});

it('M8.3: a person who is to stay longer than a face may be kept is told until when the face stays', async () => {
  const add = (days: string) => site.run(['subject', 'add', '--age', 'adult', '--expires', days]);
  const [longer, within] = [await add('31'), await add('30')];
  const { subjectId: one, expiresAt } = JSON.parse(longer.stdout);
  const { subjectId: other } = JSON.parse(within.stdout);
  expect([longer.exitCode, longer.stderr, within.stderr]).toEqual([
    0,
    `PIN and cards of this person last until ${expiresAt}. A face is kept for 30 days at most from its enrolment (site.retention.maxDays), and goes then.\n`,
    '',
  ]);
  for (const id of [one, other]) await site.run(['erase', id, '--yes']);
});

it('keys are listed with all their times in one form', async () => {
  await json('keys', 'add', '--role', 'panel', '--label', 'north');
  const { keys } = await json('keys', 'list');
  await site.run(['keys', 'revoke', keys[0].id]);
  const [{ createdAt, expiresAt, revokedAt }] = (await json('keys', 'list')).keys;
  expect([createdAt, expiresAt, revokedAt].map((time) => new Date(time).toISOString())).toEqual([
    createdAt,
    expiresAt,
    revokedAt,
  ]);
  expect((await site.run(['keys', 'list'])).stdout).not.toContain('Ms"');
});

it.each([
  [[''], 'An argument is empty (“”)'],
  [['receipt', 'verify', ''], 'An argument is empty (“”), behind verify.'],
  [['subject', 'show', ''], 'An argument is empty (“”), behind show.'],
])('the command line %j is told what is empty', async (words, says) => {
  const { exitCode, stderr } = await site.run(words);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(says)]);
});

it('M7.1: people code for a child asks how the guardian’s authority was checked', async () => {
  const { subjectId: child } = await json('subject', 'add', '--age', 'minor', '--expires', '20');
  const refused = await site.run(['people', 'code', child]);
  expect([refused.exitCode, refused.stderr]).toEqual([5, expect.stringContaining('guardianAuthority')]);
  expect(await json('people', 'code', child, '--guardian-authority', 'register seen')).toHaveProperty('code');
});

it('P45: people data writes what is held to a file that only its owner reads, and over no other', async () => {
  await json('consent', subjectId, '--expires', '10', '--yes');
  const file = join(elsewhere, 'data.json');
  const words = ['people', 'data', subjectId, '--out', file, '--language', 'en'];
  const { exitCode } = await site.run(words);
  expect([exitCode, statSync(file).mode & 0o777, JSON.parse(readFileSync(file, 'utf8'))]).toEqual([
    0,
    0o600,
    expect.objectContaining({ records: expect.objectContaining({ subjectPseudonym: subjectId }) }),
  ]);
  expect((await site.run(words)).exitCode).toBe(5);
});

describe('M6.2: a withdrawal at the command line', () => {
  const file = join(elsewhere, 'receipt.json');

  it('gives a receipt that is printed in both languages and written for checking', async () => {
    ({ receiptId } = await json('withdraw', subjectId));
    const chinese = await site.run(['receipt', 'show', receiptId]);
    const english = await site.run(['receipt', 'show', receiptId, '--language', 'en', '--out', file]);
    expect([chinese.stdout, english.stdout]).toEqual([
      expect.stringMatching(/撤回前的处理[\s\S]*M6\.3/),
      expect.stringMatching(/M6\.3 \(unconfirmed wording\)[\s\S]*Your ways in from now on: .*PIN/),
    ]);
  });

  it('is checked where there is no configuration and no store', async () => {
    const { exitCode, stdout } = await runCommand(['-c', join(elsewhere, 'none.yaml'), 'receipt', 'verify', file]);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('withdrawal, signed by the device key')]);
  });

  it('is told from a changed one and from another device’s, with exit code 5', async () => {
    const changed = join(elsewhere, 'changed.json');
    writeFileSync(changed, readFileSync(file, 'utf8').replace('self', 'else'));
    const results = [
      await runCommand(['receipt', 'verify', changed]),
      await runCommand(['receipt', 'verify', file, '--key', Buffer.alloc(32, 7).toString('base64')]),
      await runCommand(['receipt', 'verify', join(elsewhere, 'nowhere.json')]),
    ];
    expect(results.map(({ exitCode }) => exitCode)).toEqual([5, 5, 5]);
  });
});

it('M6.1: a consent’s record is a receipt too', async () => {
  const { consents } = JSON.parse(readFileSync(join(elsewhere, 'data.json'), 'utf8')).records;
  const { exitCode, stdout } = await site.run(['receipt', 'show', consents[0].recordId, '--language', 'en']);
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/Given freely: yes/)]);
});

it('M8.3: retention says who is due in which month and why, and whom to ask for a renewal', async () => {
  const { months, renewals } = await json('retention');
  expect([months.length, renewals]).toEqual([13, { count: 0, subjectIds: [], reviewsDue: 0 }]);
});

describe('M15.4: decommission', () => {
  it('does nothing when another id is typed, or none', async () => {
    const wrong = await site.run(['decommission'], 'gate-nobody\n');
    const none = await site.run(['decommission'], '');
    expect([wrong.exitCode, none.exitCode, (await json('subject', 'list')).subjects.length]).toEqual([2, 2, 2]);
    expect(none.stderr).toContain('No device id was typed, so nothing was done.');
  });

  it('erases everybody once the device’s id is typed, and adds nobody again', async () => {
    const { exitCode, stdout } = await site.run(['decommission'], 'gate-under-test\n');
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/"personsErased": 2[\s\S]*30 working days/)]);
    const added = await site.run(['subject', 'add', '--age', 'adult', '--expires', '20']);
    expect([added.exitCode, added.stderr]).toEqual([5, expect.stringContaining('M15.4')]);
    expect((await json('subject', 'list')).subjects).toEqual([]);
  });
});
