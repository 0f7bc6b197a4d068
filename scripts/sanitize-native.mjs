import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCompiler, nativeDirectory, nativeSources } from './build-native.mjs';

const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-fno-omit-frame-pointer'];
/** These need a JavaScript engine around them. */
const glue = ['addon.cpp', 'gallery_binding.cpp', 'pixels_binding.cpp', 'projection_binding.cpp'];

/**
 * Compiles native/test with the kernels, the gallery and the pixel work under the address and undefined-behaviour
 * sanitizers and runs it. `skipped` only where there is no compiler or no sanitizer library.
 *
 * @returns {{ state: 'passed' | 'failed' | 'skipped', detail: string }}
 */
export function sanitizeNative() {
  const compiler = findCompiler();
  if (!compiler) return { state: 'skipped', detail: 'no C++ compiler found' };
  const folder = mkdtempSync(join(tmpdir(), 'menshen-sanitize-'));
  try {
    const missing = whatIsMissing(compiler.command, folder);
    return missing ? { state: 'skipped', detail: missing } : buildAndRun(compiler.command, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * An empty program tells a missing library from a fault in our sources.
 *
 * @param {string} command
 * @param {string} folder
 */
function whatIsMissing(command, folder) {
  const empty = join(folder, 'empty.cpp');
  writeFileSync(empty, 'int main() { return 0; }\n');
  const run = spawnSync(command, [...sanitizers, empty, '-o', join(folder, 'empty')], { encoding: 'utf8' });
  return run.status === 0 ? undefined : `the compiler has no sanitizer library: ${run.stderr.trim().split('\n')[0]}`;
}

/**
 * @param {string} command
 * @param {string} folder
 * @returns {{ state: 'passed' | 'failed', detail: string }}
 */
function buildAndRun(command, folder) {
  const driver = join(folder, 'driver');
  const tested = nativeSources().filter((file) => !glue.includes(basename(file)));
  const sources = [...tested, ...nativeSources(join(nativeDirectory, 'test'))];
  const warnings = ['-Wall', '-Wextra', '-Wpedantic', '-Wshadow', '-Wconversion', '-Werror'];
  const flags = ['-std=c++17', '-O1', '-g', ...warnings, ...sanitizers, '-o', driver];
  const build = spawnSync(command, [...flags, ...sources], {
    encoding: 'utf8',
  });
  if (build.status !== 0) return { state: 'failed', detail: build.stderr };
  const run = spawnSync(driver, { encoding: 'utf8' });
  return run.status === 0
    ? { state: 'passed', detail: run.stdout.trim() }
    : { state: 'failed', detail: `${run.stdout}${run.stderr}${run.signal ?? ''}` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = sanitizeNative();
  console.log(`native sanitizers: ${result.state}\n${result.detail}`);
  if (result.state === 'failed') process.exitCode = 1;
}
