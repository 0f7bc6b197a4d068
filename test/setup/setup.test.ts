import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callsOf, makeProject, modelFile, type Project, removeProject, runSetup, snapshot } from './project.js';

let project: Project;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => removeProject(project));

describe('a set-up', () => {
  it('makes everything that is missing', async () => {
    const { code, output } = await runSetup(project);
    expect(code, output).toBe(0);
    for (const file of [
      'dist/main.js',
      'dist/kiosk/main-1.js',
      'models/default/first.onnx',
      'var/tools/ffmpeg',
      'var/demo/pictures/sample1.jpg',
    ])
      expect(existsSync(join(project.root, file)), file).toBe(true);
  });

  it('takes only the named files from a package', async () => {
    await runSetup(project);
    expect(existsSync(join(project.root, 'models', 'default', 'unwanted.onnx'))).toBe(false);
  });

  it('starts no npm and writes nothing when all is there', async () => {
    await runSetup(project);
    const [calls, before] = [callsOf(project), snapshot(project)];
    const { code } = await runSetup(project);
    expect({ code, calls: callsOf(project), files: snapshot(project) }).toEqual({ code: 0, calls, files: before });
  });

  it('needs neither npm nor a network when all is there', async () => {
    await runSetup(project);
    const { code } = await runSetup(project, [], { PATH: '' });
    expect(code).toBe(0);
  });

  it('keeps a node_modules that was installed by hand', async () => {
    await runSetup(project);
    rmSync(join(project.root, 'node_modules', '.menshen-setup.json'));
    await runSetup(project);
    expect(callsOf(project).filter((call) => call.startsWith('ci '))).toHaveLength(1);
  });

  it('installs again when the lock file changed', async () => {
    await runSetup(project);
    const file = join(project.root, 'package-lock.json');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('1.0.0', '1.0.1'));
    await runSetup(project);
    expect(callsOf(project).filter((call) => call.startsWith('ci '))).toHaveLength(2);
  });

  it('builds again when a source changed', async () => {
    await runSetup(project);
    writeFileSync(join(project.root, 'src', 'main.ts'), 'export const changed = true;\n');
    const { output } = await runSetup(project);
    expect(output).toContain('built dist/');
  });

  it('removes the output of a source that is gone', async () => {
    writeFileSync(join(project.root, 'src', 'old.ts'), 'export {};\n');
    await runSetup(project);
    rmSync(join(project.root, 'src', 'old.ts'));
    await runSetup(project);
    expect(existsSync(join(project.root, 'dist', 'old.js'))).toBe(false);
  });

  it('keeps the screen’s page, which no source of the service is compiled to', async () => {
    await runSetup(project);
    writeFileSync(join(project.root, 'src', 'main.ts'), 'export const changed = true;\n');
    await runSetup(project);
    expect(existsSync(join(project.root, 'dist', 'kiosk', 'main-1.js'))).toBe(true);
  });

  it('bundles the screen’s page again when a file of it is gone', async () => {
    await runSetup(project);
    rmSync(join(project.root, 'dist', 'kiosk', 'main-1.js'));
    await runSetup(project);
    expect(existsSync(join(project.root, 'dist', 'kiosk', 'main-1.js'))).toBe(true);
  });

  it('bundles the screen’s page again when a text of it changed', async () => {
    await runSetup(project);
    mkdirSync(join(project.root, 'config', 'languages', 'en'), { recursive: true });
    writeFileSync(join(project.root, 'config', 'languages', 'en', 'kiosk.json'), '{}');
    const { output } = await runSetup(project);
    expect(output).toContain('built dist/');
  });

  it('replaces an altered model', async () => {
    await runSetup(project);
    const original = readFileSync(modelFile(project), 'utf8');
    writeFileSync(modelFile(project), 'altered');
    await runSetup(project);
    expect(readFileSync(modelFile(project), 'utf8')).toBe(original);
  });

  it('leaves the demonstration out of production', async () => {
    const { code } = await runSetup(project, ['--production']);
    expect({ code, demo: existsSync(join(project.root, 'var', 'demo')) }).toEqual({ code: 0, demo: false });
  });

  it('refuses an option that it does not know', async () => {
    const { code } = await runSetup(project, ['--prodution']);
    expect(code).toBe(2);
  });
});
