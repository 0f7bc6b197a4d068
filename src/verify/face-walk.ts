import {
  Comparator,
  ProbeFusion,
  sameFaceThreshold,
  singleFrameThreshold,
  type ThresholdOptions,
  thresholdFor,
} from '../compare/index.js';
import {
  type EvidenceLimits,
  type FaceEvidence,
  type FaceGuide,
  type FrameObservation,
  type Guidance,
  guidanceOf,
  MenshenError,
  type PadCue,
  type PadLight,
  type PadOutcome,
  type QualityReason,
  type Randomness,
  type Verdict,
} from '../core/index.js';
import { awaitsComparison, decideFace } from '../decide/index.js';
import type { IdentificationGallery } from '../gallery/index.js';
import { fusePad, type PadFusionMode } from '../pad/index.js';
import { outlineOf } from '../quality/index.js';
import type { Store } from '../store/index.js';
import type { PackFacts, Vision, WatchHandle } from '../vision/index.js';
import { FaceChallenge } from './face-challenge.js';

/** Faces that may take turns before the camera; then the answer is no. */
const maxRestarts = 3;

interface NamedReference {
  readonly kind: '1:1';
  readonly subjectId: string;
  readonly templateId: string;
  readonly falseMatchRate: number;
  readonly thresholdOptions: ThresholdOptions;
}

interface GalleryReference {
  readonly kind: '1:N';
  readonly gallery: IdentificationGallery;
  readonly mayGrant: (subjectId: string) => boolean;
}

/** Whom the fused probe is compared with. */
export type Reference = NamedReference | GalleryReference;

type Comparison = NonNullable<FaceEvidence['comparison']>;

const nonMatch: Verdict = { decision: 'deny', method: 'face', reason: 'face-non-match' };
const noFaceSeen: Verdict = { decision: 'use-alternative', method: 'face', reason: 'no-face-seen' };
const faceGone: Verdict = { decision: 'use-alternative', method: 'face', reason: 'face-not-available' };

export interface FaceWalkParts {
  readonly vision: Vision;
  readonly facts: PackFacts;
  readonly store: Store;
  readonly cameraId: string;
  readonly reference: Reference;
  readonly limits: EvidenceLimits;
  readonly padMode: PadFusionMode;
  /** Present where the site asks for an active challenge. */
  readonly challengeRandomness?: Randomness;
  /** Monotonic: a frame captured before the person's act never counts. */
  readonly startedAtMs: number;
  readonly onVerdict: (verdict: Verdict) => void;
  readonly onFault: (thrown: unknown) => void;
  /** With every frame that decides nothing. */
  readonly onGuide: (guide: FaceGuide) => void;
}

/**
 * The walk of one face verification over its frames. Each frame arrives seen (capture, zone, detect, quality, pad and
 * embed ran in the recognition process, see vision/observe.ts); here it goes on: fuse, compare, decide.
 */
export class FaceWalk {
  readonly #parts: FaceWalkParts;
  readonly #fusion: ProbeFusion;
  readonly #comparator: Comparator;
  readonly #reasons: Partial<Record<QualityReason, number>> = {};
  readonly #watch: WatchHandle;
  readonly #challenge: FaceChallenge | undefined;
  #padFrames: (readonly PadCue[])[] = [];
  #padReport = 'no frame assessed';
  #padLight: PadLight = 'good';
  #framesSeen = 0;
  #bystanders = 0;
  /** Usable ones, for the guide: unlike the fused ones they never start over because of a comparison. */
  #framesOfFace = 0;
  #ended = false;

  constructor(parts: FaceWalkParts) {
    this.#parts = parts;
    this.#comparator = new Comparator(parts.facts.impostorModel);
    const sameFace = sameFaceThreshold(parts.facts.thresholds);
    this.#fusion = new ProbeFusion(parts.facts.dimensions, sameFace, this.#comparator);
    const { challengeRandomness, padMode, facts } = parts;
    this.#challenge = challengeRandomness && new FaceChallenge(challengeRandomness, padMode, facts.eyes);
    const listener = {
      onObservation: (observation: FrameObservation) => this.#take(observation),
      onLost: () => this.#finish({ decision: 'use-alternative', method: 'face', reason: 'camera-unavailable' }),
    };
    this.#watch = parts.vision.watch(parts.cameraId, listener, { eyes: this.#challenge?.looksAtEyes === true });
  }

  /** Which cues of attack detection spoke, for the record; never what they said. */
  get padReport(): string {
    return this.#challenge === undefined ? this.#padReport : `${this.#padReport}, ${this.#challenge.report}`;
  }

  /** Most faces outside the capture zone in one frame. */
  get bystanders(): number {
    return this.#bystanders;
  }

  /** The time is over: decides with the evidence there is. Throws what the comparison threw. */
  timeOut(): Verdict {
    try {
      const verdict = this.#verdict(true) ?? noFaceSeen;
      // A frame grants or none does: a gallery that changed since the last one makes nobody known afterwards.
      return verdict.decision === 'grant' ? nonMatch : verdict;
    } catch (thrown) {
      if (!isGone(thrown)) throw thrown;
      return faceGone;
    } finally {
      this.abandon();
    }
  }

  /** Stops looking and forgets everything. */
  abandon(): void {
    this.#ended = true;
    this.#watch.stop();
    this.#fusion.wipe();
    this.#padFrames = [];
  }

