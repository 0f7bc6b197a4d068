import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const self = fileURLToPath(import.meta.url);
export const nativeDirectory = join(dirname(self), '..', 'native');
const buildDirectory = join(nativeDirectory, 'build');
const addonFile = join(buildDirectory, 'menshen.node');
const stampFile = join(buildDirectory, 'menshen.stamp.json');
const compileTimeoutMs = 5 * 60_000;
const selfTestTimeoutMs = 30_000;

/**
 * @typedef {{ state: 'built' | 'fresh' | 'no-compiler' | 'failed', detail: string }} BuildResult
 * @typedef {{ command: string, version: string }} Compiler
 */

/**
 * Builds native/build/menshen.node when its sources, the compiler or the platform changed since the last build, and
 * lets it pass a self-test in a process of its own before it replaces the old one. Never throws: without the addon the
 * product runs on its TypeScript twin, and `detail` says why.
 *
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<BuildResult>}
 */
export async function buildNative({ log = () => undefined } = {}) {
  try {
    const compiler = findCompiler();
    const identity = identityOf(compiler);
    if (isFresh(identity, compiler)) return { state: 'fresh', detail: 'the native addon is up to date' };
    if (!compiler) return { state: 'no-compiler', detail: noCompilerAdvice() };
    log(`compiling the native addon with ${compiler.version}`);
    return compileAndInstall(compiler, identity);
  } catch (fault) {
    return { state: 'failed', detail: fault instanceof Error ? fault.message : String(fault) };
  }
}

/**
 * The first C++ compiler on the PATH that answers, the one named by CXX before all others.
 *
 * @returns {Compiler | undefined}
 */
export function findCompiler() {
  if (process.platform === 'win32') return undefined;
  for (const command of [process.env.CXX, 'c++', 'g++', 'clang++']) {
    if (!command) continue;
    const answer = spawnSync(command, ['--version'], { encoding: 'utf8' });
    if (answer.status === 0) return { command, version: answer.stdout.split('\n')[0] ?? command };
  }
  return undefined;
}

/** @param {string} [folder] */
export function nativeSources(folder = nativeDirectory) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.cpp'))
    .sort()
    .map((name) => join(folder, name));
}

function noCompilerAdvice() {
  return process.platform === 'win32'
    ? 'the native addon is for Linux and macOS; the TypeScript twin is used'
    : 'no C++ compiler found (looked for CXX, c++, g++, clang++); install one, g++ for instance, and run set-up again';
}

/** @param {Compiler | undefined} compiler */
function identityOf(compiler) {
  const hash = createHash('sha256');
  for (const name of readdirSync(nativeDirectory).sort()) {
    if (!/\.(cpp|h|inc)$/.test(name)) continue;
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(nativeDirectory, name)))
      .update('\0');
  }
  hash.update(JSON.stringify([headersVersion(), compilerFlags(), linkerFlags()]));
  return {
    sources: hash.digest('hex'),
    platform: `${process.platform}-${process.arch}-abi${process.versions.modules}`,
    compiler: compiler?.version ?? '',
  };
}

function headersVersion() {
  return JSON.parse(readFileSync(headersPackage(), 'utf8')).version;
}

function headersPackage() {
  return require.resolve('node-api-headers/package.json');
}

function compilerFlags() {
  const flags = ['-std=c++17', '-O3', '-fPIC', '-fvisibility=hidden', '-DNAPI_VERSION=8', '-Wall', '-Wextra'];
  // Nobody reads the processor's exception flags, and for their sake comparisons would be branches, and loops no vectors.
  flags.push('-fno-trapping-math');
  flags.push('-fstack-protector-strong', '-U_FORTIFY_SOURCE', '-D_FORTIFY_SOURCE=2');
  if (process.platform === 'linux' && process.arch === 'x64') flags.push('-fcf-protection', '-fstack-clash-protection');
  return flags;
}

function linkerFlags() {
  if (process.platform === 'darwin') return ['-bundle', '-undefined', 'dynamic_lookup'];
  return ['-shared', '-Wl,-z,relro', '-Wl,-z,now', '-Wl,-z,noexecstack'];
}

/**
 * A machine without a compiler (a container image built in two stages) keeps what was built for it elsewhere.
 *
 * @param {ReturnType<typeof identityOf>} identity
 * @param {Compiler | undefined} compiler
 */
