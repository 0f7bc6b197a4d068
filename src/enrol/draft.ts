import { Comparator, ProbeFusion, sameFaceThreshold, singleFrameThreshold } from '../compare/index.js';
import type { FrameObservation, PadCue, PadOutcome } from '../core/index.js';
import { fusePad, type PadFusionMode } from '../pad/index.js';
import type { PackFacts } from '../vision/index.js';

/** A reference being built: the probes of several frames of one face, and what attack detection said of them. */
export class Draft {
  readonly facts: PackFacts;
  readonly #fusion: ProbeFusion;
  #pad: (readonly PadCue[])[] = [];

  constructor(facts: PackFacts) {
    this.facts = facts;
    this.#fusion = new ProbeFusion(
      facts.dimensions,
      sameFaceThreshold(facts.thresholds),
      new Comparator(facts.impostorModel),
    );
  }

  /** Frames of the face that is there now. */
  get frames(): number {
    return this.#fusion.frames;
  }

  /** True when more than one face was seen on the way. */
  get mixed(): boolean {
    return this.#fusion.restarts > 0;
  }

  /** Adds a frame and wipes its probe; false when it was of no use. Another face starts over. */
  take({ face }: FrameObservation): boolean {
    const probe = face?.probe;
    if (face === undefined || probe === undefined) return false;
    if (!this.#fusion.add(probe.vector)) this.#pad = [];
    probe.vector.fill(0);
    this.#pad.push(face.pad);
    return true;
  }

  attackVerdict(mode: PadFusionMode): PadOutcome {
    return fusePad(this.#pad, this.facts.pad, mode).outcome;
  }

  /** The reference as a unit vector; the caller wipes it. */
  reference(): Float32Array {
    return this.#fusion.fused();
  }

  /** Whether every frame by itself is of the person the reference is of: two people can share none. */
  isOfOnePerson(reference: Float32Array): boolean {
    return this.#fusion.leastSimilarity(reference) >= singleFrameThreshold(this.facts.thresholds);
  }

  wipe(): void {
    this.#fusion.wipe();
    this.#pad = [];
  }
}