  #take(observation: FrameObservation): void {
    const probe = observation.face?.probe;
    try {
      if (this.#ended || observation.capturedAtMs < this.#parts.startedAtMs) return;
      this.#framesSeen += 1;
      this.#bystanders = Math.max(this.#bystanders, observation.facesOutsideZone);
      for (const reason of observation.reasons) this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
      if (probe !== undefined && observation.face !== undefined) this.#addFace(observation, probe.vector);
      // Only a frame with a face changes what the evidence amounts to.
      const verdict = probe === undefined ? undefined : this.#verdict(false);
      if (verdict !== undefined) this.#finish(verdict);
      else this.#parts.onGuide(this.#guide(observation));
    } catch (thrown) {
      this.abandon();
      if (isGone(thrown)) this.#parts.onVerdict(faceGone);
      else this.#parts.onFault(thrown);
    } finally {
      probe?.vector.fill(0);
    }
  }

  /** One more frame of the face, or the first of another one, for which nothing of the former's counts. */
  #addFace({ face, capturedAtMs }: FrameObservation, vector: Float32Array): void {
    if (!this.#fusion.add(vector)) {
      this.#forgetPad();
      this.#framesOfFace = 0;
    }
    this.#framesOfFace += 1;
    if (face !== undefined) {
      this.#padFrames.push(face.pad);
      this.#challenge?.answer(face, capturedAtMs);
    }
  }

  /** The template is opened in the frame in which it can decide, and in no other. */
  #verdict(timedOut: boolean): Verdict | undefined {
    const { limits } = this.#parts;
    if (this.#fusion.restarts > maxRestarts) return nonMatch;
    const evidence = this.#evidence(timedOut);
    if (!awaitsComparison(evidence, limits)) return decideFace(evidence, limits);
    const { restarts } = this.#fusion;
    const comparison = this.#compare();
    if (this.#fusion.restarts === restarts || timedOut) return decideFace({ ...evidence, comparison }, limits);
    // The frames were not all of one person: what is known begins anew.
    return this.#fusion.restarts > maxRestarts ? nonMatch : decideFace(this.#evidence(timedOut), limits);
  }

  #forgetPad(): void {
    this.#padFrames = [];
    this.#challenge?.restart();
  }

  #guide(observation: FrameObservation): FaceGuide {
    const { facts, limits } = this.#parts;
    const code = this.#guidance(observation.reasons);
    return {
      ...outlineOf(observation, facts.limits.minInterEyeDistancePx),
      ...(code === undefined ? {} : { code }),
      progress: Math.min(1, this.#framesOfFace / limits.minFrames),
    };
  }

  /** What stands in the way of seeing the face comes first, then the challenge, then what attack detection lacks. */
  #guidance([reason]: readonly QualityReason[]): Guidance | undefined {
    if (reason !== undefined) return guidanceOf[reason];
    return this.#challenge?.prompt ?? guidanceOfLight[this.#padLight];
  }

  #compare(): Comparison {
    const fused = this.#fusion.fused();
    try {
      return this.#parts.reference.kind === '1:N'
        ? this.#identify(this.#parts.reference, fused)
        : this.#verify(this.#parts.reference, fused);
    } finally {
      fused.fill(0);
    }
  }

  #verify(reference: NamedReference, fused: Float32Array): Comparison {
    const { facts, store } = this.#parts;
    const { templateId, subjectId, falseMatchRate, thresholdOptions } = reference;
    const threshold = thresholdFor(facts.thresholds, 'reference-fused', falseMatchRate, thresholdOptions);
    const atLeast = threshold.similarity;
    return store.templates.withVector(templateId, (template) => {
      const match = this.#comparator.similarity(template, fused) >= atLeast;
      return { match: match && this.#everyFrameIsOf(template), subjectId };
    });
  }

  #identify({ gallery, mayGrant }: GalleryReference, fused: Float32Array): Comparison {
    const found = gallery.identify(fused);
    if (found === undefined || !mayGrant(found.subjectId)) return { match: false };
    const { store, facts } = this.#parts;
    const template = store.templates.ofSubject(found.subjectId, facts.modelId);
    if (template === undefined) return { match: false };
    const match = store.templates.withVector(template.id, (vector) => this.#everyFrameIsOf(vector));
    return { match, subjectId: found.subjectId };
  }

  /** A frame of somebody else among them makes all of them worthless: the evidence starts over. */
  #everyFrameIsOf(template: Float32Array): boolean {
    if (this.#fusion.leastSimilarity(template) >= singleFrameThreshold(this.#parts.facts.thresholds)) return true;
    this.#fusion.restart();
    this.#forgetPad();
    return false;
  }

  #evidence(timedOut: boolean): FaceEvidence {
    const { vision, cameraId } = this.#parts;
    return {
      usableFrames: this.#fusion.frames,
      pad: this.#pad(),
      ...this.#challenge?.evidence(),
      framesSeen: this.#framesSeen,
      reasons: this.#reasons,
      cameraLive: vision.cameras().some((camera) => camera.cameraId === cameraId && camera.state === 'live'),
      timedOut,
    };
  }

  #pad(): PadOutcome {
    const { outcome, cues } = fusePad(this.#padFrames, this.#parts.facts.pad, this.#parts.padMode);
    this.#padReport = cues.map(({ cue, state }) => `${cue}: ${state}`).join(', ');
    const poor = cues.find(({ counted, light }) => counted && light !== 'good');
    this.#padLight = outcome === 'undecided' && poor !== undefined ? poor.light : 'good';
    return outcome;
  }

  #finish(verdict: Verdict): void {
    if (this.#ended) return;
    this.abandon();
    this.#parts.onVerdict(verdict);
  }
}

/** Erased while the camera looked, or about to be: the person withdrew, or their consent ran out. */
function isGone(thrown: unknown): boolean {
  return thrown instanceof MenshenError && ['not-found', 'consent-required'].includes(thrown.code);
}

const guidanceOfLight: Readonly<Record<PadLight, Guidance | undefined>> = {
  good: undefined,
  'too-little': 'more-light',
  'too-much': 'less-light',
};
