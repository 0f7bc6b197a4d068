import type { Command } from 'commander';
import { readSecretLine, show } from '../console.js';
import { type Context, withApi } from '../context.js';

/** Doors' states, people's groups and duress PINs. */
export function addDoorCommands(program: Command, context: Context): void {
  const door = program.command('door').description('doors: list, lock down, free');
  door
    .command('list')
    .description('state, contact and awaited passages of every door')
    .action(() => withApi(context, async (api) => show(await api.call('GET', '/v1/doors'))));
  door
    .command('state <doorId> <state>')
    .description('normal, lock-down or free; doorId `all`: every door at once')
    .requiredOption('--reason <words>', 'why; recorded')
    .action((doorId: string, state: string, { reason }: { reason: string }) =>
      withApi(context, async (api) => {
        const path = doorId === 'all' ? '/v1/doors/state' : `/v1/doors/${encodeURIComponent(doorId)}/state`;
        show(await api.call('PUT', path, { state, reason }));
      }),
    );
  program
    .command('groups <subjectId> [group...]')
    .description('put a person into these groups of the door rules and no others; none: those for everyone')
    .action((id: string, groups: string[]) =>
      withApi(context, async (api) => void (await api.call('PUT', `/v1/subjects/${id}/groups`, { groups }))),
    );
  program
    .command('duress-pin <subjectId>')
    .description('a second PIN that opens like the first and raises a silent alarm; it is read from standard input')
    .option('--remove', 'take it away')
    .action((id: string, { remove }: { remove?: boolean }) =>
      withApi(context, async (api) => {
        const path = `/v1/subjects/${id}/duress-pin`;
        if (remove === true) await api.call('DELETE', path);
        else await api.call('PUT', path, { pin: readSecretLine() });
      }),
    );
}
