import { describe, expect, it } from 'vitest';
import { keepBest, overlapOf, splitByZone } from '#menshen/detect/index.js';

const faceAt = (x: number, y: number, detectionLikelihood = 1) => ({
  box: { x: x - 10, y: y - 10, width: 20, height: 20 },
  detectionLikelihood,
});
const square = [
  { x: 0.25, y: 0.25 },
  { x: 0.75, y: 0.25 },
  { x: 0.75, y: 0.75 },
  { x: 0.25, y: 0.75 },
];

describe('splitByZone', () => {
  it('keeps the face whose box centre is in the zone and only counts the others', () => {
    const split = splitByZone([faceAt(100, 50), faceAt(10, 50), faceAt(190, 90)], { polygon: square }, 200, 100);
    expect(split).toEqual({ inside: [faceAt(100, 50)], outside: 2 });
  });

  it('judges by the centre, not by how much of the box reaches in', () => {
    expect(splitByZone([faceAt(45, 50)], { polygon: square }, 200, 100).inside).toEqual([]);
  });

  it('follows a polygon that bends inwards', () => {
    const notch = [
      { x: 0, y: 0 },
      { x: 1, y: 0 },
      { x: 1, y: 1 },
      { x: 0.5, y: 0.2 },
      { x: 0, y: 1 },
    ];
    expect(splitByZone([faceAt(100, 60)], { polygon: notch }, 200, 100).inside).toEqual([]);
  });

  it('takes nobody in when the polygon has no area', () => {
    expect(splitByZone([faceAt(100, 50)], { polygon: square.slice(0, 2) }, 200, 100).outside).toBe(1);
  });
});

describe('keepBest', () => {
  it('keeps the most likely of boxes on the same face', () => {
    const kept = keepBest([faceAt(50, 50, 0.8), faceAt(52, 50, 0.9), faceAt(120, 50, 0.7)], 0.35);
    expect(kept.map(({ detectionLikelihood }) => detectionLikelihood)).toEqual([0.9, 0.7]);
  });

  it('measures overlap as intersection over union', () => {
    expect(overlapOf(faceAt(10, 10).box, faceAt(20, 10).box)).toBeCloseTo(1 / 3, 9);
  });
});
