import { readFile } from 'node:fs/promises';
import { asMenshenError, type Picture, type QualityLimits } from '../../core/index.js';
import { seal } from '../../crypto/index.js';
import type { DetectedFace } from '../../detect/index.js';
import { decodeStill, wipe } from '../../pixels/index.js';
import { systemClock, systemRandomness } from '../../platform/index.js';
import { assessQuality } from '../../quality/index.js';
import type { SeeingTools } from '../../vision/index.js';
import { boundTo, type PictureResult, type Task } from './protocol.js';

interface PictureContext {
  readonly tools: SeeingTools;
  readonly limits: QualityLimits;
  readonly key: Uint8Array;
}

/**
 * Acquires the face of the person a picture is named after. Quality is assessed and reported but refuses nothing: an
 * evaluation that leaves out hard pictures says less than one that keeps them.
 */
export async function lookAtPicture(
  { file, path }: Extract<Task, { kind: 'picture' }>,
  context: PictureContext,
): Promise<PictureResult> {
  const watch = new StopWatch();
  let picture: Picture | undefined;
  try {
    picture = await decodeStill(await readFile(path));
    watch.lap('decode');
    return await acquire({ file, path }, picture, context, watch);
  } catch (thrown) {
    const { code } = asMenshenError(thrown);
    // Broken models end the run; a broken picture is a failure to acquire like any other.
    if (code !== 'picture-unreadable' && code !== 'picture-refused') throw thrown;
    return { kind: 'picture', file, path, failure: code, times: watch.times };
  } finally {
    if (picture !== undefined) wipe(picture);
  }
}

async function acquire(
  of: { readonly file: string; readonly path: string },
  picture: Picture,
  { tools, limits, key }: PictureContext,
  watch: StopWatch,
): Promise<PictureResult> {
  const face = nearestToCentre(await tools.detector.detect(picture), picture);
  watch.lap('detect');
  if (face === undefined) {
    return { kind: 'picture', ...of, failure: 'no-face-found', times: watch.times };
  }
  const located = await tools.landmarks.locate(picture, face);
  watch.lap('landmarks');
  const { unified } = assessQuality(picture, located, limits);
  watch.lap('quality');
  const { vector } = await tools.embedder.embed(picture, located.points);
  watch.lap('embed');
  const bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
  const sealed = seal(key, bytes, boundTo(of.file), systemRandomness);
  vector.fill(0);
  return { kind: 'picture', ...of, sealed, quality: unified, times: watch.times };
}

/** Such data sets are cropped around the person they name; bystanders stand at the sides. */
function nearestToCentre(faces: readonly DetectedFace[], { width, height }: Picture): DetectedFace | undefined {
  const offCentre = ({ box }: DetectedFace) =>
    Math.hypot(box.x + box.width / 2 - width / 2, box.y + box.height / 2 - height / 2);
  return [...faces].sort((one, other) => offCentre(one) - offCentre(other))[0];
}

class StopWatch {
  readonly times: Record<string, number> = {};
  #since = systemClock.monotonicMs();

  lap(step: string): void {
    const now = systemClock.monotonicMs();
    this.times[step] = now - this.#since;
    this.#since = now;
  }
}
