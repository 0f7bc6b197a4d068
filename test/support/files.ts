/** Folders, recordings and listings for tests that run the whole product. */
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export const projectFolder = join(import.meta.dirname, '..', '..');

/** Removed when the tests of the file that asked for it have ended, at the latest. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-e2e-'));
  afterwards.push(folder);
  return folder;
}

const afterwards: string[] = [];
// Registered when a test file imports this, so it runs after the file's own hooks.
afterAll(() => {
  for (const folder of afterwards) rmSync(folder, { recursive: true, force: true });
});

/**
 * Every file below the folders with its size, for comparing what was there before and after. Folders that are not there
 * or may not be read count as empty; links are not followed.
 */
export function filesBelow(folders: readonly string[], skip: (path: string) => boolean = () => false): Set<string> {
  const found = new Set<string>();
  const visit = (folder: string): void => {
    for (const name of entriesOf(folder)) {
      const path = join(folder, name);
      if (skip(path)) continue;
      const facts = lstatSync(path, { throwIfNoEntry: false });
      if (facts?.isDirectory() === true) visit(path);
      else if (facts !== undefined) found.add(path);
    }
  };
  for (const folder of folders) visit(folder);
  return found;
}

/** One person or attack of the recording that the tests look at. */
export interface Scene {
  readonly id: string;
  readonly nearFromMs: number;
  readonly nearUntilMs: number;
}

/** What the cameras of the tests see, and in which mode a gate says yes to it. */
export interface Footage {
  readonly mode: 'live' | 'demonstration';
  /** A recording of this scene alone: whenever it is looked at, the face is there. */
  clip(sceneId: SceneId): string;
  /** An encoded still of the person. */
  still(sceneId: SceneId): Uint8Array;
}

export type SceneId = 'person-a' | 'person-b' | 'stranger';

/** The demonstration's recording, which set-up makes on every machine; undefined when it was not made. */
export const footage: Footage | undefined = demonstrationFootage();
export const whyNoFootage = 'skipped: var/demo/recording.mp4 is not there; `npm run setup` makes it.';

/** The video program that set-up brought, or the system's. */
export const ffmpegPath = join(projectFolder, 'var', 'tools', 'ffmpeg');

function demonstrationFootage(): Footage | undefined {
  const folder = join(projectFolder, 'var', 'demo');
  const recording = join(folder, 'recording.mp4');
  if (!existsSync(recording) || !existsSync(join(folder, 'scenes.json'))) return undefined;
  const { scenes } = JSON.parse(readFileSync(join(folder, 'scenes.json'), 'utf8')) as { scenes: readonly Scene[] };
  return {
    mode: 'demonstration',
    clip: (sceneId) => {
      const scene = scenes.find(({ id }) => id === sceneId);
      if (scene === undefined) throw new Error(`the demonstration has no scene ${sceneId}`);
      return cut(recording, scene);
    },
    still: (sceneId) => readFileSync(join(folder, 'stills', `${sceneId}.jpg`)),
  };
}

/** Cut once per machine and kept: the name says from what, so a new recording makes new cuts. */
function cut(recording: string, { id, nearFromMs, nearUntilMs }: Scene): string {
  const { size, mtimeMs } = lstatSync(recording);
  const folder = join(tmpdir(), 'menshen-e2e-clips');
  const clip = join(folder, `${id}-${size}-${Math.round(mtimeMs)}.mp4`);
  if (existsSync(clip)) return clip;
  mkdirSync(folder, { recursive: true });
  const temporary = `${clip}.${process.pid}.mp4`;
  const seconds = (ms: number): string => (ms / 1000).toFixed(3);
  execFileSync(ffmpegPath, [
    ...['-nostdin', '-loglevel', 'error', '-y', '-ss', seconds(nearFromMs), '-i', recording],
    ...['-t', seconds(nearUntilMs - nearFromMs), '-an', '-c:v', 'libx264', '-crf', '12', '-preset', 'ultrafast'],
    ...['-pix_fmt', 'yuv420p', temporary],
  ]);
  renameSync(temporary, clip);
  return clip;
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // Other processes' files come and go while the tree is walked.
    if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR') return [];
    throw error;
  }
}
