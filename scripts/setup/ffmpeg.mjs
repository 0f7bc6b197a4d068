import path from 'node:path';
import { pinned } from './artifacts.mjs';
import { onPath } from './context.mjs';
import { SetupFailure } from './failure.mjs';
import { ensureFiles, missingFiles } from './fetched.mjs';

/** @type {import('./context.mjs').Step} */
export const ffmpeg = {
  title: 'ffmpeg',
  needsBytes: 200 * 1024 ** 2,
  async check(context) {
    const system = onPath(context, 'ffmpeg');
    if (system !== undefined) return { ready: true, detail: `the system's (${system})` };
    const artifact = await artifactFor(context);
    const ready =
      artifact !== undefined && (await missingFiles(context, 'ffmpeg', artifact.files, toolsOf(context))).length === 0;
    return { ready, detail: ready ? 'var/tools' : 'none on the PATH or in var/tools' };
  },
  run: makeFfmpeg,
};

/** @param {import('./context.mjs').Context} context */
async function makeFfmpeg(context) {
  const artifact = await artifactFor(context);
  if (artifact === undefined)
    throw new SetupFailure(
      'unsupported',
      `There is no ffmpeg on the PATH, and no packaged one for ${context.probe.platform}-${context.probe.arch}. ` +
        'Install ffmpeg with your package manager, then run it again.',
    );
  const size = await ensureFiles(context, 'ffmpeg', artifact, toolsOf(context), 'ffmpeg');
  const program = path.join(toolsOf(context), artifact.files[0]?.to ?? 'ffmpeg');
  const tried = await context.children.run(program, ['-version'], { cwd: context.root, env: context.env });
  if (tried.code !== 0)
    throw new SetupFailure(
      'unsupported',
      'The packaged ffmpeg does not run on this machine. Install ffmpeg with your package manager, then run it again.',
    );
  return `ffmpeg: packaged ${artifact.version}, ${size}, in var/tools (an old build: a system ffmpeg is better where there is one)`;
}

/** @param {import('./context.mjs').Context} context */
async function artifactFor(context) {
  return (await pinned(context)).ffmpeg[`${context.probe.platform}-${context.probe.arch}`];
}

/** @param {import('./context.mjs').Context} context */
function toolsOf(context) {
  return path.join(context.root, 'var', 'tools');
}
