import { type FrameObservation, guidanceOf, MenshenError, type QualityReason } from '../core/index.js';
import { padFusionMode } from '../policy/index.js';
import { outlineOf } from '../quality/index.js';
import type { TemplateInfo } from '../store/index.js';
import type { Vision } from '../vision/index.js';
import { Draft } from './draft.js';
import { findDuplicate } from './duplicates.js';
import { cancelled, duplicate, noConsent, notOnePerson, suspectedAttack, unusable } from './refusals.js';
import type {
  EnrolmentAudience,
  EnrolmentParts,
  EnrolmentRequest,
  EnrolmentResult,
  RenewalRequest,
} from './request.js';

/** Frames fused into a reference from a camera, at least; attack detection may ask for more. */
export const referenceFrames = 5;

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
   * @throws MenshenError `consent-required`, `face-mode-off`, `camera-busy`, `enrolment-failed`, `enrolment-cancelled`,
   * `duplicate-face`.
   */
  fromCamera(
    request: EnrolmentRequest,
    cameraId: string,
    timeoutMs: number,
    audience: EnrolmentAudience = {},
  ): Promise<EnrolmentResult> {
    const { subjectId } = request;
    return this.#enrol(request, (draft) => this.#watch({ subjectId, draft, cameraId, timeoutMs, audience }), {
      signal: audience.signal,
    });
  }

  /**
   * The same for a person whose template is of another model than the running one; that template is destroyed.
   *
   * @throws MenshenError as above.
   */
  renew(request: RenewalRequest, cameraId: string, timeoutMs: number): Promise<EnrolmentResult> {
    const { subjectId, forIdentification, callerId } = request;
    const wanted = { subjectId, forIdentification, operatorId: callerId, confirmedDistinct: false };
    return this.#enrol(wanted, (draft) => this.#watch({ subjectId, draft, cameraId, timeoutMs, audience: {} }), {
      renewal: request,
    });
  }

  /**
   * One or more stills of one person. No attack detection: the operator who gives them answers for them, and the audit
   * says so.
   *
   * @throws MenshenError as above, and `picture-unreadable`, `picture-refused`.
   */
  fromStills(request: EnrolmentRequest, encoded: readonly Uint8Array[]): Promise<EnrolmentResult> {
    return this.#enrol(request, async (draft) => {
      try {
        for (const still of encoded) {
          const observation = await this.#vision().observeStill(still);
          if (!draft.take(observation)) throw unusable('The still', observation.reasons);
        }
      } finally {
        for (const still of encoded) still.fill(0);
      }
      if (draft.frames === 0) throw unusable('No still was given, so it', []);
      if (draft.mixed) throw notOnePerson();
      return 'vouched-for';
    });
  }

  async #enrol(
    request: EnrolmentRequest,
    collect: (draft: Draft) => Promise<AttackDetection>,
    { renewal, signal }: { readonly renewal?: RenewalRequest; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<EnrolmentResult> {
    if (this.#busy) throw new MenshenError('camera-busy', 'Another enrolment is running. Wait for it.');
    this.#busy = true;
    let draft: Draft | undefined;
    try {
      this.#checkAllowed(request.subjectId);
      draft = this.#draft();
      const attackDetection = await collect(draft);
      return await this.#store(request, draft, { attackDetection, renewal, signal });
    } catch (thrown) {
      const reason = thrown instanceof MenshenError ? thrown.code : 'internal';
      if (reason !== 'duplicate-face')
        this.#parts.audit.append('enrolment.refused', { subjectId: request.subjectId, reason });
      throw thrown;
    } finally {
      draft?.wipe();
      this.#busy = false;
    }
  }

  #watch({ subjectId, draft, cameraId, timeoutMs, audience }: Watching): Promise<AttackDetection> {
    const { clock, timers, config } = this.#parts;
    const padMode = padFusionMode(config);
    return new Promise((resolve, reject) => {
      const startedAtMs = clock.monotonicMs();
      let last: readonly QualityReason[] = [];
      const end = (outcome: () => void) => {
        timer.cancel();
        watch.stop();
        audience.signal?.removeEventListener('abort', stop);
        outcome();
      };
      const stop = () => end(() => reject(cancelled()));
      if (audience.signal?.aborted === true) throw cancelled();
      const watch = this.#vision().watch(cameraId, {
        onObservation: (observation) => {
          if (observation.capturedAtMs < startedAtMs) {
            observation.face?.probe?.vector.fill(0);
            return;
          }
          last = observation.reasons;
          draft.take(observation);
          const lost = this.#whyNoLonger(subjectId, cameraId);
          if (lost !== undefined) return end(() => reject(lost));
          const verdict = draft.attackVerdict(padMode);
          if (verdict === 'attack') return end(() => reject(suspectedAttack()));
          if (draft.frames >= referenceFrames && verdict === 'bona-fide') return end(() => resolve('assessed'));
          audience.onProgress?.(progressOf(draft, observation));
        },
        onLost: () => end(() => reject(new MenshenError('camera-unavailable', 'Recognition went away. Try again.'))),
      });
      const timer = timers.after(timeoutMs, () => end(() => reject(unusable('The camera', last))));
      audience.signal?.addEventListener('abort', stop, { once: true });
    });
  }

  /** Consent, face mode and the camera are asked again with every frame: without them no face is processed. */
  #whyNoLonger(subjectId: string, cameraId: string): Error | undefined {
    const faulty = this.#vision()
      .cameras()
      .some((camera) => camera.cameraId === cameraId && camera.fault !== undefined);
    if (faulty) return new MenshenError('camera-unavailable', 'The camera is black, covered or frozen. See to it.');
    try {
      this.#checkAllowed(subjectId);
      return undefined;
    } catch (thrown) {
      return thrown instanceof Error ? thrown : new MenshenError('internal', 'the enrolment could not be checked');
    }
  }

  async #store(
    request: EnrolmentRequest,
    draft: Draft,
    { attackDetection, renewal, signal }: Collected,
  ): Promise<EnrolmentResult> {
    const reference = draft.reference();
    const { subjectId } = request;
    const { store } = this.#parts;
    try {
      if (!draft.isOfOnePerson(reference)) throw notOnePerson();
      this.#checkAllowed(subjectId);
      await this.#refuseDuplicate(request, draft, reference);
      const identification = this.#identification(request);
      const enrolled = identification.state === 'enrolled';
      if (signal?.aborted === true) throw cancelled();
      const replaced = store.templates.allOf(subjectId).length > 0;
      await this.#parts.replaceTemplate(subjectId);
      // The consent may have gone while frames were collected.
      const consentId = this.#checkAllowed(subjectId);
      const template = this.#commit(request, {
        consentId,
        draft,
        reference,
        attackDetection,
        forIdentification: enrolled,
        renewal,
      });
      // As it is stored, so that the next start changes nobody's answer.
      if (enrolled) store.templates.withVector(template.id, (vector) => this.#parts.gallery()?.add(subjectId, vector));
      return { subjectId, consentId, modelId: template.modelId, frames: template.frames, replaced, identification };
    } finally {
      reference.fill(0);
    }
  }

  #commit(request: EnrolmentRequest, made: MadeReference): TemplateInfo {
    const { store, audit, clock } = this.#parts;
    const { consentId, draft, reference, attackDetection, forIdentification, renewal } = made;
    const { subjectId, operatorId, confirmedDistinct, act } = request;
    return store.transaction(() => {
      const template = store.templates.add({
        subjectId,
        consentId,
        modelId: draft.facts.modelId,
        frames: draft.frames,
        forIdentification,
        createdAtMs: Math.round(clock.wallMs()),
        vector: reference,
      });
      const { modelId, frames } = template;
      const entry = { subjectId, consentId, modelId, frames, forIdentification, attackDetection };
      if (renewal === undefined) audit.append('template.enrolled', { ...entry, operatorId, confirmedDistinct, act });
      else {
        const { verificationId, fromModelId, act, callerId } = renewal;
        audit.append('template.renewed', { ...entry, verificationId, fromModelId, act, callerId });
      }
      return template;
    });
  }

  async #refuseDuplicate(
    { subjectId, confirmedDistinct }: EnrolmentRequest,
    draft: Draft,
    reference: Float32Array,
  ): Promise<void> {
    if (confirmedDistinct) return;
    const { store, audit } = this.#parts;
    const other = await findDuplicate(store, draft.facts, subjectId, reference);
    if (other === undefined) return;
    audit.append('enrolment.refused', { subjectId, reason: 'duplicate-face', other });
    throw duplicate();
  }

  #identification({ subjectId, forIdentification }: EnrolmentRequest): EnrolmentResult['identification'] {
    if (!forIdentification) return { state: 'not-requested' };
    if (this.#parts.config.face.method === '1:1') {
      return { state: 'refused', reason: 'This site verifies 1:1 only (face.method).' };
    }
    const gallery = this.#parts.gallery();
    if (gallery?.ready !== true)
      throw new MenshenError('vision-down', 'The gallery is still being loaded. Try again in a moment.');
    const full = gallery.fullBecause(subjectId);
    return full === undefined ? { state: 'enrolled' } : { state: 'refused', reason: full };
  }

  /** @returns the id of the consent that allows it. */
  #checkAllowed(subjectId: string): string {
    const { policy, store } = this.#parts;
    store.subjects.require(subjectId);
    const mode = policy.site();
    if (!mode.on) throw new MenshenError('face-mode-off', `${mode.detail}. Card and PIN work.`);
    const person = policy.person(subjectId);
    if (!person.ready && person.reason !== 'not-enrolled') throw noConsent(person.reason);
    const consent = store.consents.ofSubject(subjectId).at(-1);
    if (consent === undefined) throw noConsent('none');
    return consent.recordId;
  }

  #draft(): Draft {
    const facts = this.#vision().facts();
    if (facts === undefined)
      throw new MenshenError('vision-down', 'The models are still being loaded. Try again in a moment.');
    return new Draft(facts);
  }

  #vision(): Vision {
    const { vision } = this.#parts;
    if (vision === undefined) throw new MenshenError('face-mode-off', 'face.enabled is false in the configuration.');
    return vision;
  }
}

/** How far it has come, and what the person can do about this frame. */
function progressOf(draft: Draft, observation: FrameObservation) {
  const [reason] = observation.reasons;
  const guide = {
    ...outlineOf(observation, draft.facts.limits.minInterEyeDistancePx),
    ...(reason === undefined ? {} : { code: guidanceOf[reason] }),
    progress: Math.min(1, draft.frames / referenceFrames),
  };
  return { frames: Math.min(draft.frames, referenceFrames), wanted: referenceFrames, guide };
}

interface Collected {
  readonly attackDetection: AttackDetection;
  readonly renewal: RenewalRequest | undefined;
  readonly signal: AbortSignal | undefined;
}

interface Watching {
  readonly subjectId: string;
  readonly draft: Draft;
  readonly cameraId: string;
  readonly timeoutMs: number;
  readonly audience: EnrolmentAudience;
}

/** Whether attack detection saw a living presentation, or an operator answers for the stills. */
type AttackDetection = 'assessed' | 'vouched-for';

interface MadeReference {
  readonly consentId: string;
  readonly draft: Draft;
  readonly reference: Float32Array;
  readonly attackDetection: AttackDetection;
  readonly forIdentification: boolean;
  readonly renewal: RenewalRequest | undefined;
}
