import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { MenshenError } from '../../core/index.js';
import { show } from '../console.js';
import { type Context, withApi } from '../context.js';

interface AddOptions {
  readonly label?: string;
  readonly kinds?: string;
  readonly from?: string;
  readonly heartbeat?: string;
  readonly authority?: string;
}

/** `menshen listeners`: whom the terminal tells of events by itself. */
export function addListenerCommands(program: Command, context: Context): void {
  const listeners = program.command('listeners').description('panels on the LAN that events are sent to');
  const call = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) =>
    withApi(context, async (api) => show(await api.call(method, path, body)));
  listeners
    .command('list', { isDefault: true })
    .description('listeners and how far they are')
    .action(() => call('GET', '/v1/listeners'));
  listeners
    .command('add <url>')
    .description('send events there; the secret that signs them is shown once')
    .option('--label <text>', 'which panel it is')
    .option('--kinds <list>', 'only these kinds of events, separated by commas')
    .option('--from <serial>', 'also send what happened before, from this serial on')
    .option('--heartbeat <seconds>', 'after so long without a message (60)')
    .option('--authority <file>', 'certificate (PEM) of the authority behind an https listener')
    .action((url: string, options: AddOptions) => call('POST', '/v1/listeners', { url, ...wishes(options) }));
  listeners
    .command('remove <id>')
    .description('send no more there')
    .action((id: string) => call('DELETE', pathOf(id)));
  listeners
    .command('test <id>')
    .description('send a test message now; exit code 6 when the listener does not acknowledge it')
    .action((id: string) =>
      withApi(context, async (api) => {
        const answer = (await api.call('POST', `${pathOf(id)}/test`)) as Tested;
        show(answer);
        if (!answer.acknowledged) throw notAcknowledged(answer);
      }),
    );
  listeners
    .command('dead-letters <id>')
    .description('events that the listener refused and that were set aside')
    .option('--after <serial>', 'the next page')
    .option('--redeliver', 'send all of them once more')
    .action((id: string, { after, redeliver }: { after?: string; redeliver?: boolean }) =>
      redeliver === true
        ? call('POST', `${pathOf(id)}/dead-letters/redeliver`, {})
        : call('GET', `${pathOf(id)}/dead-letters${after === undefined ? '' : `?after=${encodeURIComponent(after)}`}`),
    );
}

interface Tested {
  readonly acknowledged: boolean;
  readonly problem?: string;
}

const notAcknowledged = ({ problem = 'no reason is known' }: Tested): MenshenError =>
  new MenshenError(
    'listener-unreachable',
    `The listener did not acknowledge the test message: ${problem}. It must answer 2xx at its address; look there, then test again.`,
  );

function wishes({ label, kinds, from, heartbeat, authority }: AddOptions) {
  return {
    ...(label === undefined ? {} : { label }),
    ...(kinds === undefined ? {} : { kinds: kinds.split(',') }),
    ...(from === undefined ? {} : { from: Number(from) }),
    ...(heartbeat === undefined ? {} : { heartbeatSeconds: Number(heartbeat) }),
    ...(authority === undefined ? {} : { authority: textOf(authority) }),
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new MenshenError('listener-invalid', `${path} cannot be read.`, { cause });
  }
}

const pathOf = (id: string): string => `/v1/listeners/${encodeURIComponent(id)}`;
