import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { MenshenError } from '../../core/index.js';
import { unzipped } from '../../filing/index.js';
import { say, show } from '../console.js';
import { type Context, withApi } from '../context.js';
import { collected, saveAs } from '../download.js';

/** How many people, what must be filed by when, and the package for it; the product submits nothing. */
export function addFilingCommands(program: Command, context: Context): void {
  const count = program.command('count').description('how many persons’ faces are stored here and elsewhere (M15.1)');
  count
    .command('show', { isDefault: true })
    .description('the number and how far it is from the duty to file')
    .action(() =>
      withApi(context, async (api) => {
        const { count: now, ledger } = (await api.call('GET', '/v1/filing')) as { count: unknown; ledger: unknown };
        show({ count: now, ledger });
      }),
    );
  count
    .command('declare')
    .description('say how many persons your other devices hold, together')
    .requiredOption('--elsewhere <n>', 'persons on the other devices')
    .requiredOption('--by <name>', 'who declares it; reported as attested, never as verified')
    .action((options: { elsewhere: string; by: string }) =>
      withApi(context, async (api) =>
        show(
          await api.call('POST', '/v1/filing/declared-count', {
            elsewhere: Number(options.elsewhere),
            by: options.by,
          }),
        ),
      ),
    );

  const filing = program.command('filing').description('filing with the cyberspace administration (M15)');
  filing
    .command('status', { isDefault: true })
    .description('duties, due dates, what was filed, where to file')
    .action(() => withApi(context, async (api) => show(await api.call('GET', '/v1/filing'))));
  filing
    .command('prepare')
    .description('make the package; an incomplete one is refused, naming what is missing. Nothing is submitted')
    .requiredOption('--type <type>', 'new, change or cancel')
    .requiredOption('--out <folder|file.zip>', 'a folder that is not there or empty, or a zip')
    .option('--details <file>', 'YAML or JSON with what no terminal knows (config/filing-details-template.yaml)')
    .action((options: { type: string; out: string; details?: string }) =>
      withApi(context, async (api) => {
        const details = options.details === undefined ? {} : readDetails(options.details);
        const zip = await collected(await api.download('/v1/filing/packages', { type: options.type, details }));
        if (options.out.endsWith('.zip')) await saveAs(options.out, Readable.from([zip]));
        else writeFolder(options.out, zip);
        say(`${options.out} is written. People submit it; then: menshen filing submitted --reference X --on DATE`);
      }),
    );
  filing
    .command('submitted')
    .description('record the reference of what people filed')
    .requiredOption('--reference <text>', 'the number you were given')
    .requiredOption('--on <date>', 'the day it was handed in (YYYY-MM-DD, China)')
    .option('--type <type>', 'new, change or cancel; default: that of the open duty')
    .action((options: { reference: string; on: string; type?: string }) =>
      withApi(context, async (api) => show(await api.call('POST', '/v1/filing/submissions', options))),
    );

  const records = program.command('records').description('what records are kept how long (M9.3, M9.4)');
  records
    .command('show', { isDefault: true })
    .description('kinds of records, how many, since when')
    .action(() => withApi(context, async (api) => show(await api.call('GET', '/v1/records'))));
  records
    .command('prune')
    .description('remove closed complaints and counts from before a day; refused within three years')
    .requiredOption('--before <date>', 'YYYY-MM-DD')
    .action((options: { before: string }) =>
      withApi(context, async (api) => show(await api.call('POST', '/v1/records/pruning', options))),
    );
}

function readDetails(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8')) as unknown;
  } catch (cause) {
    throw new MenshenError('body-invalid', `${file} cannot be read as YAML or JSON.`, { cause });
  }
}

/** Nothing that is there is written over. */
function writeFolder(folder: string, zip: Uint8Array): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0)
    throw new MenshenError('conflict', `${folder} is not empty. Name a folder of its own.`);
  for (const { name, bytes } of unzipped(zip)) writeFileSync(join(folder, name), bytes, { flag: 'wx', mode: 0o600 });
}
