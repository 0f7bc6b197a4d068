import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFfmpeg } from '#menshen/platform/index.js';
import { modelledFaces } from '../../scripts/derive-presentations/faces.mjs';
import { type Maker, makerOf } from '../../scripts/derive-presentations/run-ffmpeg.mjs';
import { simulations } from '../../scripts/derive-presentations/simulations.mjs';
import { type Showing, showingOf } from '../../scripts/derive-presentations/subjects.mjs';
import { hasModels } from '../inference/default-pack.js';
import { projectFolder } from '../support/files.js';

const source = join(projectFolder, '..', 'shared', 'faces', 'pad', 'person3-bona-fide.jpg');
const ffmpeg = await findFfmpeg().then(
  ({ path }) => path,
  () => undefined,
);
const canSimulate = hasModels && ffmpeg !== undefined && existsSync(source);
if (!canSimulate) console.log('skipped: no bona fide still beside the project (../shared/faces/pad), or no ffmpeg.');

describe.skipIf(!canSimulate)('a simulated attack', () => {
  let work: string;
  let maker: Maker;
  let showing: Showing;

  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'menshen-simulation-test-'));
    maker = await makerOf(ffmpeg ?? '');
    showing = await showingOf({ root: projectFolder, source, still: true, work, maker });
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it.each(simulations.map(({ species, name, stage }) => [`${species}~${name}`, stage] as const))(
    '(%s) shows the camera one face',
    async (what, stage) => {
      const recording = join(work, `${what}.mp4`);
      const frame = join(work, `${what}.png`);
      await maker.staged({ ...(await stage(showing)), seconds: 0.2 }, recording);
      await maker.frameOf(recording, 0, frame);
      const { faces } = await modelledFaces(projectFolder, readFileSync(frame));
      expect(faces).toHaveLength(1);
    },
  );
});
