import { cosineSimilarity, lowestFmr, ProbeFusion, thresholdFor } from '../compare/index.js';
import type { Config } from '../config/index.js';
import {
  type AuditPort,
  type Clock,
  type FrameObservation,
  MenshenError,
  type PadCue,
  type QualityReason,
  type Timers,
} from '../core/index.js';
import type { IdentificationGallery } from '../gallery/index.js';
import { fusePad } from '../pad/index.js';
import type { FacePolicy } from '../policy/index.js';
import type { Store, TemplateInfo } from '../store/index.js';
import type { PackFacts, Vision } from '../vision/index.js';

export interface EnrolmentRequest {
  readonly subjectId: string;
  readonly operatorId: string;
  /** Also take part in identification (1:N), where the site runs it and there is room. */
  readonly forIdentification: boolean;
}

export interface EnrolmentResult {
  readonly subjectId: string;
  readonly consentId: string;
  readonly modelId: string;
  readonly frames: number;
  /** `refused` says why 1:N was not possible; 1:1 goes on. */
  readonly identification:
    | { readonly state: 'not-requested' | 'enrolled' }
    | { readonly state: 'refused'; readonly reason: string };
}

export interface EnrolmentParts {
  readonly config: Config;
  readonly store: Store;
  readonly audit: AuditPort;
  readonly policy: FacePolicy;
  readonly vision: Vision | undefined;
  readonly gallery: () => IdentificationGallery | undefined;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Destroys a former template of the person with its key, before a new one is stored. */
  readonly replaceTemplate: (subjectId: string) => Promise<void>;
}

/** Frames fused into a reference from a camera. */
const referenceFrames = 5;
const sameFaceFmr = 1e-2;
const duplicateSlice = 100;

/** A reference being built: the probes of several frames of one face, and what attack detection said of them. */
interface Draft {
  readonly fusion: ProbeFusion;
  readonly facts: PackFacts;
  pad: (readonly PadCue[])[];
}

/** Enrols people who consented: from the camera with attack detection, or from stills an operator vouches for. */
export class EnrolmentService {
  readonly #parts: EnrolmentParts;
  #busy = false;

  constructor(parts: EnrolmentParts) {
    this.#parts = parts;
  }

