import type { AssessmentRegister, AssessmentScope, AssessmentState } from '../assessment/index.js';
import { lowestFmr, sameFaceThreshold, singleFrameThreshold, thresholdFor } from '../compare/index.js';
import { type Config, needsTwoPeople } from '../config/index.js';
import type { ConsentRegister, ConsentState, NoticeBinding } from '../consent/index.js';
import { type AuditPort, MenshenError } from '../core/index.js';
import type { IdentificationGallery } from '../gallery/index.js';
import type { CurrentNotice, NoticeAnnouncement } from '../notice/index.js';
import type { Store, TemplateInfo } from '../store/index.js';
import type { ClockGuard, ClockStatus } from '../timekeeping/index.js';
import type { PackFacts, Vision } from '../vision/index.js';
import { assessedPack, assessedSettings } from './assessed.js';
import { unjustifiedIdentification } from './identification.js';
import { purposeEndsAtMs } from './purpose-end.js';
import { type SafetyParts, type SafetyReason, safetyBlocks } from './safety.js';
import { thresholdsInUse, type UnconfirmedThresholds, unconfirmedThresholds } from './threshold-change.js';
import { thresholdOptions, type UnmeasuredInUse, unmeasuredInUse } from './unmeasured.js';

/** Why the face is not used at this site now (closed list); card and PIN are never concerned. */
export type FaceModeReason =
  | 'switched-off'
  | 'notice-not-displayed'
  | 'assessment-missing'
  | 'clock-not-trusted'
  /** The site's last day is over (P47). */
  | 'purpose-ended'
  /** The use of this device has ended (M15.4). */
  | 'decommissioned'
  | 'no-alternative-works'
  | 'recognition-down'
  | 'model-drift'
  | 'threshold-unsupported'
  /** Two people have not confirmed the changed thresholds yet (D19b). */
  | 'threshold-unconfirmed'
  | 'audit-space-used-up'
  | SafetyReason;

export interface FaceModeBlock {
  readonly reason: FaceModeReason;
  readonly detail: string;
}

export type FaceMode = { readonly on: true } | ({ readonly on: false } & FaceModeBlock);

export type PersonState =
  | { readonly ready: true; readonly template: TemplateInfo }
  | {
      readonly ready: false;
      readonly reason: Exclude<ConsentState['state'], 'valid'> | 'not-enrolled' | 'expired-person';
    };

/** Whether a face may be processed at all, and that of one person: asked before any face work and again before a grant. */
export class FacePolicy {
  readonly #config: Config;
  readonly #parts: FacePolicyParts;
  #last: string | undefined;

  constructor(config: Config, parts: FacePolicyParts) {
    this.#config = config;
    this.#parts = parts;
  }

  /** Invariant 2 for the site: notice displayed or posted, valid assessment, trusted clock, a healthy method besides the face. */
  site(): FaceMode {
    const mode = this.#site();
    const key = mode.on ? 'on' : mode.reason;
    if (this.#last !== undefined && this.#last !== key) {
      this.#parts.audit.append('face-mode.changed', { on: mode.on, reason: mode.on ? null : mode.reason });
    }
    this.#last = key;
    return mode;
  }

