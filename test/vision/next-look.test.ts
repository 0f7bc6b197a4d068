import { describe, expect, it } from 'vitest';
import { nextLookAtMs } from '#menshen/vision/camera-loop.js';

describe('the next frame to look at', () => {
  it('is the very next one while nobody stands in the zone', () => {
    expect(nextLookAtMs({ capturedAtMs: 1000, facesInZone: 0 }, 100)).toBe(1000);
  });

  it.each([1, 2])('is one period away, less a tenth for jitter, once %i stand in it', (facesInZone) => {
    expect(nextLookAtMs({ capturedAtMs: 1000, facesInZone }, 100)).toBe(1090);
  });
});
