import type { Randomness } from '../core/index.js';
import type { EyeLimits } from './eye-state.js';

/** What a person may be asked to do; left and right are their own. */
export type ChallengeStep = 'turn-left' | 'turn-right' | 'come-nearer' | 'close-eyes';

/** What one frame of the face under challenge shows. */
export interface ChallengeSigns {
  /** Monotonic. */
  readonly atMs: number;
  /** Positive to the picture's right, which is the person's left. */
  readonly yawDeg: number;
  readonly interEyeDistancePx: number;
  /** Natural log odds of closed over open; left out where nothing measured it. */
  readonly eyesClosedLogOdds?: number;
}

export interface Challenge {
  readonly outcome: 'open' | 'met' | 'failed';
  /** What the person should do now; undefined once it is over. */
  readonly prompt: ChallengeStep | 'face-the-camera' | undefined;
  readonly progress: Progress;
}

interface Progress {
  /** Still to be done, the next one first. */
  readonly steps: readonly ChallengeStep[];
  readonly wrongResponses: number;
  /** When the present prompt was given; undefined before the first frame. */
  readonly promptedAtMs?: number;
  /** How the face was held when the step was asked for; undefined while it is still to be held straight. */
  readonly neutral?: ChallengeSigns;
  /** Left out: eyes are not seen, and nobody is asked to close them. */
  readonly eyes?: EyeLimits;
  /** Closed since the step was asked for, frame after frame. */
  readonly closing?: Closing;
}

interface Closing {
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly frames: number;
}

/**
 * Prompts in a challenge: ten orders of turns and coming nearer, thirty with closing the eyes. A recording of the
 * likeliest order fits one challenge in 6, and one in 24 with the eyes.
 */
const stepCount = 3;
/** A choice, not a measurement: time to read a prompt and move, too little to try every movement one after another. */
const stepLimitMs = 4_000;
/** Nobody sees a prompt and moves their head within this: such an answer was under way before the question. */
const fastestReactionMs = 150;
/** One misheard prompt is human; it begins a new order, so that a recording gains nothing. */
const maxWrongResponses = 1;
/** Within this the face looks ahead: pose from landmarks errs by a few degrees. */
const straightDeg = 8;
/**
 * Turned on purpose. In the one recording of a person who turns to both sides it reached 17 degrees to one and 30 to
 * the other, and the face stayed the same all the way (similarity to the first frame at least 0.64).
 */
const turnedDeg = 13;
/** Inter-eye distance over that before: from 60 cm to 50 cm. */
const nearerRatio = 1.2;
/**
 * How long eyes must stay closed, frame after frame: four frames at ten a second. People blink unasked, for 0.1 to 0.4 s
 * from lid down to lid up, of which the lid is all the way down for two frames at most.
 */
const heldMs = 250;
const heldFrames = 3;
/** Frames further apart are not one closing: nobody saw what the eyes did in between. */
const largestGapMs = 400;

/** A new challenge in a random order: at least one turn, never the same twice in a row, nearer and closed eyes at most once. */
export function beginChallenge(randomness: Randomness, eyes?: EyeLimits): Challenge {
  const steps: ChallengeStep[] = [];
  while (steps.length < stepCount) {
    const allowed = stepsAfter(steps, eyes !== undefined);
    const step = allowed[pick(randomness, allowed.length)];
    if (step !== undefined) steps.push(step);
  }
  return open({ steps, wrongResponses: 0, ...(eyes === undefined ? {} : { eyes }) });
}

/**
 * What the challenge amounts to after one more frame of the same face. Pure but for the order drawn anew after a wrong
 * response. A face that another one replaced must begin a challenge of its own.
 */
export function answerChallenge(challenge: Challenge, signs: ChallengeSigns, randomness: Randomness): Challenge {
  if (challenge.outcome !== 'open') return challenge;
  const { progress } = challenge;
  const { promptedAtMs = signs.atMs, neutral } = progress;
  if (!(signs.atMs - promptedAtMs <= stepLimitMs)) return over('failed', progress);
  if (neutral === undefined)
    return isReady(progress, signs) ? ask(progress, signs) : open({ ...progress, promptedAtMs });
  const [step] = progress.steps;
  if (step === undefined) return over('met', progress);
  const eyes = eyesIn(signs, neutral, progress.eyes);
  switch (responseTo(step, neutral, signs, eyes === 'open' && wereHeldClosed(progress))) {
    case 'none':
      return open(withClosing(progress, eyes, signs.atMs));
    case 'right':
      if (signs.atMs - promptedAtMs < fastestReactionMs) return wrong(progress, signs, randomness);
      return stepDone(progress, signs);
    case 'wrong':
      return wrong(progress, signs, randomness);
  }
}