  /** Invariant 2 for a named person: valid consent to the current notice, and a template of the running model. */
  person(subjectId: string): PersonState {
    const { store, consents } = this.#parts;
    const subject = store.subjects.get(subjectId);
    if (subject === undefined) return { ready: false, reason: 'none' };
    if (subject.expiresAtMs <= this.#parts.nowMs()) return { ready: false, reason: 'expired-person' };
    const consent = consents.state(subjectId, this.binding());
    if (consent.state !== 'valid') return { ready: false, reason: consent.state };
    const modelId = this.#parts.vision?.facts()?.modelId;
    const template = modelId === undefined ? undefined : store.templates.ofSubject(subjectId, modelId);
    if (template === undefined || template.consentId !== consent.consent.recordId)
      return { ready: false, reason: 'not-enrolled' };
    return { ready: true, template };
  }

  /**
   * A template of another model than the running one, of a person for whom nothing else is missing: valid consent to the
   * current notice, face mode on. It is never compared; the person may renew it.
   */
  outdatedTemplate(subjectId: string): TemplateInfo | undefined {
    const modelId = this.#parts.vision?.facts()?.modelId;
    const person = this.person(subjectId);
    if (modelId === undefined || person.ready || person.reason !== 'not-enrolled' || !this.site().on) return undefined;
    const held = this.#parts.store.templates.allOf(subjectId);
    return held.some((template) => template.modelId === modelId) ? undefined : held[0];
  }

  binding(): NoticeBinding {
    const { notice } = this.#parts;
    const { minorsRules } = this.#config.site;
    return {
      hash: notice.hash,
      materialHash: notice.materialHash,
      purposeCode: notice.fields.purposeCode,
      alternatives: notice.fields.alternatives,
      retentionDays: notice.fields.retentionDays,
      ...(minorsRules === undefined ? {} : { minorsRules }),
      deviceId: this.#config.device.id,
      writtenRequired: this.#config.site.writtenConsentRequired,
      ...(this.#parts.noticeTextHash === undefined ? {} : { textHash: this.#parts.noticeTextHash }),
    };
  }

  assessment(): AssessmentState {
    return this.#parts.assessments.state(this.assessmentScope());
  }

  assessmentScope(): AssessmentScope {
    const { notice, vision } = this.#parts;
    const facts = vision?.facts();
    return {
      purposeCode: notice.fields.purposeCode,
      method: this.#config.face.method,
      materialHash: notice.materialHash,
      settings: assessedSettings(this.#config),
      ...(facts === undefined ? {} : { pack: assessedPack(facts) }),
    };
  }

  /** Whether PINs and cards can be checked now (M10.1). */
  alternativeWorks(): boolean {
    return this.#parts.alternativeWorks();
  }

  clock(): ClockStatus {
    return this.#parts.clockGuard.check();
  }

  #site(): FaceMode {
    const { value: first } = this.#blocks().next();
    return first === undefined ? { on: true } : { on: false, ...first };
  }

  /** Everything that keeps face mode off now, in the order in which `site` names one of it. */
  blocks(): readonly FaceModeBlock[] {
    return [...this.#blocks()];
  }

  *#blocks(): Generator<FaceModeBlock, void> {
    const { vision, alternativeWorks, auditSpaceLeft } = this.#parts;
    if (!this.#config.face.enabled) return yield block('switched-off', 'face.enabled is false');
    const ended = this.#ended();
    if (ended !== undefined) return yield ended;
    if (vision === undefined) yield block('switched-off', 'recognition does not run in this process');
    const told = this.#parts.announcement.state();
    if (told.how === 'not-yet') yield block('notice-not-displayed', told.detail);
    yield* safetyBlocks(this.#parts.safety);
    const assessment = this.assessment();
    if (assessment.state !== 'valid') yield block('assessment-missing', assessment.why);
    else {
      const unjustified = unjustifiedIdentification(this.#config, this.#parts.store);
      if (unjustified !== undefined) yield block('assessment-missing', unjustified);
    }
    const clock = this.clock();
    if (!clock.trusted) yield block('clock-not-trusted', clock.problem ?? 'the clock is not trusted');
    if (!alternativeWorks())
      yield block('no-alternative-works', 'neither PIN nor card works, and the face is never the only way (M10.1)');
    if (!auditSpaceLeft()) yield block('audit-space-used-up', 'the disk is nearly full; free some space');
    yield* this.#recognitionBlocks();
  }

  *#recognitionBlocks(): Generator<FaceModeBlock, void> {
    const { vision } = this.#parts;
    const problem = vision?.problem();
    if (problem !== undefined)
      yield block(vision?.fault() === 'model-drift' ? 'model-drift' : 'recognition-down', problem);
    const unsupported = this.#unsupportedThreshold();
    if (unsupported !== undefined) yield block('threshold-unsupported', unsupported);
    if (needsTwoPeople(this.#config) && this.unconfirmedThresholds() !== undefined)
      yield block(
        'threshold-unconfirmed',
        'the thresholds were changed: one person proposes them (menshen threshold propose), another confirms (D19b)',
      );
  }

  /** Thresholds of the running models that differ from those in force until now, or undefined. */
  unconfirmedThresholds(): UnconfirmedThresholds | undefined {
    const facts = this.#parts.vision?.facts();
    if (facts === undefined) return undefined;
    return unconfirmedThresholds(this.#parts.store, thresholdsInUse(this.#config, facts));
  }

  #ended(): FaceModeBlock | undefined {
    if (this.#parts.store.documents.newest('decommission') !== undefined)
      return block('decommissioned', 'the use of this device has ended; what was held is erased');
    if ((purposeEndsAtMs(this.#config.site) ?? Number.POSITIVE_INFINITY) > this.#parts.nowMs()) return undefined;
    return block('purpose-ended', 'the last day of the site’s purpose (site.purpose.endsOn) is over');
  }

  /** The rate below every measured one that somebody accepted by name, as far as it is used now. */
  unmeasured(): UnmeasuredInUse | undefined {
    const thresholds = this.#parts.vision?.facts()?.thresholds;
    return thresholds === undefined
      ? undefined
      : unmeasuredInUse(this.#config, thresholds, this.#parts.gallery()?.size ?? 0);
  }

  /** The site asks for a rate that the pack's evaluation never measured, or the gallery outgrew it. */
  #unsupportedThreshold(): string | undefined {
    const facts = this.#parts.vision?.facts();
    if (facts === undefined) return undefined;
    const missing = missingThresholds(facts.thresholds);
    if (missing !== undefined) return missing;
    const { falseMatchRate, method } = this.#config.face;
    try {
      thresholdFor(facts.thresholds, 'reference-fused', falseMatchRate, thresholdOptions(this.#config));
    } catch (thrown) {
      if (thrown instanceof MenshenError && thrown.code === 'threshold-unsupported')
        return `face.falseMatchRate: ${thrown.detail}`;
      throw thrown;
    }
    const gallery = this.#parts.gallery();
    if (method === '1:1' || gallery === undefined || gallery.size <= gallery.ceiling) return undefined;
    return `${gallery.size} people are enrolled for identification, the model pack supports ${gallery.ceiling} at this face.falsePositiveIdentificationRate`;
  }
}

export interface FacePolicyParts {
  readonly gallery: () => IdentificationGallery | undefined;
  readonly store: Store;
  readonly audit: AuditPort;
  readonly notice: CurrentNotice;
  readonly announcement: Pick<NoticeAnnouncement, 'state'>;
  readonly consents: ConsentRegister;
  readonly assessments: AssessmentRegister;
  readonly clockGuard: ClockGuard;
  readonly safety: SafetyParts;
  /** Absent when the face is switched off. */
  readonly vision: Vision | undefined;
  readonly alternativeWorks: () => boolean;
  readonly auditSpaceLeft: () => boolean;
  readonly nowMs: () => number;
  /** Hash of the notice's text in a language; undefined for a language that is not there. */
  readonly noticeTextHash?: (language: string) => string | undefined;
}

/** Every kind of comparison that a verification makes needs a threshold of its own. */
function missingThresholds(tables: PackFacts['thresholds']): string | undefined {
  try {
    sameFaceThreshold(tables);
    singleFrameThreshold(tables);
    lowestFmr(tables, 'reference-fused');
    return undefined;
  } catch (thrown) {
    if (thrown instanceof MenshenError && thrown.code === 'threshold-unsupported') return thrown.detail;
    throw thrown;
  }
}

const block = (reason: FaceModeReason, detail: string): FaceModeBlock => ({ reason, detail });
