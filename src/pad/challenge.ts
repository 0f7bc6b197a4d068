import type { Randomness } from '../core/index.js';

/** What a person may be asked to do; left and right are their own. */
export type ChallengeStep = 'turn-left' | 'turn-right' | 'come-nearer' | 'blink';

/** What one frame of the face under challenge shows. */
export interface ChallengeSigns {
  /** Monotonic. */
  readonly atMs: number;
  /** Positive to the picture's right, which is the person's left. */
  readonly yawDeg: number;
  readonly interEyeDistancePx: number;
  /** 0..1; left out where nothing measures it, and then nobody is asked to blink. */
  readonly eyesClosedLikelihood?: number;
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
  readonly eyesWereClosed: boolean;
}

/** Prompts in a challenge: ten orders without blinking, so that a recording fits one challenge in ten. */
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
const closedAtLeast = 0.7;
const openAtMost = 0.3;

/** A new challenge in a random order: at least one turn, never the same twice in a row, nearer and blink at most once. */
export function beginChallenge(randomness: Randomness, canSeeBlinks = false): Challenge {
  const steps: ChallengeStep[] = [];
  while (steps.length < stepCount) {
    const allowed = stepsAfter(steps, canSeeBlinks);
    const step = allowed[pick(randomness, allowed.length)];
    if (step !== undefined) steps.push(step);
  }
  return open({ steps, wrongResponses: 0, eyesWereClosed: false });
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
  if (neutral === undefined) return isStraight(signs) ? ask(progress, signs) : open({ ...progress, promptedAtMs });
  const [step] = progress.steps;
  if (step === undefined) return over('met', progress);
  switch (responseTo(step, neutral, signs, progress.eyesWereClosed)) {
    case 'none':
      return open({ ...progress, eyesWereClosed: progress.eyesWereClosed || eyesAre('closed', signs) });
    case 'right':
      if (signs.atMs - promptedAtMs < fastestReactionMs) return wrong(progress, signs, randomness);
      return stepDone(progress, signs);
    case 'wrong':
      return wrong(progress, signs, randomness);
  }
}

function stepsAfter(steps: readonly ChallengeStep[], canSeeBlinks: boolean): ChallengeStep[] {
  const once = (['come-nearer', ...(canSeeBlinks ? (['blink'] as const) : [])] as const).filter(
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

function isStraight({ yawDeg, interEyeDistancePx }: ChallengeSigns): boolean {
  return Math.abs(yawDeg) <= straightDeg && interEyeDistancePx > 0;
}

/** The face is held straight: the step is asked for now. */
function ask(progress: Progress, signs: ChallengeSigns): Challenge {
  return open({ ...progress, neutral: signs, promptedAtMs: signs.atMs, eyesWereClosed: false });
}

/** After each step the face is held straight again: one long movement never answers two prompts. */
function stepDone({ steps, wrongResponses }: Progress, { atMs }: ChallengeSigns): Challenge {
  const left = steps.slice(1);
  const progress = { steps: left, wrongResponses, promptedAtMs: atMs, eyesWereClosed: false };
  return left.length === 0 ? over('met', progress) : open(progress);
}

function wrong(progress: Progress, signs: ChallengeSigns, randomness: Randomness): Challenge {
  const wrongResponses = progress.wrongResponses + 1;
  if (wrongResponses > maxWrongResponses) return over('failed', { ...progress, wrongResponses });
  const { steps } = beginChallenge(randomness, signs.eyesClosedLikelihood !== undefined).progress;
  return open({ steps, wrongResponses, promptedAtMs: signs.atMs, eyesWereClosed: false });
}

function responseTo(
  step: ChallengeStep,
  neutral: ChallengeSigns,
  signs: ChallengeSigns,
  eyesWereClosed: boolean,
): 'none' | 'right' | 'wrong' {
  const { yawDeg } = signs;
  const turned = yawDeg >= turnedDeg ? 'turn-left' : yawDeg <= -turnedDeg ? 'turn-right' : undefined;
  const nearer = signs.interEyeDistancePx / neutral.interEyeDistancePx >= nearerRatio;
  const seen = turned ?? (nearer ? 'come-nearer' : undefined);
  // People blink unasked: only where it is asked for does it count, and nowhere against them.
  if (step === 'blink' && seen === undefined) return eyesWereClosed && eyesAre('open', signs) ? 'right' : 'none';
  if (seen === undefined) return 'none';
  return seen === step ? 'right' : 'wrong';
}

function eyesAre(what: 'open' | 'closed', { eyesClosedLikelihood }: ChallengeSigns): boolean {
  if (eyesClosedLikelihood === undefined) return false;
  return what === 'closed' ? eyesClosedLikelihood >= closedAtLeast : eyesClosedLikelihood <= openAtMost;
}
