import { describe, expect, it } from 'vitest';
import type { Point } from '#menshen/core/index.js';
import { createPlanarMotionCue } from '#menshen/pad/index.js';

/** 68 points on a bowl; turned by `yawDeg`, or flattened first, as on paper. */
function shape(yawDeg: number, flat: boolean): Point[] {
  const angle = (yawDeg * Math.PI) / 180;
  return Array.from({ length: 68 }, (_, index) => {
    const x = 50 * Math.cos(index * 2.4) * Math.sqrt(index / 68);
    const y = 50 * Math.sin(index * 2.4) * Math.sqrt(index / 68);
    const depth = flat ? 0 : (x * x + y * y) / 60;
    return { x: 200 + x * Math.cos(angle) + depth * Math.sin(angle), y: 200 + y };
  });
}

function percentAfter(flat: boolean): number {
  const cue = createPlanarMotionCue();
  let evidence = '';
  for (let frame = 0; frame <= 10; frame += 1) evidence = cue.add(shape(frame * 3, flat)).evidence;
  return Number(evidence.split(' ')[0]);
}

describe('planar motion', () => {
  it('leaves nothing over when a flat picture is turned', () => {
    expect(percentAfter(true)).toBeLessThan(0.1);
  });

  it('leaves something over when a head turns', () => {
    expect(percentAfter(false)).toBeGreaterThan(1);
  });

  it('gives no likelihood, because it did not separate replays from people', () => {
    const cue = createPlanarMotionCue();
    for (let frame = 0; frame < 20; frame += 1) {
      expect(cue.add(shape(frame, false))).toMatchObject({ cue: 'planar-motion', state: 'unavailable' });
    }
  });

  it('forgets the last person when it is reset', () => {
    const cue = createPlanarMotionCue();
    for (let frame = 0; frame < 11; frame += 1) cue.add(shape(frame, false));
    cue.reset();
    expect(cue.add(shape(0, false)).evidence).toMatch(/fewer than/);
  });
});
