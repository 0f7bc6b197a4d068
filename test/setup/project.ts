import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import * as tar from 'tar';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const modelBytes = 'weights of the first model';

export interface RunEnd {
  readonly code: number | null;
  readonly output: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<RunEnd>;
}

export interface Project {
  readonly root: string;
  readonly supply: string;
  readonly calls: string;
  /** A complete environment: nothing but the fake npm is on the PATH. */
  readonly env: NodeJS.ProcessEnv;
}

/** A small project with the real set-up scripts, fake packages and a fake npm, in a folder of its own. */
export function makeProject(): Project {
  const base = mkdtempSync(join(tmpdir(), 'menshen-setup-'));
  chmodSync(base, 0o755);
  const [root, supply, bin] = ['project', 'supply', 'bin'].map((name) => join(base, name)) as [string, string, string];
  for (const folder of [join(root, 'scripts'), join(root, 'src'), join(root, 'models', 'default'), supply, bin])
    mkdirSync(folder, { recursive: true });
  cpSync(join(repository, 'scripts', 'setup'), join(root, 'scripts', 'setup'), { recursive: true });
  cpSync(join(repository, 'scripts', 'setup.mjs'), join(root, 'scripts', 'setup.mjs'));
  writeFileSync(join(root, 'src', 'main.ts'), 'export {};\n');
  writeFileSync(join(root, 'scripts', 'build-pages.mjs'), fakePageBuild);
  writeFileSync(join(root, 'scripts', 'build-libraries.mjs'), fakeLibraryBuild);
  mkdirSync(join(root, 'src', 'kiosk'));
  writeFileSync(join(root, 'src', 'kiosk', 'main.tsx'), 'export {};\n');
  writeFileSync(join(root, 'package.json'), '{"name":"small","type":"module"}');
  const entry = (name: string) => [`node_modules/${name}`, { version: '1.0.0', integrity: `sha512-${name}` }];
  const packages = Object.fromEntries([['', {}], ...['typescript', 'better-sqlite3', 'tar'].map(entry)]);
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }));
  symlinkSync(join(repository, 'node_modules', 'tar'), join(supply, 'tar'));
  writeFileSync(join(supply, 'fake-tsc.cjs'), fakeCompiler);
  const npm = readFileSync(fileURLToPath(new URL('./fake-npm.mjs', import.meta.url)), 'utf8');
  // Node finds out the module type of a file without an extension by the package.json beside it.
  writeFileSync(join(bin, 'package.json'), '{"type":"module"}');
  writeFileSync(join(bin, 'npm'), `#!${process.execPath}\n${npm}`, { mode: 0o755 });
  const calls = join(base, 'calls');
  writeFileSync(calls, '');
  supplyPackages(root, supply);
  return { root, supply, calls, env: { PATH: bin, FAKE_NPM_CALLS: calls, FAKE_NPM_SUPPLY: supply } };
}

export function removeProject(project: Project): void {
  rmSync(join(project.root, '..'), { recursive: true, force: true });
}

export function startSetup(project: Project, args: string[] = [], env: NodeJS.ProcessEnv = {}, uid?: number): Running {
  const child = spawn(process.execPath, [join(project.root, 'scripts', 'setup.mjs'), ...args], {
    cwd: project.root,
    env: { ...project.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = new Promise<RunEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => setImmediate(() => resolve({ code, output })));
  });
  return { process: child, ended };
}

export function runSetup(project: Project, args?: string[], env?: NodeJS.ProcessEnv, uid?: number): Promise<RunEnd> {
  return startSetup(project, args, env, uid).ended;
}

/** Waits until the fake npm was called with the command, and gives its process id. */
export async function npmPid(project: Project, command: string): Promise<number> {
  for (;;) {
    const call = callsOf(project).find((line) => line.startsWith(`${command} `));
    if (call !== undefined && existsSync(join(project.root, 'node_modules', 'half'))) return Number(call.split(' ')[2]);
    await sleep(20);
  }
}

