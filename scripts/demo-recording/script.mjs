/** Who walks up, when, and from which photograph: the recording's screenplay. */

export const frame = { width: 640, height: 480, framesPerSecond: 15 };

/**
 * A face of a photograph: the how-manieth from the left. `tiltDeg` turns the photograph counter-clockwise, so that the
 * head is upright enough to look into a terminal. `halfWidth` is how far the body reaches to each side, in inter-eye
 * distances, where others stand too close.
 *
 * @typedef {{ sample: number, fromLeft: number, tiltDeg: number, halfWidth?: number }} Casting
 */

/** @type {Readonly<Record<string, Casting>>} */
export const cast = {
  'person-a': { sample: 1, fromLeft: 2, tiltDeg: 40 },
  'person-b': { sample: 6, fromLeft: 3, tiltDeg: 9 },
  'person-c': { sample: 5, fromLeft: 3, tiltDeg: 0 },
  stranger: { sample: 3, fromLeft: 0, tiltDeg: 0 },
  'bystander-1': { sample: 3, fromLeft: 2, tiltDeg: 0, halfWidth: 2 },
  'bystander-2': { sample: 4, fromLeft: 3, tiltDeg: 14, halfWidth: 1.7 },
};

/**
 * What people are enrolled from. Person A's still comes from another photograph than their walk: a mated comparison
 * across photographs. The others' come from the same one, and prove nothing about recognition.
 *
 * @type {readonly (Casting & { who: string, acrossPhotographs: boolean })[]}
 */
export const stills = [
  { who: 'person-a', sample: 3, fromLeft: 1, tiltDeg: 5, acrossPhotographs: true },
  { who: 'person-b', sample: 6, fromLeft: 3, tiltDeg: 9, acrossPhotographs: false },
  { who: 'person-c', sample: 5, fromLeft: 3, tiltDeg: 0, acrossPhotographs: false },
];

/**
 * @typedef {object} Scene
 * @property {string} id
 * @property {string} who
 * @property {'bona-fide' | 'stranger' | 'attack'} kind
 * @property {string} [bystander]
 * @property {'left' | 'right'} enters
 * @property {number} nearUnitPx inter-eye distance when near
 * @property {number} eyeLine where the eyes are when near, 0..1 of the frame's height
 * @property {number} seed
 * @property {number} startMs
 * @property {number} nearFromMs
 * @property {number} nearUntilMs
 * @property {number} endMs
 */

const arrivingMs = 2200;
const nearMs = 4000;
const leavingMs = 1000;
const emptyMs = 1500;

const near = { nearUnitPx: 62, eyeLine: 0.42 };

/** @type {readonly Scene[]} */
export const scenes = [
  timed(0, { id: 'person-a', who: 'person-a', kind: 'bona-fide', enters: 'left', ...near }),
  timed(1, { id: 'person-b', who: 'person-b', kind: 'bona-fide', enters: 'right', bystander: 'bystander-1', ...near }),
  timed(2, { id: 'person-c', who: 'person-c', kind: 'bona-fide', enters: 'left', ...near }),
  timed(3, { id: 'stranger', who: 'stranger', kind: 'stranger', enters: 'right', bystander: 'bystander-2', ...near }),
  timed(4, { id: 'attack', who: 'person-a', kind: 'attack', enters: 'left', nearUnitPx: 58, eyeLine: 0.44 }),
  timed(5, { id: 'person-b-again', who: 'person-b', kind: 'bona-fide', enters: 'left', ...near }),
];

/** The last scene ends with an empty gate, so that a loop shows one too. */
export const durationMs = scenes.length * (emptyMs + arrivingMs + nearMs + leavingMs) + emptyMs;

/**
 * @param {number} index
 * @param {Omit<Scene, 'seed' | 'startMs' | 'nearFromMs' | 'nearUntilMs' | 'endMs'>} scene
 * @returns {Scene}
 */
function timed(index, scene) {
  const startMs = emptyMs + index * (emptyMs + arrivingMs + nearMs + leavingMs);
  const nearFromMs = startMs + arrivingMs;
  const nearUntilMs = nearFromMs + nearMs;
  return { ...scene, seed: 1 + index * 19, startMs, nearFromMs, nearUntilMs, endMs: nearUntilMs + leavingMs };
}
