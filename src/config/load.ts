import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { Value } from '#typebox/value';
import { choicesIn, complaintInWords, MenshenError } from '../core/index.js';
import { checkFilled, checkSite } from './check.js';
import { type Config, cameraSource, configSchema, keySource } from './schema.js';

/**
 * Reads, validates and completes a YAML configuration; paths in it become absolute (relative to the file).
 *
 * @throws MenshenError `config-invalid` with the key's path, `site-refused` / `listener-refused` when the law or the
 * product's rules forbid what it asks for.
 */
export function loadConfig(path: string): Config {
  return parseConfig(readText(path), dirname(resolve(path)));
}

/** The same from text; `baseFolder` is what relative paths mean. */
export function parseConfig(yamlText: string, baseFolder: string): Config {
  const raw = unfolded(yamlText);
  checkFilled(raw);
  checkKinds(raw);
  const completed = Value.Default(configSchema, raw);
  const problems = Value.Errors(configSchema, completed);
  const [problem] = problems;
  if (problem !== undefined) throw invalid(describe(problem, choicesIn(problems)));
  if (!Value.Check(configSchema, completed)) throw invalid('it does not fit the schema');
  const config = absolutePaths(completed, baseFolder);
  checkSite(config);
  return config;
}

/** What the text says. Aliases that lead nowhere, to themselves or to millions of copies are found when it is unfolded. */
function unfolded(yamlText: string): unknown {
  try {
    // What it would print of odd keys and tags is said by the schema, by name.
    const document = parseDocument(yamlText, { uniqueKeys: true, logLevel: 'error' });
    const syntax = document.errors[0];
    if (syntax !== undefined) throw invalid(`YAML: ${syntax.message}`);
    const value: unknown = document.toJS() ?? {};
    if (isDeeper(value, deepest)) throw invalid(`YAML: it is nested more than ${deepest} levels deep`);
    return value;
  } catch (thrown) {
    if (thrown instanceof MenshenError) throw thrown;
    throw invalid(`YAML: ${thrown instanceof Error ? thrown.message : 'it cannot be read'}`);
  }
}

/** Twice what the schema has. */
const deepest = 16;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}

/** Several forms are chosen by their `kind`; a kind that none of them has is said before the forms are compared. */
function checkKinds(raw: unknown): void {
  for (const [where, allowed] of kindsByPlace) {
    for (const kind of valuesAt(raw, where)) {
      if (!allowed.includes(String(kind)))
        throw invalid(`${where.join('.')}: ${JSON.stringify(kind)} is not one of ${allowed.join(', ')}`);
    }
  }
}

interface OneOfKinds {
  readonly anyOf: readonly { readonly properties: { readonly kind: { readonly const: string } } }[];
}
const kindsOf = ({ anyOf }: OneOfKinds): readonly string[] => anyOf.map(({ properties }) => properties.kind.const);

const kindsByPlace: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['cameras', 'source', 'kind'], kindsOf(cameraSource)],
  [['store', 'key', 'kind'], kindsOf(keySource)],
];

/** What stands at a path, through lists; nothing where the path ends early. */
function valuesAt(value: unknown, [key, ...rest]: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, key === undefined ? [] : [key, ...rest]));
  if (key === undefined) return [value];
  const entry =
    typeof value === 'object' && value !== null ? Object.entries(value).find(([name]) => name === key) : undefined;
  return entry === undefined ? [] : valuesAt(entry[1], rest);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new MenshenError('config-invalid', `${path} cannot be read. Make one with \`menshen init\`.`, { cause });
  }
}

interface SchemaProblem {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly message: string;
  readonly keyword: string;
  readonly params: object;
}

function describe(problem: SchemaProblem, choices: readonly string[] | undefined): string {
  const where = problem.instancePath === '' ? 'top level' : problem.instancePath.slice(1).replaceAll('/', '.');
  if (choices !== undefined) return `${where}: must be ${choices.join(' or ')}`;
  return `${where}: ${problem.keyword === 'boolean' ? 'unknown key' : complaintInWords(problem, configSchema)}`;
}

function absolutePaths(config: Config, base: string): Config {
  const at = (path: string): string => resolve(base, path);
  const key = config.store.key;
  const tls = config.http.tls;
  return {
    ...config,
    cameras: config.cameras.map((camera) => {
      const { source } = camera;
      if (source.kind === 'recording') return { ...camera, source: { ...source, path: at(source.path) } };
      if (source.kind === 'stills') return { ...camera, source: { ...source, folder: at(source.folder) } };
      return camera;
    }),
    store: {
      ...config.store,
      folder: at(config.store.folder),
      key: key.kind === 'file' || key.kind === 'tpm' ? { ...key, path: at(key.path) } : key,
      ...(config.store.witnessFile === undefined ? {} : { witnessFile: at(config.store.witnessFile) }),
    },
    http:
      tls === undefined || 'deviceAuthority' in tls
        ? config.http
        : { ...config.http, tls: { certificateFile: at(tls.certificateFile), keyFile: at(tls.keyFile) } },
    isapi:
      config.isapi.hostAuthorityFile === undefined
        ? config.isapi
        : { ...config.isapi, hostAuthorityFile: at(config.isapi.hostAuthorityFile) },
    ...(config.syslog?.authorityFile === undefined
      ? {}
      : { syslog: { ...config.syslog, authorityFile: at(config.syslog.authorityFile) } }),
    models: config.models.folder === undefined ? {} : { folder: at(config.models.folder) },
  };
}

function invalid(what: string): MenshenError {
  return new MenshenError('config-invalid', `${what}. Correct the configuration file and start again.`);
}
