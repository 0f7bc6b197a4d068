import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closingLines } from '../../scripts/setup/test-report.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'menshen-report-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the end of a test run', () => {
  it('counts passed, failed and skipped tests in its last line', async () => {
    const lines = await closing(1, [['passed', 'passed', 'failed', 'skipped']]);
    expect(lines.at(-1)).toBe('2 passed, 1 failed, 1 skipped');
  });

  it('names each skipped test', async () => {
    const lines = await closing(0, [['passed', 'skipped']]);
    expect(lines).toContain('skipped: test 1');
  });

  it('counts a file that could not be loaded as failed', async () => {
    const lines = await closing(1, [['passed'], []], 'failed');
    expect(lines.at(-1)).toBe('1 passed, 1 failed, 0 skipped');
  });

  it('counts a failure that no test shows', async () => {
    const lines = await closing(1, [['passed']]);
    expect(lines.at(-1)).toBe('1 passed, 1 failed, 0 skipped');
  });

  it('counts a run without a report as failed', async () => {
    const lines = await closingLines(join(folder, 'absent.json'), 1);
    expect(lines.at(-1)).toBe('0 passed, 1 failed, 0 skipped');
  });
});

/** `files` holds the tests' statuses; a file without tests has `emptyStatus`. */
async function closing(exitCode: number, files: string[][], emptyStatus = 'passed'): Promise<string[]> {
  const testResults = files.map((statuses, index) => ({
    name: `file ${index}`,
    status: statuses.length === 0 ? emptyStatus : statuses.includes('failed') ? 'failed' : 'passed',
    assertionResults: statuses.map((status, test) => ({ status, fullName: `test ${test}` })),
  }));
  const file = join(folder, 'report.json');
  writeFileSync(file, JSON.stringify({ testResults }));
  return closingLines(file, exitCode);
}