function stepsAfter(steps: readonly ChallengeStep[], seesEyes: boolean): ChallengeStep[] {
  const once = (['come-nearer', ...(seesEyes ? (['close-eyes'] as const) : [])] as const).filter(
    (step) => !steps.includes(step),
  );
  return [...(['turn-left', 'turn-right'] as const), ...once].filter((step) => step !== steps.at(-1));
}

/** A number below `count`, each equally likely: bytes beyond the last whole multiple are drawn again. */
function pick(randomness: Randomness, count: number): number {
  for (;;) {
    const [byte = 0] = randomness.bytes(1);
    if (byte < 256 - (256 % count)) return byte % count;
  }
}

function open(progress: Progress): Challenge {
  const prompt = progress.neutral === undefined ? 'face-the-camera' : progress.steps[0];
  return { outcome: 'open', prompt, progress };
}

function over(outcome: 'met' | 'failed', progress: Progress): Challenge {
  return { outcome, prompt: undefined, progress };
}

/** Held straight; and for closing the eyes, with eyes that are seen to be open: sunglasses are to be taken off. */
function isReady({ steps: [step], eyes }: Progress, signs: ChallengeSigns): boolean {
  const { yawDeg, interEyeDistancePx, eyesClosedLogOdds = Number.NaN } = signs;
  const straight = Math.abs(yawDeg) <= straightDeg && interEyeDistancePx > 0;
  return straight && (step !== 'close-eyes' || (eyes !== undefined && eyesClosedLogOdds <= eyes.openAtMost));
}

/** The face is held straight: the step is asked for now. */
function ask(progress: Progress, signs: ChallengeSigns): Challenge {
  return open({ ...progress, neutral: signs, promptedAtMs: signs.atMs });
}

/** After each step the face is held straight again: one long movement never answers two prompts. */
function stepDone({ neutral: _held, closing: _closed, ...former }: Progress, { atMs }: ChallengeSigns): Challenge {
  const left = former.steps.slice(1);
  const progress = { ...former, steps: left, promptedAtMs: atMs };
  return left.length === 0 ? over('met', progress) : open(progress);
}

function wrong(progress: Progress, signs: ChallengeSigns, randomness: Randomness): Challenge {
  const wrongResponses = progress.wrongResponses + 1;
  if (wrongResponses > maxWrongResponses) return over('failed', { ...progress, wrongResponses });
  const anew = beginChallenge(randomness, progress.eyes).progress;
  return open({ ...anew, wrongResponses, promptedAtMs: signs.atMs });
}

function responseTo(
  step: ChallengeStep,
  neutral: ChallengeSigns,
  signs: ChallengeSigns,
  eyesReopened: boolean,
): 'none' | 'right' | 'wrong' {
  const { yawDeg } = signs;
  const turned = yawDeg >= turnedDeg ? 'turn-left' : yawDeg <= -turnedDeg ? 'turn-right' : undefined;
  const nearer = signs.interEyeDistancePx / neutral.interEyeDistancePx >= nearerRatio;
  const seen = turned ?? (nearer ? 'come-nearer' : undefined);
  // Whoever closes their eyes unasked does nothing wrong: it counts only where it is asked for.
  if (seen === undefined) return step === 'close-eyes' && eyesReopened ? 'right' : 'none';
  return seen === step ? 'right' : 'wrong';
}

/** Against the same eyes when the step was asked for: narrow ones look half closed to a model that never saw them. */
function eyesIn(
  { eyesClosedLogOdds: now }: ChallengeSigns,
  { eyesClosedLogOdds: before }: ChallengeSigns,
  limits: EyeLimits | undefined,
): 'open' | 'between' | 'closed' {
  if (now === undefined || before === undefined || limits === undefined) return 'between';
  if (now >= Math.max(limits.closedAtLeast, before + limits.riseAtLeast)) return 'closed';
  return now <= before + limits.riseAtLeast / 2 ? 'open' : 'between';
}

/** One frame in between that is not closed begins the count anew, unless it was long enough. */
function withClosing({ closing, ...progress }: Progress, eyes: 'open' | 'between' | 'closed', atMs: number): Progress {
  if (eyes === 'closed') {
    const goesOn = closing !== undefined && atMs - closing.untilMs <= largestGapMs;
    const { sinceMs, frames } = goesOn ? closing : { sinceMs: atMs, frames: 0 };
    return { ...progress, closing: { sinceMs, untilMs: atMs, frames: frames + 1 } };
  }
  const kept = wereHeldClosed({ ...progress, ...(closing === undefined ? {} : { closing }) });
  return kept && closing !== undefined ? { ...progress, closing } : progress;
}

/** Closed for long enough, and not before anybody could have answered the prompt. */
function wereHeldClosed({ closing, promptedAtMs = Number.NaN }: Progress): boolean {
  if (closing === undefined) return false;
  const { sinceMs, untilMs, frames } = closing;
  return frames >= heldFrames && untilMs - sinceMs >= heldMs && sinceMs - promptedAtMs >= fastestReactionMs;
}
