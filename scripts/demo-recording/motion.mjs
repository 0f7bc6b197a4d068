/** How people and devices move, as functions of time: nothing is remembered from frame to frame. */

/** @typedef {import('./raster.mjs').Pose} Pose */
/** @typedef {import('./script.mjs').Scene} Scene */

/**
 * Walks in from the side, far away, comes near, stays, and leaves past the camera.
 *
 * @param {Scene} scene
 * @param {number} atMs since the recording's start
 * @param {{ width: number, height: number }} size of the frame
 * @returns {Pose}
 */
export function walkerPose(scene, atMs, { width, height }) {
  const seconds = (atMs - scene.startMs) / 1000;
  const arrived = smooth((atMs - scene.startMs) / (scene.nearFromMs - scene.startMs));
  const left = Math.max(0, (atMs - scene.nearUntilMs) / (scene.endMs - scene.nearUntilMs));
  const side = scene.enters === 'left' ? -1 : 1;
  // A face grows as its distance shrinks: evenly along 1 / size, not along size.
  const distance = mix(1 / farUnitPx, 1 / scene.nearUnitPx, arrived);
  const unitPx = (1 / distance) * (1 + 0.12 * left);
  const striding = 4 * arrived * (1 - arrived) + Math.min(1, 3 * left);
  const across = mix(0.5 + side * 0.62, 0.5, smooth(arrived * 1.15)) - side * 0.95 * left * left;
  return {
    x: width * across + unitPx * sway(seconds, scene.seed, 0.1),
    y:
      height * mix(0.36, scene.eyeLine, arrived) +
      unitPx * (0.08 * striding * Math.sin(11.3 * seconds)) +
      unitPx * sway(seconds, scene.seed + 3, 0.05),
    unitPx: unitPx * (1 + sway(seconds, scene.seed + 5, 0.015)),
    rollDeg: 2.2 * striding * Math.sin(5.65 * seconds) + 40 * sway(seconds, scene.seed + 7, 0.04),
  };
}

/**
 * Waits at the edge of the picture, farther away than the person at the gate.
 *
 * @param {Scene} scene
 * @param {number} atMs
 * @param {{ width: number, height: number }} size
 * @returns {Pose}
 */
export function bystanderPose(scene, atMs, { width, height }) {
  const seconds = atMs / 1000;
  const side = scene.enters === 'left' ? 1 : -1;
  const away = 1 - smooth((atMs - scene.startMs) / 1200) + smooth((atMs - scene.endMs + 1200) / 1200);
  return {
    x: width * (0.5 + side * (0.415 + 0.3 * away)) + 24 * sway(seconds, scene.seed + 11, 0.12),
    y: height * 0.37 + 24 * sway(seconds, scene.seed + 13, 0.08) + 1.5 * away * Math.sin(11 * seconds),
    unitPx: 24,
    rollDeg: 40 * sway(seconds, scene.seed + 17, 0.04),
  };
}

/**
 * A hand lifts the device in front of the camera, holds it not quite still, and takes it away.
 *
 * @param {Scene} scene
 * @param {number} atMs
 * @param {{ width: number, height: number }} size
 * @returns {Pose}
 */
export function devicePose(scene, atMs, { width, height }) {
  const seconds = (atMs - scene.startMs) / 1000;
  const lifted = smooth((atMs - scene.startMs) / (scene.nearFromMs - scene.startMs));
  const dropped = smooth((atMs - scene.nearUntilMs) / (scene.endMs - scene.nearUntilMs));
  const gone = 1 - lifted + dropped;
  const unitPx = scene.nearUnitPx;
  return {
    x: width * (0.5 + 0.12 * gone) + unitPx * (sway(seconds, scene.seed, 0.22) + 0.02 * Math.sin(23 * seconds)),
    y:
      height * (scene.eyeLine + 1.25 * gone) +
      unitPx * (sway(seconds, scene.seed + 3, 0.16) + 0.02 * Math.sin(27 * seconds)),
    unitPx: unitPx * (1 + sway(seconds, scene.seed + 5, 0.05)),
    rollDeg: 14 * gone + 40 * sway(seconds, scene.seed + 7, 0.07),
  };
}

/** At the frame's edge nobody's inter-eye distance is larger, pixels. */
const farUnitPx = 24;

/**
 * Slow, never quite periodic, within about +-amplitude.
 *
 * @param {number} seconds
 * @param {number} phase
 * @param {number} amplitude
 */
export function sway(seconds, phase, amplitude) {
  const waves = Math.sin(1.31 * seconds + phase) + 0.6 * Math.sin(2.17 * seconds + 2.3 * phase);
  return amplitude * (0.5 * waves + 0.2 * Math.sin(4.9 * seconds + 1.7 * phase));
}

/**
 * Eases from 0 to 1; outside 0..1 it stays there.
 *
 * @param {number} share
 */
export function smooth(share) {
  const within = Math.max(0, Math.min(1, share));
  return within * within * (3 - 2 * within);
}

/**
 * @param {number} from
 * @param {number} to
 * @param {number} share
 */
function mix(from, to, share) {
  return from + (to - from) * share;
}
