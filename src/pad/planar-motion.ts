import type { PadCue, Point } from '../core/index.js';
import { affineResidual } from './affine.js';

export interface PlanarMotionCue {
  /** Takes the next frame's 68 landmarks, in order of time, and says what the motion so far shows. */
  add(landmarks: readonly Point[]): PadCue;
  /** Forgets every shape; belongs at the end of each verification. */
  reset(): void;
}

/** Far enough apart for a head to have turned at a terminal's frame rate. */
const framesApart = 10;
/** Jaw, brows, nose and eyes: a mouth that talks on a replayed recording moves as well as a real one. */
const rigidLandmarks = 48;

/**
 * How much of the face's motion one flat plane does not explain. A photograph that is moved or tilted leaves only the
 * landmarks' noise; a head that turns leaves more.
 *
 * On the recordings at hand it does NOT separate: a replayed video shows a turning head too, and people who hold still
 * leave as little as a photograph (median residual over 10 frames 0.05 of the inter-eye distance for a person, 0.04 and
 * 0.06 for two replays). So it never gives a likelihood: it is evidence for a human reader, and `unavailable` to fusion.
 *
 * Whether the surroundings move with the face was measured too (log of the change around the face when it is held still
 * over that when it follows the face, median, over 0.4 s): a person -0.1 (7 comparisons: the rest held still), a phone
 * replay -0.4, a screen replay -0.2 with a quarter above 0.8. It sees a presentation that is waved about, and a shaken
 * camera just as well; a phone on a stand looks like a wall. Blinks fare no better: the eyes' openness from these
 * landmarks (0.26 in a blink) does not leave the range of open eyes (0.21 to 0.25 straight ahead, 0.3 to 0.5 turned).
 */
export function createPlanarMotionCue(): PlanarMotionCue {
  let earlier: (readonly Point[])[] = [];
  return {
    add(landmarks) {
      const shape = landmarks.slice(0, rigidLandmarks);
      const before = earlier.length === framesApart ? earlier.shift() : undefined;
      earlier.push(shape);
      if (!before) return unavailable(`fewer than ${framesApart + 1} frames so far`);
      const share = affineResidual(before, shape) / interEyeDistanceOf(landmarks);
      const percent = Number.isFinite(share) ? (100 * share).toFixed(1) : 'an unknown share';
      return unavailable(
        `${percent} % of the inter-eye distance of motion is not that of one plane; ` +
          'this did not separate people from replays when it was measured, and decides nothing',
      );
    },
    reset() {
      earlier = [];
    },
  };
}

function unavailable(evidence: string): PadCue {
  return { cue: 'planar-motion', state: 'unavailable', evidence };
}

function interEyeDistanceOf(landmarks: readonly Point[]): number {
  const left = meanOf(landmarks.slice(36, 42));
  const right = meanOf(landmarks.slice(42, 48));
  return Math.hypot(right.x - left.x, right.y - left.y);
}

function meanOf(points: readonly Point[]): Point {
  const sum = points.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}
