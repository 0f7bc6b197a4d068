import { writeJson } from '../setup/files.mjs';
import { durationMs, frame, scenes, stills } from './script.mjs';

/**
 * Says what the recording shows and when, for the demonstration and for whoever looks at it.
 *
 * @param {string} file
 */
export async function writeSceneList(file) {
  await writeJson(file, {
    derived: 'photographs in motion, itself a presentation attack',
    framesPerSecond: frame.framesPerSecond,
    durationMs,
    scenes: scenes.map(({ id, who, kind, bystander, startMs, nearFromMs, nearUntilMs, endMs }) => ({
      ...{ id, who, kind, bystanders: bystander === undefined ? 0 : 1 },
      ...{ startMs, nearFromMs, nearUntilMs, endMs },
    })),
    stills: stills.map(({ who, acrossPhotographs }) => ({
      who,
      file: `stills/${who}.jpg`,
      from: acrossPhotographs ? 'another photograph than the walk' : 'the same photograph as the walk',
    })),
  });
}
