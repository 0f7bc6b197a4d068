import { crash } from './crash.mjs';
import { killMigrations } from './migration.mjs';

const usualTimes = 500;
/** Of all kills: recognition takes long to start, a migration is short. */
const withFaces = 0.04;
const ofMigrations = 0.04;

/**
 * The long version: kills with PIN and card alone, with enrolment of faces, and in the middle of a migration.
 *
 * @param {{ times: number | undefined, seed: number, say: (text: string) => void }} options
 * @returns {Promise<import('./run.mjs').Outcome>}
 */
export async function crashRun({ times = usualTimes, seed, say }) {
  say(`seed ${seed}`);
  const [faceKills, migrationKills] = [Math.round(times * withFaces), Math.round(times * ofMigrations)];
  const migration = await killMigrations({ times: migrationKills, seed, onProgress: say });
  const faces = await crash({ times: faceKills, seed, faces: true, onProgress: (text) => say(`faces: ${text}`) });
  const mix = await crash({ times: times - faceKills - migrationKills, seed, onProgress: say });
  const broken = [...mix.broken, ...faces.broken, ...migration.broken];
  const kills = mix.kills + faces.kills + migration.kills;
  return {
    held: broken.length === 0,
    line: `${kills} kills at random instants, seed ${seed}: ${
      broken[0] ?? `all of ${mix.acknowledged + faces.acknowledged} answered acts were there, nothing erased came back`
    }`,
    detail: { kills, mix, faces, migration },
  };
}
