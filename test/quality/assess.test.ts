import { describe, expect, it } from 'vitest';
import { assessQuality, headPoseOf } from '#menshen/quality/index.js';
import { noise, paint, plain } from '../pixels/paint.js';
import { type FaceChange, limits, paintedFace } from './faces.js';

function assess(change: FaceChange = {}) {
  const { picture, face } = paintedFace(change);
  return assessQuality(picture, face, limits);
}

const dim = paint(640, 480, (x, y) => ((x + y) % 2 ? [40, 40, 40] : [0, 0, 0]));
const glaring = paint(640, 480, (x, y) => ((x + y) % 2 ? [255, 255, 255] : [225, 225, 225]));
const misty = paint(640, 480, (x, y) => ((x + y) % 2 ? [130, 130, 130] : [120, 120, 120]));
const smooth = paint(640, 480, (x) => [x / 3 + 20, x / 3 + 20, x / 3 + 20]);

describe('assessQuality', () => {
  it('accepts a large, sharp, well-lit face that looks into the camera', () => {
    expect(assess()).toMatchObject({ acceptable: true, reasons: [] });
  });

  it.each([
    ['face-too-small', { interEyePx: 20 }],
    ['face-cut-off', { centre: { x: 60, y: 180 } }],
    ['face-turned-away', { rollDeg: 45 }],
    ['face-turned-away', { yawDeg: 40 }],
    ['face-turned-away', { pitchDeg: -35 }],
    ['face-too-dark', { picture: dim }],
    ['face-too-bright', { picture: glaring }],
    ['face-low-contrast', { picture: misty }],
    ['picture-noisy', { picture: noise(640, 480) }],
    ['face-blurred', { picture: smooth }],
  ] as const)('says %s', (reason, change) => {
    const { acceptable, reasons } = assess(change);
    expect(acceptable).toBe(false);
    expect(reasons).toContain(reason);
  });

  it('has one row per measure, each with its unit', () => {
    const units = assess().measures.map(({ name, unit }) => `${name} ${unit}`);
    expect(units).toEqual([
      'interEyeDistance px',
      'margin ratio',
      'luminance ratio',
      'contrast ratio',
      'noise ratio',
      'sharpness ratio',
      'yaw deg',
      'pitch deg',
      'roll deg',
    ]);
  });

  it('is as good as its worst component', () => {
    const { unified, measures } = assess({ rollDeg: 20 });
    expect(unified).toBe(Math.min(...measures.map(({ component }) => component)));
  });

  it('counts noise the more the darker the picture', () => {
    const grain = noise(640, 480);
    const noiseOver = (light: number) =>
      assess({
        picture: paint(640, 480, (x, y) => {
          const value = light + (grain.rgb[(y * 640 + x) * 3] ?? 0) / 16;
          return [value, value, value];
        }),
      }).measures.find(({ name }) => name === 'noise')?.value ?? Number.NaN;
    expect(noiseOver(40) / noiseOver(160)).toBeGreaterThan(3);
  });

  it('is below 50 exactly where a measure is not acceptable', () => {
    for (const { component, reason } of assess({ picture: plain(640, 480, 128), interEyePx: 31 }).measures) {
      expect(component < 50).toBe(reason !== undefined);
    }
  });

  it('never accepts a face whose landmarks are not numbers', () => {
    const { picture, face } = paintedFace();
    const landmarks = face.landmarks.map(() => ({ x: Number.NaN, y: Number.NaN }));
    expect(assessQuality(picture, { ...face, landmarks }, limits).acceptable).toBe(false);
  });
});

describe('headPoseOf', () => {
  it.each([
    ['yawDeg', { yawDeg: 20 }],
    ['yawDeg', { yawDeg: -20 }],
    ['pitchDeg', { pitchDeg: 15 }],
    ['pitchDeg', { pitchDeg: -15 }],
    ['rollDeg', { rollDeg: 25 }],
    ['rollDeg', { rollDeg: -25 }],
  ] as const)('measures %s of a head turned by %o', (angle, change) => {
    const pose = headPoseOf(paintedFace(change).face.landmarks);
    const expected = { yawDeg: 0, pitchDeg: 0, rollDeg: 0, ...change }[angle];
    expect(Math.abs(pose[angle] - expected)).toBeLessThan(4);
  });
});

describe('a face of which only five points are known', () => {
  const assessFive = (change: FaceChange = {}) => {
    const { picture, face } = paintedFace(change);
    return assessQuality(picture, { ...face, landmarks: [] }, limits);
  };

  it('is accepted when it looks into the camera', () => {
    expect(assessFive()).toMatchObject({ acceptable: true, reasons: [] });
  });

  it.each([
    ['face-turned-away', { yawDeg: 40 }],
    ['face-turned-away', { yawDeg: -40 }],
    ['face-turned-away', { rollDeg: 45 }],
    ['face-turned-away', { pitchDeg: 40 }],
    ['face-cut-off', { centre: { x: 60, y: 180 } }],
    ['face-too-small', { interEyePx: 20 }],
  ] as const)('says %s', (reason, change) => {
    expect(assessFive(change).reasons).toContain(reason);
  });

  it.each([-20, -10, 10, 20])('turned by %i degrees is measured to the same side', (yawDeg) => {
    const { value = Number.NaN } = assessFive({ yawDeg }).measures.find(({ name }) => name === 'yaw') ?? {};
    expect(value / yawDeg).toBeGreaterThan(0.5);
    expect(value / yawDeg).toBeLessThan(1.6);
  });
});
