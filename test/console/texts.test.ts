import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assessmentTriggers, fieldProblemCodes } from '#menshen/assessment/index.js';
import { projectFolder } from '../support/files.js';
import { textsOf } from './page.js';

/** What the rooms behind this page refuse with. */
const errorCodes = [
  ...['unauthenticated', 'forbidden', 'second-person-required', 'assessment-invalid', 'conflict', 'not-found'],
  ...['body-invalid', 'body-too-large', 'too-many-requests', 'store-full', 'service-unreachable', 'internal'],
];

describe.each(['en', 'zh'])('the operator’s page in %s', (tag) => {
  const texts = textsOf(tag);

  it.each([
    ['error', errorCodes],
    ['trigger', assessmentTriggers],
    ['field-problem', fieldProblemCodes],
    ['report-state', ['valid', 'none', 'invalidated', 'refused', 'superseded']],
    ['draft-state', ['submitted', 'approved', 'returned']],
    ['role', ['operator', 'admin', 'auditor']],
  ])('has words for every code of %s', (group, codes) => {
    expect([...codes, 'other'].filter((code) => !(`${group}.${code}` in texts))).toEqual([]);
  });
});

describe('the keys in the page’s source', () => {
  const folder = join(projectFolder, 'src', 'console');
  const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
  const english = textsOf('en');

  it('all have a text, and every text is used', () => {
    const used = new Set([...source.matchAll(/'([a-z-]+\.[a-z0-9-]+)'/g)].map(([, key]) => key ?? ''));
    const grouped = /^(error|trigger|field-problem|report-state|draft-state|role)\./;
    expect(Object.keys(english).filter((key) => !grouped.test(key) && !used.has(key))).toEqual([]);
    const asked = [...source.matchAll(/texts\(\s*'([a-z0-9.-]+)'/g)].map(([, key]) => key ?? '');
    expect(asked.filter((key) => !(key in english))).toEqual([]);
  });

  it('never write to what outlives the page', () => {
    expect(source).not.toMatch(
      /localStorage|sessionStorage|indexedDB|document\.cookie|history\.|location\.(hash|search)/,
    );
  });
});
