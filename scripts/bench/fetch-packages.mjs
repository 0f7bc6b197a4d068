import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const timeoutMs = 5 * 60_000;

/**
 * Fetches packages through npm into a folder of their own: to measure against, never as dependencies. No install script
 * is run.
 *
 * @param {readonly string[]} wanted names with versions
 * @returns {{ folder: string, remove: () => void }}
 */
export function fetchPackages(wanted) {
  const folder = mkdtempSync(path.join(tmpdir(), 'menshen-bench-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock', '--fetch-retries=1'];
    const run = spawnSync('npm', ['install', ...flags, ...wanted], {
      cwd: folder,
      encoding: 'utf8',
      timeout: timeoutMs,
    });
    if (run.status === 0) return { folder, remove };
    // The last line only names a log file.
    const why =
      run.error?.message ??
      /npm error (?!code|syscall|errno|A complete)(.*)/.exec(run.stderr)?.[1] ??
      `status ${run.status}`;
    throw new Error(`npm could not fetch ${wanted.join(', ')}: ${why}`);
  } catch (fault) {
    remove();
    throw fault;
  }
}