export function callsOf(project: Project): string[] {
  return readFileSync(project.calls, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** Every file with its size and time of writing: equal before and after means that nothing was written. */
export function snapshot(project: Project): string[] {
  return readdirSync(project.root, { recursive: true, encoding: 'utf8' })
    .map((name) => ({ name, found: statSync(join(project.root, name)) }))
    .map(({ name, found }) => `${name} ${found.isFile() ? found.size : 'folder'} ${found.mtimeMs}`)
    .sort();
}

export function modelFile(project: Project): string {
  return join(project.root, 'models', 'default', 'first.onnx');
}

/** Rewrites the model pack's manifest; `change` gets the right one. */
export function changeManifest(project: Project, change: (manifest: TestManifest) => TestManifest): void {
  const file = join(project.root, 'models', 'default', 'manifest.json');
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')))));
}

export interface TestManifest {
  readonly source: { readonly kind: string; readonly package: string; readonly version: string; integrity: string };
  readonly files: readonly { readonly file: string; readonly sourcePath: string; readonly sha256: string }[];
}

const fakePageBuild = `import fs from 'node:fs';
fs.rmSync('dist/kiosk', { recursive: true, force: true });
fs.mkdirSync('dist/kiosk', { recursive: true });
fs.writeFileSync('dist/kiosk/main-1.js', fs.readFileSync('src/kiosk/main.tsx'));
`;

const fakeLibraryBuild = `import fs from 'node:fs';
fs.mkdirSync('dist/libraries', { recursive: true });
fs.writeFileSync('dist/libraries/typebox.js', '');
`;

const fakeCompiler = `const fs = require('node:fs');
fs.mkdirSync('dist', { recursive: true });
for (const name of fs.readdirSync('src').filter((file) => file.endsWith('.ts'))) fs.writeFileSync('dist/' + name.replace(/ts$/, 'js'), '');
`;

function supplyPackages(root: string, supply: string): void {
  const models = packed(supply, 'models-pack', { 'model/first.onnx': modelBytes, 'model/unwanted.onnx': 'ages' });
  const source = { kind: 'npm', package: 'models-pack', version: '1.0.0', integrity: models };
  const file = { file: 'first.onnx', sourcePath: 'package/model/first.onnx', sha256: sha256(modelBytes) };
  writeFileSync(join(root, 'models', 'default', 'manifest.json'), JSON.stringify({ source, files: [file] }));
  const pictures = { 'demo/sample1.jpg': 'a picture' };
  const ffmpeg = { ffmpeg: '#!/bin/sh\nexit 0\n' };
  const artifacts = {
    pictures: artifact(supply, 'pictures', pictures, 'sample1.jpg', '644'),
    ffmpeg: { [`${process.platform}-${process.arch}`]: artifact(supply, 'tool', ffmpeg, 'ffmpeg', '755') },
    chromium: { [`${process.platform}-${process.arch}`]: packedChromium(supply) },
  };
  writeFileSync(join(root, 'scripts', 'setup', 'artifacts.json'), JSON.stringify(artifacts));
}

function artifact(supply: string, name: string, content: Record<string, string>, to: string, mode: string): object {
  const files = Object.entries(content).map(([from, text]) => ({ from, to, sha256: sha256(text), mode }));
  return { package: name, version: '1.0.0', integrity: packed(supply, name, content), files };
}

/** A program that says the version of a Chromium, and one file in a tarball, both compressed. */
function packedChromium(supply: string): object {
  const program = '#!/bin/sh\necho Chromium 1.2.3\n';
  const work = mkdtempSync(join(supply, 'tar-'));
  writeFileSync(join(work, 'small.ttf'), 'a font');
  tar.create({ file: join(work, 'fonts.tar'), cwd: work, sync: true, portable: true }, ['small.ttf']);
  const files = {
    'chromium.br': brotliCompressSync(program),
    'fonts.tar.br': brotliCompressSync(readFileSync(join(work, 'fonts.tar'))),
  };
  return {
    package: 'browser',
    version: '1.0.0',
    integrity: packed(supply, 'browser', files),
    files: Object.entries(files).map(([name, bytes]) => ({ from: name, to: name, sha256: sha256(bytes) })),
    unpacked: [
      { to: 'chromium', sha256: sha256(program) },
      { to: 'small.ttf', sha256: sha256('a font') },
    ],
  };
}

/** Writes `<name>-1.0.0.tgz` with regular files, and symbolic links where the text starts with `-> `; returns its integrity. */
export function packed(supply: string, name: string, content: Record<string, string | Uint8Array>): string {
  const work = mkdtempSync(join(supply, 'pack-'));
  for (const [entry, text] of Object.entries(content)) {
    const file = join(work, 'package', entry);
    mkdirSync(join(file, '..'), { recursive: true });
    if (typeof text === 'string' && text.startsWith('-> ')) symlinkSync(text.slice(3), file);
    else writeFileSync(file, text);
  }
  const tarball = join(supply, `${name}-1.0.0.tgz`);
  tar.create({ file: tarball, cwd: work, gzip: true, sync: true, portable: true }, ['package']);
  return `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
}

function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}
