import { randomUUID } from 'node:crypto';
import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isMap, isScalar, parseDocument } from 'yaml';
import { parseConfig } from '../config/index.js';
import { MenshenError } from '../core/index.js';

/**
 * Sets `models.folder` in the site's configuration file and nothing else: comments and everything around stay. Without a
 * folder the key goes, and the built-in pack is used.
 *
 * Error: `config-invalid` when the file cannot be written or would not be valid afterwards; it is then left as it is.
 */
export function setModelsFolder(configPath: string, folder: string | undefined): void {
  const path = realpathSync(configPath);
  const before = readFileSync(path, 'utf8');
  const text = withFolderInPlace(before, folder) ?? withFolderRewritten(before, folder);
  parseConfig(text, dirname(path));
  replaceFile(path, text);
}

/** Touches that one place only; undefined where the key stands in a form that this cannot do. */
function withFolderInPlace(text: string, folder: string | undefined): string | undefined {
  if (folder === undefined) return undefined;
  const document = parseDocument(text);
  const value: unknown = document.getIn(['models', 'folder'], true);
  const [from, to] = isScalar(value) ? (value.range ?? []) : [];
  const whole = isMap(document.contents) && document.contents.flow !== true && !document.has('models');
  const added = `${text.replace(/\n*$/, '\n')}\nmodels:\n  folder: ${JSON.stringify(folder)}\n`;
  const edited =
    from !== undefined && to !== undefined
      ? `${text.slice(0, from)}${JSON.stringify(folder)}${text.slice(to)}`
      : whole
        ? added
        : undefined;
  // Whatever YAML can do that was not thought of here: the whole is written anew then.
  return edited !== undefined && parseDocument(edited).getIn(['models', 'folder']) === folder ? edited : undefined;
}

/** Comments stay, their columns may not. */
function withFolderRewritten(text: string, folder: string | undefined): string {
  const document = parseDocument(text, { uniqueKeys: true });
  if (folder === undefined) {
    document.deleteIn(['models', 'folder']);
    const models: unknown = document.get('models');
    if (isMap(models) && models.items.length === 0) document.delete('models');
  } else {
    // `models:` with nothing behind it is no map to set a key in.
    if (!isMap(document.get('models'))) document.delete('models');
    document.setIn(['models', 'folder'], folder);
  }
  return document.toString({ lineWidth: 0 });
}

/** Whole or not at all, with the mode it had. */
function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${randomUUID()}`;
  try {
    writeFileSync(temporary, text, { flag: 'wx', mode: statSync(path).mode & 0o777 });
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new MenshenError('config-invalid', `${path} cannot be written. Set models.folder there by hand.`, { cause });
  }
}
