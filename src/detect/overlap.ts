import type { Box } from '../core/index.js';

interface RankedBox {
  readonly box: Box;
  readonly detectionLikelihood: number;
}

/** Non-maximum suppression: of boxes that overlap by more than `maxOverlap`, the most likely stays. Most likely first. */
export function keepBest<T extends RankedBox>(faces: readonly T[], maxOverlap: number): T[] {
  const ranked = [...faces].sort((one, other) => other.detectionLikelihood - one.detectionLikelihood);
  const kept: T[] = [];
  for (const face of ranked.slice(0, mostCandidates)) {
    if (kept.every((better) => overlapOf(better.box, face.box) <= maxOverlap)) kept.push(face);
  }
  return kept;
}

/** A detector that finds a face in every cell must not hold up the frame: every pair is compared. */
const mostCandidates = 1000;

/** Intersection over union, 0..1. */
export function overlapOf(one: Box, other: Box): number {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (one.width * one.height + other.width * other.height - both);
}
