import { Command } from 'commander';
import { expect, test } from 'vitest';
import { commandGroups, commandGroupsOf } from '../../dist/cli/command-groups.js';

const context = { config: () => expect.unreachable(), configPath: () => 'none' };

test.each(commandGroups.map((group) => [group.words.join(', '), group] as const))(
  '%s: the table of commands has the names that the group adds, and no other',
  async (_name, { words, add }) => {
    const program = new Command('menshen');
    (await add())(program, context);
    expect(program.commands.map((command) => command.name())).toEqual(words);
  },
);

test('a command that two groups hold parts of gets both, and one that none holds gets the whole help', () => {
  expect(commandGroupsOf('keys').map(({ words }) => words[0])).toEqual(['keys', 'keys']);
  expect(commandGroupsOf('no-such-word')).toEqual(commandGroups);
  expect(commandGroupsOf(undefined)).toEqual(commandGroups);
});
