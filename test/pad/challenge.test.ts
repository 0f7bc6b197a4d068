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
const eyes = { openAtMost: 3, closedAtLeast: 5, riseAtLeast: 8 };

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

  it('has a turn in it, nothing twice in a row, and comes nearer or closes the eyes at most once', () => {
    for (let seed = 0; seed < 256; seed += 1) {
      const { steps } = beginChallenge(drawing(seed, seed >> 2, seed >> 4), eyes).progress;
      const repeats = steps.some((step, index) => step === steps[index + 1]);
      const most = Math.max(
        ...['come-nearer', 'close-eyes'].map((once) => steps.filter((step) => step === once).length),
      );
      expect([steps.length, repeats, most <= 1, steps.some((step) => step.startsWith('turn'))]).toEqual([
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

  it('asks nobody to close the eyes where they cannot be seen', () => {
    const steps = Array.from({ length: 256 }, (_, seed) => beginChallenge(drawing(seed, 3, 2)).progress.steps).flat();
    expect(steps).not.toContain('close-eyes');
  });

  it('asks to close the eyes in some of the orders where they can be seen', () => {
    const orders = Array.from(
      { length: 256 },
      (_, seed) => beginChallenge(drawing(seed, seed >> 2, seed >> 4), eyes).progress.steps,
    );
    const asked = orders.filter((steps) => steps.includes('close-eyes')).length;
    expect([asked > 0, asked < orders.length]).toEqual([true, true]);
  });
});

describe('the prompt to close the eyes', () => {
  const open = { ...straight, eyesClosedLogOdds: -10 };
  const closed = { ...straight, eyesClosedLogOdds: 10 };
  const held = [open, open, open, closed, closed, closed, closed];
  const eyesFirst = () => beginChallenge(drawing(3, 0, 1), eyes);
  /** Ten frames a second: how many steps are left, and how many responses were wrong. */
  const left = (poses: readonly Pose[], challenge = eyesFirst(), periodMs = 100) => {
    const { progress } = answered(challenge, poses, drawing(0, 1), periodMs);
    return [progress.steps.length, progress.wrongResponses];
  };

  it('is answered by eyes that stay closed and open again', () => {
    expect(left([...held, open])).toEqual([2, 0]);
  });

  it('is not answered before they are open again', () => {
    expect(left(held)).toEqual([3, 0]);
  });

  it.each([1, 2, 3])('is not answered by a blink of %d frames, nor does it count against anybody', (frames) => {
    expect(left([open, open, open, ...new Array<Pose>(frames).fill(closed), open])).toEqual([3, 0]);
  });

  it('is not answered by blinks one after another', () => {
    expect(left([open, open, ...Array.from({ length: 6 }, () => [closed, closed, open]).flat()])).toEqual([3, 0]);
  });

  it('is not answered by eyes that were closed before anybody could have reacted', () => {
    expect(left([open, closed, closed, closed, closed, closed, open])).toEqual([3, 0]);
  });

  it('is not answered by frames so far apart that nobody saw the eyes in between', () => {
    expect(left([open, closed, closed, closed, open], eyesFirst(), 600)).toEqual([3, 0]);
  });

  it('is not answered by narrow eyes that were as good as closed all along', () => {
    const narrow = { ...straight, eyesClosedLogOdds: 2 };
    const lowered = { ...straight, eyesClosedLogOdds: 9 };
    expect(left([narrow, narrow, narrow, lowered, lowered, lowered, lowered, narrow])).toEqual([3, 0]);
  });

  it('is not given to eyes that are not seen to be open', () => {
    const dark = { ...straight, eyesClosedLogOdds: 4 };
    const { prompt } = answered(eyesFirst(), [dark, dark, dark], drawing(0, 1), 100);
    expect(prompt).toBe('face-the-camera');
  });

  it.each([
    ['nothing', {}],
    ['NaN', { eyesClosedLogOdds: Number.NaN }],
  ])('fails in the end when %s is measured', (_what, measured) => {
    expect(answered(eyesFirst(), Array(12).fill({ ...straight, ...measured })).outcome).toBe('failed');
  });

  it.each([
    ['nothing', {}],
    ['NaN', { eyesClosedLogOdds: Number.NaN }],
    ['half-closed eyes', { eyesClosedLogOdds: 0 }],
  ])('begins anew after a frame that shows %s', (_what, measured) => {
    const gap = { ...straight, ...measured };
    expect(left([open, open, open, closed, closed, gap, closed, closed, open])).toEqual([3, 0]);
  });

  it('is answered wrongly by a turn, with eyes closed or open', () => {
    expect([left([open, open, left20(open)]), left([...held, left20(closed)])]).toEqual([
      [3, 1],
      [3, 1],
    ]);
  });

  it('is not met in time by eyes that stay closed', () => {
    expect(answered(eyesFirst(), [open, open, ...new Array<Pose>(12).fill(closed)]).outcome).toBe('failed');
  });

  it('forgets a closing with the prompt it belonged to', () => {
    const { progress } = answered(eyesFirst(), [...held, open], drawing(0, 1), 100);
    expect(progress).not.toHaveProperty('closing');
  });

  it('minds no closed eyes while something else is asked for', () => {
    const challenge = beginChallenge(drawing(0, 0, 1), eyes);
    expect(left([open, open, closed, closed, closed, closed, open, left20(open)], challenge)).toEqual([2, 0]);
  });
});

function left20(pose: Pose): Pose {
  return { ...pose, yawDeg: 20 };
}
