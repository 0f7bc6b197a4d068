import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { MenshenError } from '../../core/index.js';
import { note, readSecretLine, show } from '../console.js';
import { type Context, dayMs, expiryIn, withApi } from '../context.js';

/** Adding people, their consent, face, PIN and cards, withdrawal and erasure. */
export function addPeopleCommands(program: Command, context: Context): void {
  const subject = program.command('subject').description('people: add, list, show');
  subject
    .command('add')
    .description('add a person')
    .option('--number <personNumber>', 'the site’s own number of the person (for PIN)')
    .option('--name <displayName>', 'name, kept encrypted')
    .requiredOption('--age <band>', 'adult, minor (under 14) or undeclared; as declared, never estimated')
    .requiredOption('--expires <date|days>', 'when everything about the person goes: ISO date or a number of days')
    .action((options: { number?: string; name?: string; age: string; expires: string }) =>
      withApi(context, async (api) => {
        const expiresAt = expiryIn(options.expires);
        show(
          await api.call('POST', '/v1/subjects', {
            ...(options.number === undefined ? {} : { personNumber: options.number }),
            ...(options.name === undefined ? {} : { displayName: options.name }),
            ageBand: options.age,
            expiresAt,
          }),
        );
        sayWhenFaceEnds(expiresAt, context.config().site.retention.maxDays);
      }),
    );
  subject
    .command('list')
    .description('list people')
    .action(() => withApi(context, async (api) => show(await api.call('GET', '/v1/subjects?limit=500'))));
  subject
    .command('show <subjectId>')
    .description('what is held about a person; never the template')
    .action((id: string) => withApi(context, async (api) => show(await api.call('GET', `/v1/subjects/${id}`))));

  program
    .command('consent <subjectId>')
    .description('record the person’s separate consent to the current notice')
    .requiredOption('--expires <date|days>', 'when the consent ends, within the notice’s period')
    .requiredOption('--yes', 'the person said yes to this alone, freely, after seeing the notice and the other ways in')
    .option('--language <code>', 'language the notice was shown in', 'zh')
    .option('--form <form>', 'electronic or written', 'electronic')
    .option('--guardian <json>', 'for minors: {"name","relationship","authorityCheckedBy","reviewDate"}')
    .option('--renew', 'take the place of the running consent before it lapses: the template stays')
    .action(
      (id: string, options: { expires: string; language: string; form: string; guardian?: string; renew?: boolean }) =>
        withApi(context, async (api) => {
          const notice = (await api.call('GET', '/v1/notice')) as { hash: string };
          show(
            await api.call('POST', `/v1/subjects/${id}/consents`, {
              noticeHash: notice.hash,
              expiresAt: expiryIn(options.expires),
              language: options.language,
              accessMode: options.form === 'written' ? 'paper' : 'operator',
              ...(options.renew === true ? { renewal: true } : {}),
              form: options.form,
              separateAct: true,
              voluntary: true,
              alternativesShown: true,
              ...(options.guardian === undefined ? {} : { guardian: JSON.parse(options.guardian) as unknown }),
            }),
          );
        }),
    );

  program
    .command('enrol <subjectId>')
    .description('enrol the face of a person who consented, from the camera or from stills')
    .option('--door <doorId>', 'look through this door’s camera')
    .option('--still <file...>', 'JPEG, PNG or WebP stills; you vouch that they show the person')
    .option('--identification', 'also take part in identification (1:N)')
    .option('--distinct', 'a similar person enrolled before is somebody else: you have checked (audited)')
    .action((id: string, options: { door?: string; still?: string[]; identification?: boolean; distinct?: boolean }) =>
      withApi(
        context,
        async (api) => show(await api.call('POST', `/v1/subjects/${id}/enrolments`, enrolmentOf(options))),
        { withRecognition: true },
      ),
    );

  program
    .command('pin <subjectId>')
    .description('set the PIN; it is read from standard input')
    .action((id: string) =>
      withApi(context, async (api) => show(await api.call('PUT', `/v1/subjects/${id}/pin`, { pin: readSecretLine() }))),
    );
  program
    .command('card <subjectId> <cardNumber>')
    .description('register a card')
    .action((id: string, cardNumber: string) =>
      withApi(context, async (api) => show(await api.call('POST', `/v1/subjects/${id}/cards`, { cardNumber }))),
    );

  program
    .command('withdraw <subjectId>')
    .description('withdraw the consent: the template is destroyed at once, PIN and card go on')
    .option('--guardian', 'the guardian asks')
    .action((id: string, options: { guardian?: boolean }) =>
      withApi(context, async (api) =>
        show(
          await api.call('POST', `/v1/subjects/${id}/withdrawal`, {
            requester: options.guardian === true ? 'guardian' : 'self',
          }),
        ),
      ),
    );
  program
    .command('erase <subjectId>')
    .description('erase a person and everything held; it cannot be undone')
    .requiredOption('--yes', 'you mean it')
    .action((id: string) => withApi(context, async (api) => show(await api.call('DELETE', `/v1/subjects/${id}`))));
}

/** M8.3: the shortest period wins; the longer one that was asked for is that of number, PIN and cards alone. */
function sayWhenFaceEnds(expiresAt: string, maxDays: number): void {
  if (Date.parse(expiresAt) <= Date.now() + maxDays * dayMs) return;
  note(
    `PIN and cards of this person last until ${expiresAt}. A face is kept for ${maxDays} days at most from its enrolment (site.retention.maxDays), and goes then.`,
  );
}

function enrolmentOf(options: { door?: string; still?: string[]; identification?: boolean; distinct?: boolean }) {
  const choices = {
    ...(options.identification === undefined ? {} : { forIdentification: options.identification }),
    ...(options.distinct === undefined ? {} : { confirmedDistinct: options.distinct }),
  };
  if (options.still !== undefined) return { source: 'stills', stills: readStills(options.still), ...choices };
  if (options.door !== undefined) return { source: 'camera', doorId: options.door, ...choices };
  throw new MenshenError('body-invalid', 'Say where from: --door DOOR or --still FILE.');
}

/** As base64 they stay below what the service takes; it cuts off whoever sends more, without a word. */
const stillsLimitBytes = 32 * 1024 * 1024;

function readStills(paths: readonly string[]): string[] {
  const stills = paths.map(readStill);
  if (stills.reduce((sum, { length }) => sum + length, 0) > stillsLimitBytes) {
    throw new MenshenError('picture-refused', 'The stills have more than 32 MiB together. Give fewer or smaller ones.');
  }
  return stills.map((still) => still.toString('base64'));
}

function readStill(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new MenshenError('picture-unreadable', `${path} cannot be read.`, { cause });
  }
}
