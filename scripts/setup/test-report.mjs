import { readJson } from './files.mjs';

/**
 * @typedef {object} Report the part of vitest's JSON report that is read
 * @property {{ status: string, name: string, assertionResults: { status: string, fullName: string }[] }[]} testResults
 */

/**
 * The last lines of a test run: the skipped tests by name, then `N passed, N failed, N skipped`.
 *
 * @param {string} reportFile
 * @param {number} exitCode vitest's
 * @returns {Promise<string[]>}
 */
export async function closingLines(reportFile, exitCode) {
  const report = /** @type {Report | undefined} */ (await readJson(reportFile));
  if (report === undefined) return ['vitest ended without a report', countLine(0, 1, 0)];
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const named = (/** @type {string[]} */ statuses) => tests.filter(({ status }) => statuses.includes(status));
  const skipped = named(['skipped', 'pending', 'todo', 'disabled']);
  // A file that cannot be loaded, or an error outside every test, fails the run without failing a test.
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  );
  const failed = named(['failed']).length + brokenFiles.length;
  return [
    ...skipped.map((test) => `skipped: ${test.fullName}`),
    ...brokenFiles.map((file) => `failed outside its tests: ${file.name}`),
    countLine(named(['passed']).length, failed === 0 && exitCode !== 0 ? 1 : failed, skipped.length),
  ];
}

/**
 * @param {number} passed
 * @param {number} failed
 * @param {number} skipped
 */
function countLine(passed, failed, skipped) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
