import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chromiumHere } from '../../scripts/setup/chromium.mjs';
import { machineProbe } from '../../scripts/setup/context.mjs';
import { callsOf, makeProject, type Project, removeProject, runSetup, snapshot } from './project.js';

let project: Project;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => removeProject(project));

describe('the browser of the tests', () => {
  it('is set up for the tests', async () => {
    await setUpForTests();
    expect(await browser()).toMatchObject({ program: program(), version: 'Chromium 1.2' });
  });

  it('is left out of every other set-up', async () => {
    await runSetup(project);
    expect(existsSync(program())).toBe(false);
  });

  it('is fetched no second time, and nothing is written, when it is intact', async () => {
    await setUpForTests();
    const [calls, before] = [callsOf(project), snapshot(project)];
    await setUpForTests();
    expect({ calls: callsOf(project), files: snapshot(project) }).toEqual({ calls, files: before });
  });

  it('is replaced when it was altered', async () => {
    await setUpForTests();
    writeFileSync(program(), '#!/bin/sh\necho Chromium 6.6\n');
    await setUpForTests();
    expect(readFileSync(program(), 'utf8')).toContain('Chromium 1.2');
  });

  it('is made whole when a part of it is gone', async () => {
    await setUpForTests();
    rmSync(join(folder(), 'small.ttf'));
    await setUpForTests();
    expect(existsSync(join(folder(), 'small.ttf'))).toBe(true);
  });

  it('is the system’s where there is one that starts', async () => {
    const system = onPath('google-chrome', 'echo Google Chrome 150.0.1.2');
    await setUpForTests();
    expect({ found: await browser(), fetched: existsSync(program()) }).toMatchObject({
      found: { program: system, version: 'Chrome 150.0' },
      fetched: false,
    });
  });

  it('is the packaged one where the system’s only says how to install one', async () => {
    onPath('chromium-browser', 'echo install the snap; exit 1');
    await setUpForTests();
    expect(await browser()).toMatchObject({ program: program() });
  });

  it('is the packaged one where that is asked for', async () => {
    onPath('chromium', 'echo Chromium 150.0.1.2');
    await setUpForTests({ MENSHEN_CHROMIUM: 'packaged' });
    expect(await browser({ MENSHEN_CHROMIUM: 'packaged' })).toMatchObject({ program: program() });
  });

  it('is none where none is wanted', async () => {
    const { code } = await setUpForTests({ MENSHEN_CHROMIUM: 'none' });
    expect({ code, found: await browser({ MENSHEN_CHROMIUM: 'none' }) }).toEqual({ code: 0, found: undefined });
  });

  it('ends the set-up with exit code 12 where the one that was named is none', async () => {
    const { code, output } = await setUpForTests({ MENSHEN_CHROMIUM: '/bin/false' });
    expect({ code, names: output.includes('/bin/false') }).toEqual({ code: 12, names: true });
  });

  it('ends the set-up with exit code 11 where the unpacked program is not the pinned one', async () => {
    const file = join(project.root, 'scripts', 'setup', 'artifacts.json');
    const artifacts = JSON.parse(readFileSync(file, 'utf8'));
    for (const each of Object.values<{ unpacked: { sha256: string }[] }>(artifacts.chromium))
      each.unpacked = each.unpacked.map((one) => ({ ...one, sha256: '0'.repeat(64) }));
    writeFileSync(file, JSON.stringify(artifacts));
    const { code } = await setUpForTests();
    expect(code).toBe(11);
  });
});

const setUpForTests = (env: NodeJS.ProcessEnv = {}) => runSetup(project, ['--tests'], env);
const browser = (env: NodeJS.ProcessEnv = {}) =>
  chromiumHere({ root: project.root, env: { ...project.env, ...env }, probe: machineProbe() });
const folder = () => join(project.root, 'var', 'tools', 'chromium');
const program = () => join(folder(), 'chromium');

function onPath(name: string, line: string): string {
  const file = join(project.env.PATH ?? '', name);
  writeFileSync(file, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  return file;
}
