/** The short version of `npm run break -- fuzz parsers`, and what its long version found. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readAnswers } from '#menshen/cli/assessment-interview.js';
import { parseConfig } from '#menshen/config/index.js';
import { isNestedDeeper } from '#menshen/http/json-nesting.js';
import { readTable } from '#menshen/import/rows.js';
import { checkReceipt } from '#menshen/retention/index.js';
import { signedReceipt } from '../../scripts/break/fuzz/parsers/receipt.mjs';
import { fuzzParsers } from '../../scripts/break/fuzz/parsers.mjs';

test('spoilt configurations, packs, languages, receipts, assessments, pictures, bundles, backups and answers are refused by name', async () => {
  const { line, findings } = await fuzzParsers({ seed: 2, inputs: 250 });
  expect(findings, line).toEqual([]);
}, 120_000);

const bomb = Array.from(
  { length: 9 },
  (_, row) => `a${row + 1}: &a${row + 1} [${Array(9).fill(`*a${row}`).join(', ')}]`,
);

test.each([
  ['an alias of nothing', 'mode: *nothing'],
  ['an alias of itself', 'mode: &a [*a]'],
  ['aliases that unfold to millions', `a0: &a0 [x]\n${bomb.join('\n')}`],
  ['a nesting without end', `mode: ${'['.repeat(3000)}${']'.repeat(3000)}`],
])('a configuration with %s is refused as not valid', (_what, text) => {
  expect(() => parseConfig(text, '/srv')).toThrow(expect.objectContaining({ code: 'config-invalid' }));
});

test('a receipt that shows a nesting without end does not hold', () => {
  const receipt = JSON.stringify({ ...signedReceipt(), body: 0 });
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  expect(() => checkReceipt(receipt.replace('"body":0', `"body":${deep}`))).toThrow(
    expect.objectContaining({ code: 'receipt-invalid' }),
  );
});

test.each(['P1"7391640,adult', '"P1"7391640,adult', '"P1,adult'])(
  'a table of people with the stray quotation mark of %s is refused without a word of what stands there',
  async (row) => {
    const refused = await readTable(Buffer.from(`person_number,age_band\n${row}\n`)).catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ code: 'body-invalid' });
    expect(String(refused)).not.toContain('P1');
  },
);

test('answers that lead to themselves are no assessment', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'menshen-test-')), 'answers.yaml');
  writeFileSync(file, 'impacts: &a [*a]\n');
  expect(() => readAnswers(file)).toThrow(expect.objectContaining({ code: 'assessment-invalid' }));
});

test.each([
  ['{"a":[1,[2]]}', 3, false],
  ['{"a":[1,[2]]}', 2, true],
  ['{"[[[":"{{{\\"[[["}', 1, false],
  ['"\\\\"[[', 1, true],
  ['"never closed [[[', 0, false],
])('%s is nested more than %i levels: %s', (text, levels, deeper) => {
  expect(isNestedDeeper(text, levels)).toBe(deeper);
});
