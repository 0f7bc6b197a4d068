import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const { exitCodes, exitCodeTable } = await import('./setup/failure.mjs');
const { setUpOrExit } = await import('./setup/run.mjs');

const options = ['--production', '--tests', '--help'];
const args = process.argv.slice(2);
const unknown = args.find((arg) => !options.includes(arg));
if (args.includes('--help')) {
  process.stdout.write(help());
} else if (unknown !== undefined) {
  process.stderr.write(`"${unknown}" is not an option of the set-up.\n\n${help()}`);
  process.exitCode = exitCodes.usage;
} else {
  const production = args.includes('--production') || Boolean(process.env.MENSHEN_CONFIG);
  const scope = production ? 'production' : args.includes('--tests') ? 'tests' : 'everything';
  await setUpOrExit({ scope, retryWarned: true });
}

function help() {
  const rows = exitCodeTable.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`);
  return `Usage: npm run setup -- [--production | --tests]

Sets up what is missing in this folder: dependencies, database library, native addon, build, model pack, ffmpeg and
the demonstration's material. Does nothing, and writes nothing, when all is there. Safe to interrupt and run again.

  --production  without the demonstration's material (also when MENSHEN_CONFIG is set)
  --tests       with Chromium too, where the system has none: what \`npm test\` needs

Exit codes:
${rows.join('\n')}
`;
}
