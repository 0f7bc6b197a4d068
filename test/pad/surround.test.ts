import { describe, expect, it } from 'vitest';
import type { Box, Picture } from '#menshen/core/index.js';
import { assessSurround } from '#menshen/pad/index.js';
import { noise, paint, plain } from '../pixels/paint.js';

const face: Box = { x: 270, y: 180, width: 100, height: 130 };
const skin = 150;

/** A face before a plain wall, with whatever else stands there painted over the wall and the body. */
function scene(paintOver: (x: number, y: number) => number | undefined): Picture {
  return paint(640, 480, (x, y) => {
    const inFace = Math.hypot((x - 320) / 50, (y - 245) / 65) < 1;
    const inBody = y > 320 && Math.abs(x - 320) < 60 + (y - 320);
    const value = paintOver(x, y) ?? (inFace ? skin : inBody ? 60 : 200);
    return [value, value, value];
  });
}

/** A dark frame of `bezelPx` around the face, turned by `tilt` pixels per pixel. */
const framed = (bezelPx: number, tilt: number) =>
  scene((x, y) => {
    const across = Math.abs(x - 320 - tilt * (y - 245));
    return across > 85 && across < 85 + bezelPx ? 20 : undefined;
  });

const likelihoodOf = (picture: Picture, box = face) => assessSurround(picture, box).bonaFideLikelihood;

describe('what surrounds the face', () => {
  it.each([
    ['upright', 0],
    ['tilted to the left', -0.2],
    ['tilted to the right', 0.2],
  ])('speaks for an attack when a bezel %s is around it', (_how, tilt) => {
    expect(likelihoodOf(framed(12, tilt))).toBeLessThan(0.2);
  });

  it('speaks for an attack when a bright print is held before a dark wall', () => {
    const print = scene((x) => (Math.abs(x - 320) > 90 ? 40 : undefined));
    expect(likelihoodOf(print)).toBeLessThan(0.2);
  });

  it('sees the bezel in a dim picture too', () => {
    const { width, height, rgb } = framed(12, 0);
    expect(likelihoodOf({ width, height, rgb: rgb.map((value) => value / 5) })).toBeLessThan(0.2);
  });

  it('says nothing against a person before a plain wall', () => {
    expect(likelihoodOf(scene(() => undefined))).toBeGreaterThan(0.5);
  });

  it('hardly minds a door behind a person, whose frame ends at the shoulders', () => {
    const door = scene((x, y) => (Math.abs(Math.abs(x - 320) - 75) < 6 && y < 315 ? 60 : undefined));
    expect(likelihoodOf(door)).toBeGreaterThan(0.4);
  });

  it('says nothing against a person beside one post', () => {
    expect(likelihoodOf(scene((x) => (x > 420 && x < 432 ? 30 : undefined)))).toBeGreaterThan(0.5);
  });

  it('does not take noise for edges', () => {
    expect(likelihoodOf(noise(640, 480))).toBeGreaterThan(0.4);
  });

  it('does not speak for a person when the face fills the picture', () => {
    const cue = assessSurround(plain(640, 480, 120), { x: 20, y: 0, width: 600, height: 480 });
    expect(cue.state === 'assessed' ? cue.bonaFideLikelihood : 0).toBeLessThan(0.5);
  });

  it.each<[string, Box]>([
    ['no size', { x: 10, y: 10, width: 0, height: 0 }],
    ['no numbers', { x: Number.NaN, y: 0, width: Number.NaN, height: 10 }],
    ['a place outside the picture', { x: 5_000, y: 5_000, width: 100, height: 130 }],
    ['an absurd height', { x: 300, y: 0, width: 0.001, height: 480 }],
  ])('is unavailable for a box with %s', (_what, box) => {
    expect(assessSurround(plain(640, 480, 120), box)).toMatchObject({ cue: 'surround', state: 'unavailable' });
  });
});