function isFresh(identity, compiler) {
  if (!existsSync(addonFile) || !existsSync(stampFile)) return false;
  const stamp = readStamp();
  return (
    stamp.sources === identity.sources &&
    stamp.platform === identity.platform &&
    (!compiler || stamp.compiler === identity.compiler) &&
    stamp.binary === hashOf(addonFile)
  );
}

/** A stamp that cannot be read is one that does not fit: the addon is built again. */
function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch (fault) {
    if (fault instanceof SyntaxError) return {};
    throw fault;
  }
}

/** @param {string} file */
function hashOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/**
 * @param {Compiler} compiler
 * @param {ReturnType<typeof identityOf>} identity
 * @returns {BuildResult}
 */
function compileAndInstall(compiler, identity) {
  mkdirSync(buildDirectory, { recursive: true });
  const fresh = join(buildDirectory, `menshen.${process.pid}.tmp.node`);
  try {
    const fault = compile(compiler, fresh) ?? selfTestInChild(fresh);
    if (fault) return { state: 'failed', detail: fault };
    const stamp = { ...identity, binary: hashOf(fresh) };
    renameSync(fresh, addonFile);
    writeFileSync(stampFile, `${JSON.stringify(stamp, null, 2)}\n`);
    return { state: 'built', detail: `built with ${compiler.version}` };
  } finally {
    rmSync(fresh, { force: true });
  }
}

/**
 * @param {Compiler} compiler
 * @param {string} output
 * @returns {string | undefined} what went wrong
 */
function compile(compiler, output) {
  const headers = join(dirname(headersPackage()), 'include');
  const flags = [...compilerFlags(), ...linkerFlags(), '-isystem', headers, '-o', output];
  const run = spawnSync(compiler.command, [...flags, ...nativeSources()], {
    encoding: 'utf8',
    timeout: compileTimeoutMs,
  });
  return run.status === 0 ? undefined : `the compiler failed: ${tail(run.stderr) || run.error?.message || run.signal}`;
}

/**
 * In a child, because a broken addon takes its process down.
 *
 * @param {string} file
 * @returns {string | undefined} what went wrong
 */
function selfTestInChild(file) {
  const run = spawnSync(process.execPath, [self, '--self-test', file], {
    encoding: 'utf8',
    timeout: selfTestTimeoutMs,
  });
  return run.status === 0 ? undefined : `the self-test failed: ${tail(run.stderr) || run.error?.message || run.signal}`;
}

/** @param {string | undefined} text */
function tail(text) {
  return (text ?? '').trim().split('\n').slice(-12).join('\n');
}

/** @param {string} file */
function selfTest(file) {
  const addon = require(file);
  for (const kernel of addon.kernels) {
    const gallery = new addon.Gallery(3, kernel);
    gallery.put(0, Float32Array.of(1, 0, 0));
    gallery.put(1, Float32Array.of(0, 0.6, 0.8));
    const [best] = gallery.top(Float32Array.of(0, 0, 1), 1);
    if (best?.slot !== 1 || Math.abs(best.similarity - 0.8) > 1e-6)
      throw new Error(`kernel ${kernel} compares wrongly`);
    gallery.clear(1);
    if (gallery.similarityAt(1, Float32Array.of(0, 0, 1)) !== undefined)
      throw new Error('a cleared slot still answers');
    gallery.close();
    const out = new Float32Array(1);
    const grey = new Uint8Array(4 * 2 * 3).fill(90);
    addon.resample(kernel, grey, 4, 2, -1, 0, 4, 2, 1, out, 1, 1, 'grey', 80, 0, 0, 0.5, 1, 1);
    if (Math.abs((out[0] ?? 0) - 5) > 1e-4) throw new Error(`kernel ${kernel} resamples wrongly`);
  }
  const { buffer } = addon.openSecret(32);
  addon.destroySecret(buffer);
  if (buffer.byteLength !== 0) throw new Error('a destroyed secret is still there');
}

if (process.argv[1] === self) {
  if (process.argv[2] === '--self-test') selfTest(String(process.argv[3]));
  else {
    const result = await buildNative({ log: console.log });
    console.log(`native addon: ${result.state} (${result.detail})`);
    if (result.state === 'failed') process.exitCode = 1;
  }
}
