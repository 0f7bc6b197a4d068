/** The script as a person runs it, and what it may never do: write a face's recording into the repository. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from '#menshen/evaluate/index.js';
import { findFfmpeg } from '#menshen/platform/index.js';
import { attackNameOf, derivedNameOf } from '../../scripts/derive-presentations/names.mjs';
import { versions } from '../../scripts/derive-presentations/versions.mjs';
import { projectFolder } from '../support/files.js';

const script = join(projectFolder, 'scripts', 'derive-presentations.mjs');
const ffmpeg = await findFfmpeg().then(
  ({ path }) => path,
  () => undefined,
);
if (ffmpeg === undefined) console.log('skipped: no ffmpeg, so nothing can be derived.');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'menshen-derive-test-'));
  mkdirSync(join(folder, 'recordings'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function derive(...words: string[]) {
  return spawnSync(process.execPath, [script, ...words], { cwd: folder, encoding: 'utf8' });
}

describe('names', () => {
  it.each([
    ['person1-bona-fide.mp4', 'print', 'person1-print.mp4'],
    ['person1-bona-fide-2.mp4', 'print', 'person1-print-2.mp4'],
    ['bona-fide/anna1.mp4', 'cut-out', 'attack/cut-out/anna1.mp4'],
    ['site/Genuine_anna.jpg', 'print', 'site/print_anna.jpg'],
  ])('file an attack made from %s under its species', (file, species, expected) => {
    expect(attackNameOf(file, species)).toBe(expected);
  });

  it.each([
    ['person1-bona-fide.mp4', undefined, 'person1-bona-fide~dim.mp4'],
    ['a.b/anna-print.jpg', '.mp4', 'a.b/anna-print~dim.mp4'],
    ['a.b/anna-print', '.mp4', 'a.b/anna-print~dim.mp4'],
  ])('say how %s was derived', (file, extension, expected) => {
    expect(derivedNameOf(file, 'dim', extension)).toBe(expected);
  });
});

describe('a folder to write into', () => {
  it.each([
    ['the repository', () => projectFolder],
    ['a folder of it that is not there yet', () => join(projectFolder, 'made', 'by-a-test')],
    ['its git-ignored folder', () => join(projectFolder, 'dist', 'made-by-a-test')],
    ['a link into it', () => linkTo('inwards', join(projectFolder, 'test'))],
    ['a folder behind a link into it', () => join(linkTo('behind', join(projectFolder, 'test')), 'made')],
  ])('that is %s is refused, and nothing is written', (_what, out) => {
    writeFileSync(join(folder, 'recordings', 'a-bona-fide.jpg'), 'x');
    const wanted = out();
    const before = existsSync(wanted) ? readdirSync(wanted) : undefined;
    const { status, stderr } = derive('recordings', wanted);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/lies in the repository/)]);
    expect(existsSync(wanted) ? readdirSync(wanted) : undefined).toEqual(before);
  });

  it.each([['recordings'], [join('recordings', 'derived')]])('among the recordings (%s) is refused', (out) => {
    expect(derive('recordings', out)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/recordings themselves/),
    });
  });

  it.each([[[]], [['recordings']], [['recordings', 'out', 'more']], [['recordings', '--out']]])(
    'has to be named: %j is answered with the usage',
    (words) => {
      expect(derive(...words)).toMatchObject({ status: 2, stderr: expect.stringMatching(/^Usage:/) });
    },
  );
});

describe.skipIf(ffmpeg === undefined)('derived versions', () => {
  beforeAll(() => {
    const source = ['-f', 'lavfi', '-i', 'testsrc=size=160x120:rate=10', '-t', '0.5'];
    mkdirSync(join(folder, 'attacks'));
    const to = join(folder, 'attacks', 'ben-screen-replay.mp4');
    execFileSync(ffmpeg ?? '', ['-v', 'error', ...source, '-pix_fmt', 'yuv420p', to]);
    execFileSync(ffmpeg ?? '', ['-v', 'error', ...source, '-frames:v', '1', to.replace('.mp4', '-2.jpg')]);
  });

  it('of an attack are that species, one of each kind, beside the originals', () => {
    const { status, stdout } = derive('attacks', 'derived', '--with-originals');
    const dataset = openDataset(join(folder, 'derived'));
    const found = dataset.kind === 'presentations' ? dataset.presentations : [];
    const ofVideo = found.filter(({ still }) => !still);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/made, 0 already there/)]);
    expect(new Set(found.map(({ species }) => species))).toEqual(new Set(['screen-replay']));
    expect(new Set(ofVideo.map(({ derived }) => derived))).toEqual(
      new Set([undefined, ...versions.map(({ name }) => name)]),
    );
  });

  it('of a still stand upright, whatever its Exif data say', async () => {
    mkdirSync(join(folder, 'turned'));
    const wide = sharp({ create: { width: 64, height: 32, channels: 3, background: 'grey' } });
    await wide
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toFile(join(folder, 'turned', 'ben-print.jpg'));
    derive('turned', 'from-turned');
    const { width, height } = await sharp(
      readFileSync(join(folder, 'from-turned', 'ben-print~dim-0.35.jpg')),
    ).metadata();
    expect([width, height]).toEqual([32, 64]);
  });

  it('are not made again, nor from one another', () => {
    derive('attacks', 'derived');
    expect(derive('attacks', 'derived').stdout).toMatch(/^0 made, \d+ already there/);
    expect(derive('derived', 'again').stdout).toMatch(/\n\d+ made, 0 already there/);
    expect(readdirSync(join(folder, 'again')).filter((name) => /~.*~/.test(name))).toEqual([]);
  });

  it('of a broken recording are not left half made', () => {
    mkdirSync(join(folder, 'broken'));
    writeFileSync(join(folder, 'broken', 'ben-print.mp4'), 'this is no recording');
    const { status, stderr } = derive('broken', 'from-broken');
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^ffmpeg failed/)]);
    expect(readdirSync(join(folder, 'from-broken'))).toEqual([]);
  });
});

function linkTo(name: string, target: string): string {
  const link = join(folder, name);
  symlinkSync(target, link);
  return link;
}
