import { describe, expect, test } from 'vitest';
import {
  type CameraFaultLimits,
  frameDifference,
  luminanceGrid,
  noFaultYet,
  watchForFault,
} from '#menshen/capture/index.js';
import type { Picture } from '#menshen/core/index.js';

const limits: CameraFaultLimits = {
  blackBelowLuminance: 0.05,
  coveredBelowSpread: 0.01,
  frozenBelowDifference: 0.0001,
  lastsMs: 1000,
};

function picture(luminance: (x: number, y: number) => number): Picture {
  const [width, height] = [96, 72];
  const rgb = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at += 1) {
    rgb.fill(luminance(at % width, Math.floor(at / width)), at * 3, at * 3 + 3);
  }
  return { width, height, rgb };
}

const black = picture(() => 4);
const grey = picture(() => 90);
const scene = (noise: number) => picture((x, y) => 40 + x + y + noise);

/** Shows the pictures one after the other, half a second apart, and says what fault each led to. */
function faultsOver(pictures: readonly Picture[]): (string | undefined)[] {
  let watch = noFaultYet;
  return pictures.map((shown, index) => {
    const step = watchForFault(watch, luminanceGrid(shown), index * 500, limits);
    watch = step.watch;
    return step.fault?.kind;
  });
}

describe('the difference of two frames', () => {
  test('is zero for the same picture', () => {
    expect(frameDifference(scene(0), scene(0))).toBe(0);
  });

  test('is one between black and white', () => {
    expect(
      frameDifference(
        picture(() => 0),
        picture(() => 255),
      ),
    ).toBeCloseTo(1, 5);
  });

  test('grows with the part of the picture that changed', () => {
    const quarter = picture((x, y) => (x < 48 && y < 36 ? 255 : 0));
    expect(
      frameDifference(
        quarter,
        picture(() => 0),
      ),
    ).toBeCloseTo(0.25, 5);
  });

  test('can be taken from a kept grid instead of a kept picture', () => {
    expect(frameDifference(luminanceGrid(black), grey)).toBe(frameDifference(black, grey));
  });
});

describe('a camera fault', () => {
  test('is black when the pictures stay dark', () => {
    expect(faultsOver([black, black, black])).toEqual([undefined, undefined, 'black']);
  });

  test('is covered when the pictures stay without any contrast', () => {
    expect(faultsOver([grey, picture(() => 92), picture(() => 91)])).toEqual([undefined, undefined, 'covered']);
  });

  test('is frozen when the same scene comes without its noise', () => {
    expect(faultsOver([scene(0), scene(0), scene(0)])).toEqual([undefined, undefined, 'frozen']);
  });

  test('is none when an unmoving scene has the noise of a sensor', () => {
    expect(faultsOver([scene(0), scene(1), scene(0), scene(1)])).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('is over as soon as the scene is back', () => {
    expect(faultsOver([black, black, black, scene(0)]).at(-1)).toBeUndefined();
  });

  test('starts anew when the kind changes', () => {
    expect(faultsOver([black, black, grey, grey, grey])).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      'covered',
    ]);
  });
});
