import { beforeAll, describe, expect, test } from 'vitest';
import { cosineSimilarity, thresholdFor } from '#menshen/compare/index.js';
import {
  framesBetween,
  fusedProbe,
  hasRecording,
  padOutcomes,
  type Scene,
  sceneList,
  type Watched,
  watchRecording,
} from './watching.js';

const { scenes, stills } = sceneList;
const people = scenes.filter(({ kind }) => kind !== 'attack');
const attacks = scenes.filter(({ kind }) => kind === 'attack');
const named = (list: readonly Scene[]) => list.map((scene) => [scene.id, scene] as const);

describe.skipIf(!hasRecording)("the demonstration's recording", () => {
  let watched: Watched;
  beforeAll(async () => {
    watched = await watchRecording();
  });
  const during = ({ startMs, endMs }: Scene) => framesBetween(watched.frames, startMs, endMs);
  const whileNear = ({ nearFromMs, nearUntilMs }: Scene) => framesBetween(watched.frames, nearFromMs, nearUntilMs);
  /** Whether a scene's fused probe matches somebody's still at a false match rate of 1e-4. */
  const matches = (scene: Scene, who: string) => {
    const threshold = thresholdFor(watched.manifest.thresholds, 'reference-fused', 1e-4);
    const reference = watched.stills.get(who)?.face?.probe?.vector ?? new Float32Array(0);
    const probe = fusedProbe(whileNear(scene), watched.manifest);
    return cosineSimilarity(reference, probe) >= threshold.similarity;
  };

  test('is at most a minute long', () => {
    expect(watched.frames.at(-1)?.positionMs).toBeLessThanOrEqual(60_000);
  });

  test('shows an empty gate between the scenes', () => {
    const isEmpty = ({ positionMs = 0 }) =>
      scenes.every((scene) => positionMs < scene.startMs || positionMs >= scene.endMs);
    const faces = watched.frames.filter(isEmpty).map((seen) => seen.facesInZone + seen.facesOutsideZone);
    expect(faces.length).toBeGreaterThan(50);
    expect(Math.max(...faces)).toBe(0);
  });

  test.each(named(scenes))('has one usable face in nine of ten frames while somebody is near (%s)', (_, scene) => {
    const usable = whileNear(scene).filter(({ face }) => face?.probe !== undefined);
    expect(usable.length).toBeGreaterThanOrEqual(0.9 * whileNear(scene).length);
  });

  test.each(named(scenes.filter(({ bystanders }) => bystanders > 0)))(
    'has a bystander, always outside the capture zone (%s)',
    (_, scene) => {
      const withBystander = whileNear(scene).filter(({ facesOutsideZone }) => facesOutsideZone > 0);
      expect(withBystander.length).toBeGreaterThan(0.5 * whileNear(scene).length);
      expect(Math.max(...during(scene).map(({ facesInZone }) => facesInZone))).toBe(1);
    },
  );

  test.each(named(people))('passes attack detection whenever somebody is near (%s)', (_, scene) => {
    expect(new Set(padOutcomes(whileNear(scene), watched.manifest))).toEqual(new Set(['bona-fide']));
  });

  test.each(named(people))('suspects nobody who walks up or leaves (%s)', (_, scene) => {
    expect(padOutcomes(during(scene), watched.manifest)).not.toContain('attack');
  });

  test.each(named(attacks))('never lets the picture of a picture pass attack detection (%s)', (_, scene) => {
    expect(new Set(padOutcomes(during(scene), watched.manifest))).toEqual(new Set(['attack']));
  });

  test.each(named(attacks))(
    'would let the picture of a picture match: only attack detection stops it (%s)',
    (_, scene) => {
      expect(matches(scene, scene.who)).toBe(true);
    },
  );

  test.each(stills.map(({ who }) => who))('comes with a still good enough to enrol %s from', (who) => {
    expect(watched.stills.get(who)?.reasons).toEqual([]);
  });

  test.each(named(people))('matches the still of whom it shows, and of nobody else (%s)', (_, scene) => {
    const matched = stills.map(({ who }) => who).filter((who) => matches(scene, who));
    expect(matched).toEqual(stills.map(({ who }) => who).filter((who) => who === scene.who));
  });
});
