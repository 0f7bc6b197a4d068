import { MenshenError, type PadLight, type QualityReason } from '../../core/index.js';
import { type FusedCue, fusePad, type PadFusionSettings } from '../../pad/index.js';
import type { PadWindow } from '../figures.js';
import type { PresentationRecording } from '../samples.js';

export interface PadSettings extends PadFusionSettings {
  /** The rate the pack's thresholds were measured at: frames that follow each other faster are nearly the same one. */
  readonly framesPerSecond: number;
  /** Every cue must speak, as with `face.attackDetection: strict`. */
  readonly strict: boolean;
}

export type Judged = 'windows' | 'stills, frame by frame';

/** What a verification has at least; longer when the pack needs more frames than come in 2 s. */
const leastWindowMs = 2000;
/** Clocks of recordings jitter by a few milliseconds: a frame that is this much early is not left out. */
const earlyShare = 0.2;
/** More than two days: a broken clock, not a recording. */
const mostWindows = 100_000;

export function windowMsFor({ minFrames, framesPerSecond }: PadSettings): number {
  return Math.max(leastWindowMs, (minFrames / framesPerSecond) * 1000);
}

/** A recording of one frame is a still: fusion over frames, which every verdict rests on, cannot be shown on it. */
export function judgedAs({ frames }: PresentationRecording): Judged {
  return frames.length <= 1 ? 'stills, frame by frame' : 'windows';
}

/** Each window judged as a verification that sees nothing else; windows follow each other and share no frame. */
export function windowsOf(recording: PresentationRecording, settings: PadSettings): PadWindow[] {
  const frames = [...recording.frames].sort((a, b) => a.atMs - b.atMs);
  const [first] = frames;
  const last = frames.at(-1);
  if (first === undefined || last === undefined) return [];
  if (judgedAs(recording) !== 'windows') return [judge(frames, first.atMs, first.atMs, { ...settings, minFrames: 1 })];
  const windowMs = windowMsFor(settings);
  const thinned = atRate(frames, 1000 / settings.framesPerSecond);
  // The last frame stands for its own duration too: a recording of exactly 2 s is one window.
  const endMs = last.atMs + 1000 / settings.framesPerSecond;
  // What is left at the end is too short for a verdict; a recording that is shorter as a whole is judged all the same.
  const whole = Math.max(1, Math.floor((endMs - first.atMs) / windowMs + 1e-9));
  if (!(whole <= mostWindows)) {
    throw new MenshenError('evaluation-invalid', `${recording.file}: the times of its frames make no sense.`);
  }
  return Array.from({ length: whole }, (_, index) => {
    const fromMs = first.atMs + index * windowMs;
    const inside = thinned.filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + windowMs);
    return judge(inside, fromMs, fromMs + windowMs, settings);
  });
}

type Frames = PresentationRecording['frames'];

/** Leaves out frames that follow a kept one too soon. */
function atRate(frames: Frames, periodMs: number): Frames {
  let keptAtMs = Number.NEGATIVE_INFINITY;
  return frames.filter(({ atMs }) => {
    if (atMs - keptAtMs < periodMs * (1 - earlyShare)) return false;
    keptAtMs = atMs;
    return true;
  });
}

function judge(frames: Frames, fromMs: number, toMs: number, settings: PadSettings): PadWindow {
  const usable = frames.filter(({ reasons }) => reasons.length === 0).map(({ pad }) => pad);
  const seen = { fromMs, toMs, frames: frames.length, usableFrames: usable.length };
  if (usable.length < settings.minFrames) return { ...seen, outcome: 'no-response', ...lacking(lightIn(frames)) };
  const { outcome, cues, bonaFideLikelihood } = fusePad(usable, settings, {
    demonstration: false,
    strict: settings.strict,
  });
  const light = outcome === 'undecided' ? lightOf(cues) : 'good';
  return { ...seen, outcome, ...lacking(light), ...(bonaFideLikelihood === undefined ? {} : { bonaFideLikelihood }) };
}

function lacking(light: PadLight) {
  return light === 'good' ? {} : { light };
}

/** What a verification tells the person when attack detection is left undecided (see verify/face-walk.ts). */
function lightOf(cues: readonly FusedCue[]): PadLight {
  return cues.find(({ counted, light }) => counted && light !== 'good')?.light ?? 'good';
}

/** What it tells them when frames cannot be used: the first reason of most of the unusable ones, where that is the light. */
function lightIn(frames: Frames): PadLight {
  const unusable = frames.flatMap(({ reasons: [first] }) => (first === undefined ? [] : [lightFor[first] ?? 'good']));
  const most = (light: PadLight) => unusable.filter((found) => found === light).length * 2 > unusable.length;
  return most('too-little') ? 'too-little' : most('too-much') ? 'too-much' : 'good';
}

const lightFor: Readonly<Partial<Record<QualityReason, PadLight>>> = {
  'face-too-dark': 'too-little',
  'face-low-contrast': 'too-little',
  'picture-noisy': 'too-little',
  'face-too-bright': 'too-much',
};
