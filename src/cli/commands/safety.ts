import type { Command } from 'commander';
import { MenshenError } from '../../core/index.js';
import { say, show } from '../console.js';
import { type Context, withApi } from '../context.js';
import { type KeyOption, keyFileOption, keyOf } from '../key-option.js';
import { sayWhoConfirms } from './acts.js';

/** Incidents, tampering, self-test. */
export function addSafetyCommands(program: Command, context: Context): void {
  addIncidentCommands(program, context);
  addTamperCommands(program, context);
  program
    .command('selftest')
    .description('look at ciphers, keys, audit, store and machine; exit code 4 when face mode must stay off')
    .action(() =>
      withApi(context, async (api) => {
        const report = (await api.call('POST', '/v1/self-test')) as Report;
        show(report);
        if (report.sound) return;
        const failures = report.results.filter(({ critical, state }) => critical && state === 'failed');
        throw new MenshenError('self-test-failed', failures.map(({ id, why }) => `${id}: ${why}`).join('; '));
      }),
    );
}

interface Report {
  readonly sound: boolean;
  readonly results: readonly { id: string; critical: boolean; state: string; why: string }[];
}

interface IncidentOptions extends KeyOption {
  readonly kind: string;
  readonly severity: string;
  readonly data: readonly string[];
  readonly what: string;
  readonly cause?: string;
  readonly harm?: string;
  readonly remedy?: string;
  readonly selfHelp?: string;
}

function addIncidentCommands(program: Command, context: Context): void {
  const incident = program
    .command('incident')
    .description('incidents: report, list, show, notices, lift (PIPL art. 57)');
  withTexts(
    incident
      .command('report')
      .description('report an incident: face mode goes off at once, card and PIN go on')
      .requiredOption('--kind <kind>', 'leak, tampering, loss, damage, illegal-acquisition-or-use or suspected')
      .requiredOption('--severity <severity>', 'minor or major; a major one voids the impact assessment')
      .requiredOption('--data <kinds...>', 'face-template, name, person-number, card-number, pin-verifier, records')
      .requiredOption('--what <text>', 'what happened; sealed'),
  ).action((options: IncidentOptions) =>
    withApi(
      context,
      async (api) =>
        show(
          await api.call('POST', '/v1/incidents', {
            ...{ kind: options.kind, severity: options.severity, dataKinds: options.data, description: options.what },
            ...textsOf(options),
          }),
        ),
      keyOf(options),
    ),
  );
  withTexts(
    incident
      .command('details <id>')
      .description('add what was found out since')
      .option('--major', 'it turned out to be a major one'),
  ).action((id: string, options: Partial<IncidentOptions> & { major?: boolean }) =>
    withApi(
      context,
      async (api) =>
        show(
          await api.call('POST', `/v1/incidents/${id}/details`, {
            ...(options.major === true ? { severity: 'major' } : {}),
            ...textsOf(options),
          }),
        ),
      keyOf(options),
    ),
  );
  incident
    .command('list')
    .description('every incident')
    .action(() => withApi(context, async (api) => show(await api.call('GET', '/v1/incidents'))));
  incident
    .command('show <id>')
    .description('one incident with what was written about it')
    .action((id: string) => withApi(context, async (api) => show(await api.call('GET', `/v1/incidents/${id}`))));
  incident
    .command('notice <id>')
    .description('the notice that PIPL art. 57 asks for, to print')
    .option('--audience <audience>', 'people or authority', 'people')
    .option('--language <tag>', 'language of the notice', 'zh')
    .option('--html', 'a page for a printer instead of text')
    .action((id: string, { audience, language, html }: { audience: string; language: string; html?: boolean }) =>
      withApi(context, async (api) => {
        const query = new URLSearchParams({ audience, language });
        const notice = (await api.call('GET', `/v1/incidents/${id}/notice?${query}`)) as { text: string; html: string };
        say(html === true ? notice.html : notice.text);
      }),
    );
  incident
    .command('lift <id>')
    .description('propose that face mode goes on: the cause is gone; another person confirms (menshen acts confirm)')
    .requiredOption('--people-told <answer>', 'yes, or not-needed where what was done averts the harm')
    .option(...keyFileOption)
    .action((id: string, options: KeyOption & { peopleTold: string }) =>
      withApi(
        context,
        async (api) => {
          show(await api.call('POST', `/v1/incidents/${id}/lift`, { remedied: true, peopleTold: options.peopleTold }));
          sayWhoConfirms();
        },
        keyOf(options),
      ),
    );
}

function addTamperCommands(program: Command, context: Context): void {
  const tamper = program.command('tamper').description('the tamper lock: face mode waits until somebody looked');
  tamper
    .command('report')
    .description('the device was tampered with')
    .requiredOption('--signal <signal>', 'case-opened, camera-moved, cable-cut, mount-loosened or other')
    .option('--door <id>', 'which door')
    .action((options: { signal: string; door?: string }) =>
      withApi(context, async (api) =>
        show(
          await api.call('POST', '/v1/tamper', {
            signal: options.signal,
            ...(options.door === undefined ? {} : { doorId: options.door }),
          }),
        ),
      ),
    );
  tamper
    .command('list')
    .description('every report')
    .action(() => withApi(context, async (api) => show(await api.call('GET', '/v1/tamper'))));
  tamper
    .command('confirm <id>')
    .description('you looked at the device: it is whole')
    .action((id: string) =>
      withApi(context, async (api) => show(await api.call('POST', `/v1/tamper/${id}/confirmation`))),
    );
}

function withTexts(command: Command): Command {
  return command
    .option('--cause <text>', 'why it happened')
    .option('--harm <text>', 'what it can mean for people')
    .option('--remedy <text>', 'what was done about it')
    .option('--self-help <text>', 'what people can do themselves')
    .option(...keyFileOption);
}

function textsOf({ cause, harm, remedy, selfHelp }: Partial<IncidentOptions>): Record<string, string> {
  const all = { cause, possibleHarm: harm, remedy, selfHelp };
  return Object.fromEntries(Object.entries(all).flatMap(([key, text]) => (text === undefined ? [] : [[key, text]])));
}
