import { describe, expect, it } from 'vitest';
import type { Randomness } from '#menshen/core/index.js';
import { answerChallenge, beginChallenge, type Challenge, type ChallengeSigns } from '#menshen/pad/index.js';

/** Bytes in turn, then from the start again. */
function drawing(...bytes: number[]): Randomness {
  let next = 0;
  return { bytes: (count) => Uint8Array.from({ length: count }, () => bytes[next++ % bytes.length] ?? 0) };
}

const straight = { yawDeg: 0, interEyeDistancePx: 60 };
const left = { ...straight, yawDeg: 20 };
const right = { ...straight, yawDeg: -20 };
const near = { ...straight, interEyeDistancePx: 80 };
type Pose = Omit<ChallengeSigns, 'atMs'>;

/** Shows poses one after the other, half a second apart. */
function answered(challenge: Challenge, poses: readonly Pose[], randomness = drawing(0, 1), periodMs = 500): Challenge {
  return poses.reduce(
    (state, pose, index) => answerChallenge(state, { ...pose, atMs: 1_000 + index * periodMs }, randomness),
    challenge,
  );
}

/** left, right, nearer: the third byte picks the last of [turn-left, come-nearer]. */
const leftRightNearer = () => beginChallenge(drawing(0, 0, 1));

describe('an active challenge', () => {
  it('asks in the order that was drawn', () => {
    const prompts: unknown[] = [];
    let challenge = leftRightNearer();
    for (const [index, pose] of [straight, left, straight, right, straight].entries()) {
      challenge = answerChallenge(challenge, { ...pose, atMs: index * 500 }, drawing(0));
      prompts.push(challenge.prompt);
    }
    expect(prompts).toEqual(['turn-left', 'face-the-camera', 'turn-right', 'face-the-camera', 'come-nearer']);
  });

  it('is met when every prompt was answered', () => {
    const { outcome } = answered(leftRightNearer(), [straight, left, straight, right, straight, near]);
    expect(outcome).toBe('met');
  });

  it('is not met by two of three answers', () => {
    expect(answered(leftRightNearer(), [straight, left, straight, right, straight]).outcome).toBe('open');
  });

  it('takes no answer before the face was held straight: a movement that went on counts once', () => {
    const { progress } = answered(leftRightNearer(), [left, left, left]);
    expect(progress.steps).toHaveLength(3);
  });

  it('fails when a prompt is not answered in time', () => {
    expect(answered(leftRightNearer(), Array(10).fill(straight)).outcome).toBe('failed');
  });

  it('fails when the face is not held straight in time', () => {
    expect(answered(leftRightNearer(), Array(10).fill(left)).outcome).toBe('failed');
  });

  it('begins again in a new order after one wrong answer', () => {
    const { outcome, progress } = answered(leftRightNearer(), [straight, right], drawing(1, 1, 1));
    expect([outcome, progress.steps]).toEqual(['open', ['turn-right', 'come-nearer', 'turn-right']]);
  });

  it('fails after two wrong answers', () => {
    expect(answered(leftRightNearer(), [straight, right, straight, right], drawing(0, 0, 1)).outcome).toBe('failed');
  });

  it('is not met by a recording that goes through every movement', () => {
    const everything = [straight, right, straight, left, straight, near, straight];
    expect(answered(leftRightNearer(), [...everything, ...everything], drawing(0, 0, 1)).outcome).toBe('failed');
  });

  it('does not take an answer that was under way before the prompt', () => {
    expect(answered(leftRightNearer(), [straight, left], drawing(1, 1, 1), 100).progress.wrongResponses).toBe(1);
  });

  it('stays failed', () => {
    const failed = answered(leftRightNearer(), Array(10).fill(straight));
    expect(answered(failed, [straight, left, straight, right, straight, near]).outcome).toBe('failed');
  });

  it.each([
    ['yaw', { yawDeg: Number.NaN, interEyeDistancePx: 60 }],
    ['inter-eye distance', { yawDeg: 20, interEyeDistancePx: Number.NaN }],
    ['inter-eye distance of 0', { yawDeg: 0, interEyeDistancePx: 0 }],
  ])('is not met by a broken %s', (_what, pose) => {
    expect(answered(leftRightNearer(), Array(12).fill(pose)).outcome).toBe('failed');
  });

  it('fails when time is not a number', () => {
    const { outcome } = answerChallenge(leftRightNearer(), { ...straight, atMs: Number.NaN }, drawing(0));
    expect(outcome).toBe('failed');
  });

  it('has a turn in it, nothing twice in a row, and comes nearer at most once', () => {
    for (let seed = 0; seed < 256; seed += 1) {
      const { steps } = beginChallenge(drawing(seed, seed >> 2, seed >> 4), true).progress;
      const repeats = steps.some((step, index) => step === steps[index + 1]);
      const nearer = steps.filter((step) => step === 'come-nearer').length;
      expect([steps.length, repeats, nearer <= 1, steps.some((step) => step.startsWith('turn'))]).toEqual([
        3,
        false,
        true,
        true,
      ]);
    }
  });

  it('draws again what would make one order likelier than another', () => {
    // 255 is beyond the last multiple of 3: the next byte counts instead.
    expect(beginChallenge(drawing(255, 1, 0, 0)).progress.steps[0]).toBe('turn-right');
  });

  it('asks nobody to blink where blinks cannot be seen', () => {
    const steps = Array.from({ length: 256 }, (_, seed) => beginChallenge(drawing(seed, 3, 2)).progress.steps).flat();
    expect(steps).not.toContain('blink');
  });

  it('takes closed eyes that open again for a blink', () => {
    const open = { ...straight, eyesClosedLikelihood: 0.1 };
    const closed = { ...straight, eyesClosedLikelihood: 0.9 };
    const blinkFirst = beginChallenge(drawing(3, 0, 1), true);
    const [early, late] = [
      [open, closed],
      [open, closed, open],
    ].map((poses) => answered(blinkFirst, poses).progress);
    expect([early?.steps.length, late?.steps.length]).toEqual([3, 2]);
  });
});
