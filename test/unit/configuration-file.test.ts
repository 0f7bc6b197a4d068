import { chmodSync, lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { setModelsFolder } from '#menshen/cli/configuration-file.js';
import { loadConfig } from '#menshen/config/index.js';
import { projectFolder, temporaryFolder } from '../support/files.js';

const template = readFileSync(join(projectFolder, 'config', 'site-template.yaml'), 'utf8').replaceAll(
  'FILL IN',
  'Doors open to people of this house alone',
);
const folder = '/srv/packs/one: #2';

function written(text: string): string {
  const path = join(temporaryFolder(), 'menshen.yaml');
  writeFileSync(path, text);
  return path;
}

/** The file after the change, and what it then means. */
function changed(text: string, to: string | undefined) {
  const path = written(text);
  setModelsFolder(path, to);
  return { text: readFileSync(path, 'utf8'), folder: loadConfig(path).models.folder };
}

describe('setting the pack in a configuration file', () => {
  it('adds two lines to a file that names none, and touches nothing else', () => {
    const after = changed(template, folder);
    expect(after.text.startsWith(template.trimEnd())).toBe(true);
    expect(after.folder).toBe(folder);
  });

  it('changes the one that is named, and touches nothing else', () => {
    const named = (path: string) => `${template}models:   # ours\n  folder:   ${path}   # of May\n`;
    const after = changed(named('/old/pack'), folder);
    expect(after).toEqual({ text: named(JSON.stringify(folder)), folder });
  });

  it.each(['models: {}\n', 'models:\n', 'models: { folder: old }\n'])('understands %j', (models) => {
    const after = changed(template + models, folder);
    expect(after.folder).toBe(folder);
    expect(after.text).toMatch(/# the face is never the only way in/);
  });

  it('understands a file that is JSON', () => {
    const json = JSON.stringify(loadConfig(written(template)));
    expect(changed(json, folder).folder).toBe(folder);
  });

  it('takes the key away for the built-in pack, and keeps the comments', () => {
    const after = changed(`${template}models: { folder: old }\n`, undefined);
    expect(after.folder).toBeUndefined();
    expect(after.text).toMatch(/# the face is never the only way in/);
  });

  it('keeps the file’s mode', () => {
    const path = written(template);
    chmodSync(path, 0o640);
    setModelsFolder(path, folder);
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('follows a link to the file instead of replacing it', () => {
    const path = written(template);
    const link = join(temporaryFolder(), 'link.yaml');
    symlinkSync(path, link);
    setModelsFolder(link, folder);
    expect([lstatSync(link).isSymbolicLink(), loadConfig(path).models.folder]).toEqual([true, folder]);
  });

  it('leaves a file alone that is not valid', () => {
    const text = template.replace('mode: live', 'mode: lively');
    const path = written(text);
    expect(() => setModelsFolder(path, folder)).toThrow(/mode/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