  /**
   * Watches the camera until it has enough good frames of one bona fide presentation.
   *
   * @throws MenshenError `consent-required`, `face-mode-off`, `camera-busy`, `enrolment-failed`, `duplicate-face`.
   */
  async fromCamera(request: EnrolmentRequest, cameraId: string, timeoutMs: number): Promise<EnrolmentResult> {
    return this.#exclusively(async () => {
      this.#checkAllowed(request);
      const draft = this.#draft();
      await this.#watch(draft, cameraId, timeoutMs);
      return this.#store(request, draft);
    }, request);
  }

  /**
   * One or more stills of one person. No attack detection: the operator who gives them answers for them, and the audit
   * says so.
   *
   * @throws MenshenError as above, and `picture-unreadable`, `picture-refused`.
   */
  async fromStills(request: EnrolmentRequest, encoded: readonly Uint8Array[]): Promise<EnrolmentResult> {
    return this.#exclusively(async () => {
      this.#checkAllowed(request);
      const draft = this.#draft();
      for (const still of encoded) {
        const observation = await this.#vision().observeStill(still);
        if (!take(draft, observation)) throw unusable('The still', observation.reasons);
      }
      if (draft.fusion.restarts > 0)
        throw new MenshenError('enrolment-failed', 'The stills do not show one and the same person.');
      return this.#store(request, draft);
    }, request);
  }

  #watch(draft: Draft, cameraId: string, timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const startedAtMs = this.#parts.clock.monotonicMs();
      let last: readonly QualityReason[] = [];
      const end = (outcome: () => void) => {
        timer.cancel();
        watch.stop();
        outcome();
      };
      const timer = this.#parts.timers.after(timeoutMs, () => end(() => reject(unusable('The camera', last))));
      const watch = this.#vision().watch(cameraId, {
        onObservation: (observation) => {
          if (observation.capturedAtMs < startedAtMs) return void observation.face?.probe?.vector.fill(0);
          last = observation.reasons;
          const restartsBefore = draft.fusion.restarts;
          if (take(draft, observation) && draft.fusion.restarts > restartsBefore) draft.pad = draft.pad.slice(-1);
          const verdict = this.#padVerdict(draft);
          if (verdict === 'attack') end(() => reject(attack()));
          else if (draft.fusion.frames >= referenceFrames && verdict === 'bona-fide') end(resolve);
        },
        onLost: () => end(() => reject(new MenshenError('camera-unavailable', 'Recognition went away. Try again.'))),
      });
    });
  }

  #padVerdict(draft: Draft): 'bona-fide' | 'attack' | 'undecided' {
    return fusePad(draft.pad, draft.facts.pad, { demonstration: this.#parts.config.mode === 'demonstration' }).outcome;
  }

  async #store(request: EnrolmentRequest, draft: Draft): Promise<EnrolmentResult> {
    const reference = draft.fusion.fused();
    try {
      await this.#refuseDuplicate(request.subjectId, reference, draft.facts);
      const identification = this.#identification(request);
      await this.#parts.replaceTemplate(request.subjectId);
      // The consent may have gone while frames were collected.
      const consentId = this.#checkAllowed(request);
      const template = this.#commit(request, consentId, draft, reference, identification.state === 'enrolled');
      if (identification.state === 'enrolled') this.#parts.gallery()?.add(request.subjectId, reference);
      return {
        subjectId: request.subjectId,
        consentId,
        modelId: template.modelId,
        frames: template.frames,
        identification,
      };
    } finally {
      reference.fill(0);
      draft.fusion.wipe();
    }
  }

  #commit(
    request: EnrolmentRequest,
    consentId: string,
    draft: Draft,
    reference: Float32Array,
    forIdentification: boolean,
  ): TemplateInfo {
    const { store, audit, clock } = this.#parts;
    return store.transaction(() => {
      const template = store.templates.add({
        subjectId: request.subjectId,
        consentId,
        modelId: draft.facts.modelId,
        frames: draft.fusion.frames,
        forIdentification,
        createdAtMs: Math.round(clock.wallMs()),
        vector: reference,
      });
      audit.append('template.enrolled', {
        subjectId: request.subjectId,
        consentId,
        modelId: template.modelId,
        frames: template.frames,
        forIdentification,
        operatorId: request.operatorId,
        attackDetection: draft.pad.some((cues) => cues.length > 0) ? 'assessed' : 'vouched-for',
      });
      return template;
    });
  }

  #identification(request: EnrolmentRequest): EnrolmentResult['identification'] {
    if (!request.forIdentification) return { state: 'not-requested' };
    const gallery = this.#parts.gallery();
    if (gallery === undefined) return { state: 'refused', reason: 'This site verifies 1:1 only (face.method).' };
    try {
      gallery.checkRoomForOneMore();
      return { state: 'enrolled' };
    } catch (thrown) {
      if (!(thrown instanceof MenshenError) || thrown.code !== 'gallery-full') throw thrown;
      return { state: 'refused', reason: thrown.detail };
    }
  }

  /** Compares with everybody else's template, in slices, at the strictest threshold the pack supports. */
  async #refuseDuplicate(subjectId: string, reference: Float32Array, facts: PackFacts): Promise<void> {
    const strictest = lowestFmr(facts.thresholds, 'reference-single');
    const { cosineSimilarity: atLeast } = thresholdFor(facts.thresholds, 'reference-single', strictest);
    const { store, audit } = this.#parts;
    for (let after = ''; ; ) {
      const page = store.templates.page(facts.modelId, after, duplicateSlice);
      for (const { id, subjectId: other } of page) {
        if (other === subjectId) continue;
        const same = store.templates.withVector(id, (template) => cosineSimilarity(template, reference) >= atLeast);
        if (!same) continue;
        audit.append('enrolment.refused', { subjectId, reason: 'duplicate-face', other });
        throw new MenshenError(
          'duplicate-face',
          'This face is enrolled as another person already. The audit names the record; erase one of the two.',
        );
      }
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.id;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** @returns the id of the consent that allows it. */
  #checkAllowed({ subjectId }: EnrolmentRequest): string {
    const { policy, store, config } = this.#parts;
    store.subjects.require(subjectId);
    const mode = policy.site();
    if (!mode.on) throw new MenshenError('face-mode-off', `${mode.detail}. Card and PIN work.`);
    const person = policy.person(subjectId);
    if (!person.ready && person.reason !== 'not-enrolled') {
      throw new MenshenError('consent-required', consentProblem[person.reason]);
    }
    const consent = store.consents.ofSubject(subjectId).at(-1);
    if (consent === undefined || config.face.enabled === false)
      throw new MenshenError('consent-required', consentProblem.none);
    return consent.recordId;
  }

  #draft(): Draft {
    const facts = this.#vision().facts();
    if (facts === undefined)
      throw new MenshenError('vision-down', 'The models are still being loaded. Try again in a moment.');
    const sameFace = thresholdFor(facts.thresholds, 'single-single', sameFaceFmr);
    return { facts, fusion: new ProbeFusion(facts.dimensions, sameFace.cosineSimilarity), pad: [] };
  }

  #vision(): Vision {
    const { vision } = this.#parts;
    if (vision === undefined) throw new MenshenError('face-mode-off', 'face.enabled is false in the configuration.');
    return vision;
  }

  async #exclusively(work: () => Promise<EnrolmentResult>, request: EnrolmentRequest): Promise<EnrolmentResult> {
    if (this.#busy) throw new MenshenError('camera-busy', 'Another enrolment is running. Wait for it.');
    this.#busy = true;
    try {
      return await work();
    } catch (thrown) {
      if (thrown instanceof MenshenError && thrown.code !== 'duplicate-face') {
        this.#parts.audit.append('enrolment.refused', { subjectId: request.subjectId, reason: thrown.code });
      }
      throw thrown;
    } finally {
      this.#busy = false;
    }
  }
}

/** Adds a frame to the draft and wipes its probe; false when it was of no use. */
function take(draft: Draft, { face }: FrameObservation): boolean {
  const probe = face?.probe;
  if (face === undefined || probe === undefined) return false;
  draft.fusion.add(probe.vector);
  probe.vector.fill(0);
  draft.pad.push(face.pad);
  return true;
}

const consentProblem = {
  none: 'Show the current notice and record a separate consent first (M6.1).',
  ended: 'The consent was withdrawn. A new one is needed.',
  expired: 'The consent has run out. A new one is needed.',
  'notice-changed': 'The notice has changed since. Show it to the person again (M5.6).',
  'purpose-changed': 'Purpose, method or kinds of data changed since. A new consent is needed (P14).',
  'expired-person': 'The person’s record has run out. Add the person again.',
} as const;

const unusable = (what: string, reasons: readonly QualityReason[]): MenshenError =>
  new MenshenError(
    'enrolment-failed',
    `${what} gave no usable picture of one face${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`}. Mend that and try again.`,
  );

const attack = (): MenshenError =>
  new MenshenError(
    'enrolment-failed',
    'The camera saw a suspected presentation attack (a picture of a picture). The person must stand there themselves.',
  );
