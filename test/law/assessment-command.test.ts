/** The guided form and two-person approval as people use them: on the command line, over a real store. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { stringify } from 'yaml';
import { type AssessmentFacts, assessmentForm } from '#menshen/assessment/index.js';
import { loadLanguages } from '#menshen/language/index.js';
import { assessment } from '../e2e/gate.js';
import { Site } from '../e2e/site.js';

const site = await new Site().init();
afterAll(() => site.remove());
const inSite = (name: string) => join(site.folder, name);
const draftId = (stdout: string) => JSON.parse(stdout).draftId as string;

/** What somebody types: nothing where there is a suggestion, words elsewhere. */
const typed = ['N-1', 'Ann', '', '', '', ...Array.from({ length: 13 }, (_, n) => `answer ${n}`), '', '', '', '', '1'];

describe('menshen assessment new', () => {
  test('M9.2: asks every field, and its answers make a complete draft', async () => {
    await site.run(['assessment', 'new', '--language', 'en', '--out', inSite('a.yaml')], `${typed.join('\n')}\n`);
    const { stdout } = await site.run(['assessment', 'check', inSite('a.yaml')]);
    expect(JSON.parse(stdout)).toEqual({ complete: true });
  });

  it('loses no answer when it is interrupted, and goes on where it stopped', async () => {
    const path = inSite('b.yaml');
    const first = await site.run(['assessment', 'new', '--out', path], `${typed.slice(0, 8).join('\n')}\n`);
    const saved = readFileSync(path, 'utf8');
    await site.run(['assessment', 'new', '--from', path], `${typed.slice(8).join('\n')}\n`);
    const { exitCode } = await site.run(['assessment', 'check', path]);
    expect([first.exitCode, saved.includes('answer 2'), exitCode]).toEqual([2, true, 0]);
  });

  it('writes over nobody’s draft', async () => {
    writeFileSync(inSite('c.yaml'), 'author: Ann\n');
    const { exitCode } = await site.run(['assessment', 'new', '--out', inSite('c.yaml')], '\n');
    expect([exitCode, readFileSync(inSite('c.yaml'), 'utf8')]).toEqual([5, 'author: Ann\n']);
  });

  it('leaves no half a file', () => {
    expect(existsSync(inSite('b.yaml.part'))).toBe(false);
  });
});

describe('menshen assessment submit and approve', () => {
  let draft = '';

  beforeAll(async () => {
    writeFileSync(inSite('d.yaml'), stringify(assessment(site.config)));
    draft = draftId((await site.run(['assessment', 'submit', inSite('d.yaml')])).stdout);
  });

  test('M9.1: the command line cannot approve what it handed in', async () => {
    const { exitCode, stderr } = await site.run(['assessment', 'approve', draft, '--name', 'Bob']);
    expect([exitCode, stderr]).toEqual([5, expect.stringMatching(/Another person/)]);
  });

  test('M9.1: a key that is not valid is not taken for the device’s owner', async () => {
    writeFileSync(inSite('bad.key'), 'mk_000000000000_nothing');
    const { exitCode } = await site.run([
      'assessment',
      'approve',
      draft,
      '--name',
      'Bob',
      '--key-file',
      inSite('bad.key'),
    ]);
    expect(exitCode).toBe(5);
  });

  test('M9.1: the holder of another key can', async () => {
    const key = await site.run(['keys', 'add', '--role', 'operator', '--label', 'bob']);
    writeFileSync(inSite('bob.key'), JSON.parse(key.stdout).secret);
    await site.run(['assessment', 'approve', draft, '--name', 'Bob', '--key-file', inSite('bob.key')]);
    const { stdout } = await site.run(['assessment', 'show', '1']);
    expect(JSON.parse(stdout)).toMatchObject({ approval: { kind: 'two-callers', submittedBy: 'local' } });
  });

  test('M9.4: the report cannot be deleted', async () => {
    const { exitCode, stderr } = await site.run(['assessment', 'remove', '1']);
    expect([exitCode, stderr]).toEqual([5, expect.stringMatching(/must be kept|current/)]);
  });
});

describe('the form', () => {
  const facts: AssessmentFacts = {
    ...{
      today: '2026-03-02',
      purposeCode: 'entrance',
      purpose: 'opening',
      necessity: 'words',
      impactOnRights: 'words',
    },
    ...{ retentionDays: 30, retentionJustification: 'words', people: 3, templates: 2, falseMatchRate: 0.0001 },
    ...{ attackDetection: 'standard', secondFactor: 'none', accessibilityHelp: 'words', minInterEyeDistancePx: 48 },
    method: '1:1',
    alternatives: ['pin'],
    cameras: [{ id: 'front', zone: '(0, 0)' }],
    evaluation: { id: 'E-1', date: '2026-01-01', population: 'nobody', fmr: 0.0001 },
  };
  const knownIn = (language: string) =>
    JSON.stringify(
      assessmentForm(loadLanguages().texts(language, 'assessment'), facts).fields.map(({ known }) => known),
    );

  test.each(['zh', 'en'])(
    'D15: in %s names precision, evaluation, distance and zone as the machine knows them',
    (language) => {
      for (const fact of ['0.0001', 'E-1', '48', 'front', '30']) expect(knownIn(language)).toContain(fact);
    },
  );

  test('M9.2: never fills in what only a person can judge', () => {
    const { fields } = assessmentForm(loadLanguages().texts('en', 'assessment'), facts);
    const judged = fields.filter(({ kind }) => kind === 'text');
    expect(judged.filter(({ suggestion }) => suggestion !== undefined)).toEqual([]);
  });
});
