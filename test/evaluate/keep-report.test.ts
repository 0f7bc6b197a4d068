import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepReport } from '#menshen/evaluate/index.js';
import { reportOf } from './report-of.js';

test('a report that is kept with its pack has every figure, and no file name of any picture', async () => {
  const report = await reportOf({});
  const pictures = report.recognition?.comparisons.flatMap(({ worst }) =>
    [...worst.falseMatches, ...worst.falseNonMatches].flatMap(({ reference, probe }) => [reference, probe].flat()),
  );
  expect(pictures?.length).toBeGreaterThan(0);
  const path = await keepReport(mkdtempSync(join(tmpdir(), 'menshen-pack-')), report);
  const text = readFileSync(path, 'utf8');
  for (const picture of pictures ?? []) expect(text).not.toContain(picture);
  const kept = JSON.parse(text);
  expect(path.endsWith(`/evaluations/${report.id}.json`)).toBe(true);
  for (const [at, { points, det }] of (report.recognition?.comparisons ?? []).entries())
    expect(kept.recognition.comparisons[at]).toMatchObject({ points, det });
});
