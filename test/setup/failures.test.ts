import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asFailure } from '../../scripts/setup/failure.mjs';
import { nodeComplaint } from '../../scripts/setup/node-version.mjs';
import { requireSupportedMachine } from '../../scripts/setup/preflight.mjs';
import { setUp } from '../../scripts/setup/run.mjs';
import { changeManifest, makeProject, modelFile, type Project, packed, removeProject, runSetup } from './project.js';

const nobody = 65_534;
const quiet = { start: () => undefined, say: () => undefined, working: () => undefined, done: () => undefined };

let project: Project;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => removeProject(project));

describe('a download', () => {
  it('is refused with exit code 11, before it is unpacked, when the tarball is not the pinned one', async () => {
    changeManifest(project, (right) => ({ ...right, source: { ...right.source, integrity: 'sha512-AAAA' } }));
    const { code } = await runSetup(project);
    expect({ code, model: existsSync(modelFile(project)) }).toEqual({ code: 11, model: false });
  });

  it('is refused with exit code 11 when a file in it has another SHA-256', async () => {
    changeManifest(project, (right) => ({
      ...right,
      files: right.files.map((file) => ({ ...file, sha256: '0'.repeat(64) })),
    }));
    const { code } = await runSetup(project);
    expect({ code, model: existsSync(modelFile(project)) }).toEqual({ code: 11, model: false });
  });

  it('is refused when a wanted file is a link', async () => {
    const integrity = packed(project.supply, 'models-pack', { 'model/first.onnx': '-> /etc/hostname' });
    changeManifest(project, (right) => ({ ...right, source: { ...right.source, integrity } }));
    const { code } = await runSetup(project);
    expect(code).toBe(11);
  });

  it('is refused when the manifest names a file outside its folder', async () => {
    changeManifest(project, (right) => ({
      ...right,
      files: right.files.map((file) => ({ ...file, file: '../../outside.onnx' })),
    }));
    const { code } = await runSetup(project);
    expect(code).toBe(11);
  });

  it('ends with exit code 11 when npm itself finds a wrong hash', async () => {
    const { code } = await runSetup(project, [], { FAKE_NPM: 'ci:wrong-hash' });
    expect(code).toBe(11);
  });
});

describe('without a network', () => {
  it('ends with exit code 10 and no address in what it prints', async () => {
    const { code, output } = await runSetup(project, [], { FAKE_NPM: 'ci:no-network' });
    expect({ code, address: output.includes('registry.invalid') }).toEqual({ code: 10, address: false });
  });

  it('names the altered model rather than the network', async () => {
    await runSetup(project);
    writeFileSync(modelFile(project), 'altered');
    const { code } = await runSetup(project, [], { FAKE_NPM: 'pack:no-network' });
    expect(code).toBe(11);
  });
});

describe('a full disk', () => {
  it('ends with exit code 13 before anything is fetched when there is too little room', async () => {
    const probe = { platform: 'linux', arch: 'x64', libc: 'glibc' as const, freeBytes: async () => 1e8 };
    const attempt = setUp({ root: project.root, env: project.env, probe, progress: quiet });
    await expect(attempt).rejects.toMatchObject({ exitCode: 13 });
  });

  it('ends with exit code 13 when npm runs out of room', async () => {
    const { code } = await runSetup(project, [], { FAKE_NPM: 'ci:no-space' });
    expect(code).toBe(13);
  });

  it('ends with exit code 13 when a write of its own finds no room', () => {
    expect(asFailure(Object.assign(new Error('write'), { code: 'ENOSPC' }))).toMatchObject({ exitCode: 13 });
  });
});

describe('a folder that cannot be written', () => {
  it('ends with exit code 14 when something is missing', async () => {
    const { code } = await runReadOnly();
    expect(code).toBe(14);
  });

  it('is no obstacle when nothing is missing', async () => {
    await runSetup(project);
    const { code, output } = await runReadOnly();
    expect(code, output).toBe(0);
  });

  it('is told apart by the file system’s own word', () => {
    expect(asFailure(Object.assign(new Error('open'), { code: 'EROFS' }))).toMatchObject({ exitCode: 14 });
  });

  /** Root may write anywhere, so the set-up runs as a user who may not. */
  async function runReadOnly() {
    if (process.getuid?.() === 0) return runSetup(project, [], {}, nobody);
    chmodSync(project.root, 0o555);
    const end = await runSetup(project);
    chmodSync(project.root, 0o755);
    return end;
  }
});

describe('an unsupported machine', () => {
  it.each(['18.20.8', '20.18.3'])('with Node %s is refused with a sentence that names the version', (version) => {
    expect(nodeComplaint(version)).toContain(version);
  });

  it.each(['20.19.0', '22.13.0', '26.0.0'])('is not one with Node %s', (version) => {
    expect(nodeComplaint(version)).toBeUndefined();
  });

  it.each([
    { platform: 'linux', arch: 'x64', libc: 'musl' as const },
    { platform: 'linux', arch: 'arm', libc: 'glibc' as const },
    { platform: 'darwin', arch: 'x64', libc: 'none' as const },
  ])('is refused with exit code 12: $platform-$arch-$libc', (machine) => {
    const probe = { ...machine, freeBytes: async () => 1e12 };
    expect(() => requireSupportedMachine(probe)).toThrow(expect.objectContaining({ exitCode: 12 }));
  });

  it('without a compiler or a prebuilt database library gets the remedy and exit code 15', async () => {
    const { code, output } = await runSetup(project, [], { FAKE_NPM: 'rebuild:nothing' });
    expect({ code, names: /C\+\+ compiler/.test(output) }).toEqual({ code: 15, names: true });
  });

  it('without npm is told so', async () => {
    rmSync(`${project.env.PATH}/npm`);
    const { code, output } = await runSetup(project);
    expect({ code, names: output.includes('npm is not on the PATH') }).toEqual({ code: 12, names: true });
  });
});
