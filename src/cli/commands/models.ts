import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../../config/index.js';
import { asMenshenError, MenshenError } from '../../core/index.js';
import type { ListedPack, PackCheck } from '../../packs/index.js';
import type { Api } from '../api.js';
import { setModelsFolder } from '../configuration-file.js';
import { say, show } from '../console.js';
import type { Context } from '../context.js';
import { daemonAnswers, openApi } from '../open-api.js';
import {
  addedPacks,
  builtInPack,
  configIfThere,
  configuredPack,
  modelLine,
  packFolders,
  recordedWith,
  thresholdLine,
} from '../packs.js';

const brokenExitCode = 3;

/** `menshen models`: bring, look at, try out and choose model packs. */
export function addModelsCommands(program: Command, context: Context): void {
  const models = program.command('models').description('model packs: add, list, check, use');
  models
    .command('add <folder>')
    .description('check a pack (manifest.json and its files) and copy it to the site’s own packs')
    .action((folder: string) => add(context.config(), folder));
  models
    .command('list')
    .description('packs, licences, which one is used, what was measured, who is left to enrol again')
    .action(() => list(configIfThere(context)));
  models
    .command('check [pack]')
    .description('do to every model what a start does; exit code 3 when something is broken')
    .option('--record', 'write this machine’s golden values into the pack’s manifest (only for a pack you trust)')
    .action((pack: string | undefined, options: { record?: boolean }) =>
      check(configIfThere(context), pack, options.record === true),
    );
  models
    .command('use <pack>')
    .description('check a pack and set models.folder in the configuration')
    .action((pack: string) => use(context, pack));
  models
    .command('schema')
    .description('print the JSON schema of manifest.json')
    .action(async () => {
      const { manifestSchema } = await import('../../inference/index.js');
      show({ $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'Menshen model pack', ...manifestSchema });
    });
}

async function add(config: Config, folder: string): Promise<void> {
  const { addPack, checkPack } = await import('../../packs/index.js');
  const target = await addPack(resolve(folder), addedPacks(config), await recordedWith());
  const checked = await checkPack(target);
  sayChecks(checked);
  say(`Added as ${target}. Use it with: menshen models use ${checked.manifest.id}@${checked.manifest.version}`);
}

async function check(config: Config | undefined, wanted: string | undefined, record: boolean): Promise<void> {
  const { checkPack, findPack, problemOf, recordPack } = await import('../../packs/index.js');
  const directory = wanted === undefined ? configuredPack(config) : await findPack(wanted, packFolders(config));
  if (record) {
    await recordPack(directory, await recordedWith());
    say(`Golden values of this machine are written into ${directory}/manifest.json.`);
  }
  const checked = await checkPack(directory);
  sayChecks(checked);
  say(`     measured down to FMR: ${thresholdLine(checked.manifest)}`);
  if (problemOf(checked) !== undefined) process.exitCode = brokenExitCode;
}

/** A line for each model, and one for an impostor model. */
function sayChecks({ models, manifest, impostorModelProblem }: PackCheck): void {
  for (const model of models) say(modelLine(model));
  if (manifest.impostorModel === undefined) return;
  const { file } = manifest.impostorModel;
  say(
    impostorModelProblem === undefined
      ? `ok   impostor model  ${file}`
      : `FAIL impostor model  ${file}: ${impostorModelProblem}`,
  );
}

async function list(config: Config | undefined): Promise<void> {
  const { listPacks } = await import('../../packs/index.js');
  const { embeddingModelIdOf } = await import('../../inference/index.js');
  const people = config === undefined ? undefined : await templatesByModel(config);
  for (const { name, directory, manifest, problem } of await listPacks(packFolders(config))) {
    const used = config !== undefined && configuredPack(config) === directory;
    say(`${used ? '*' : ' '} ${name}${directory === builtInPack ? ' (built in)' : ''}  ${directory}`);
    if (manifest === undefined) say(`    FAIL ${problem ?? 'its manifest cannot be read'}`);
    else {
      say(`    licence ${manifest.licence}; ${sourceOf(manifest)}`);
      say(`    measured down to FMR: ${thresholdLine(manifest)}`);
      if (people !== undefined) say(`    ${peopleLine(people, embeddingModelIdOf(manifest), used)}`);
    }
  }
  if (config !== undefined) say(`* used by the configuration. The site’s own packs: ${addedPacks(config)}`);
}

async function use(context: Context, wanted: string): Promise<void> {
  const config = context.config();
  const { checkPack, findPack, problemOf } = await import('../../packs/index.js');
  const checked = await checkPack(await findPack(wanted, packFolders(config)));
  sayChecks(checked);
  const problem = problemOf(checked);
  if (problem !== undefined) {
    throw new MenshenError('model-pack-invalid', `${problem} The configuration is left as it is.`);
  }
  const folder = checked.directory === builtInPack ? undefined : checked.directory;
  setModelsFolder(context.configPath(), folder);
  say(`${context.configPath()} now uses ${nameOf(checked)}.`);
  const people = await templatesByModel(config);
  if (people !== undefined) say(peopleLine(people, checked.modelId, true));
  say(
    (await daemonAnswers(config))
      ? 'Restart the daemon: it goes on with the former pack until then.'
      : 'The daemon does not run; it takes the pack at its next start.',
  );
}

const nameOf = ({ manifest }: PackCheck): string => `${manifest.id}@${manifest.version}`;

function sourceOf({ source }: NonNullable<ListedPack['manifest']>): string {
  return source.kind === 'npm'
    ? `from the npm package ${source.package}@${source.version}`
    : `source: ${source.origin}`;
}

type Templates = readonly { readonly modelId: string; readonly templates: number }[];

/** From the daemon or the store; undefined where neither can be asked. */
async function templatesByModel(config: Config): Promise<Templates | undefined> {
  let api: Api | undefined;
  try {
    api = await openApi(config);
    const answer = (await api.call('GET', '/v1/retention?limit=1')) as { models: { templates: Templates } };
    return answer.models.templates;
  } catch (thrown) {
    say(`  (who is left to enrol again is not known: ${asMenshenError(thrown).message})`);
    return undefined;
  } finally {
    await api?.close();
  }
}

/** One template a person: a new one replaces those of other models. */
function peopleLine(people: Templates, modelId: string, used: boolean): string {
  const own = people.find((row) => row.modelId === modelId)?.templates ?? 0;
  const others = people.reduce((sum, { templates }) => sum + templates, 0) - own;
  const left = `${others} ${others === 1 ? 'person' : 'people'}`;
  return `${own} enrolled with it; ${left} ${used ? 'left' : 'would have'} to enrol again, each at a pass with card and PIN`;
}
