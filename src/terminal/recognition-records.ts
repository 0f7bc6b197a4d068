import type { Services } from '../http/index.js';
import { recordPackChange, recordThresholdChange, thresholdsInUse } from '../policy/index.js';

type Recorded = Pick<Services, 'assessments' | 'audit' | 'clock' | 'config' | 'policy' | 'store' | 'vision'>;

/** What the record says of the models that run: which, with which thresholds, and whether they are assessed. */
export class RecognitionRecords {
  readonly #services: Recorded;
  #unmeasuredRecordedFor: string | undefined;

  constructor(services: Recorded) {
    this.#services = services;
  }

  /** The model pack is known now, or another one than before. */
  packKnown(): void {
    const { vision, store, audit, config, clock } = this.#services;
    const facts = vision?.facts();
    if (facts === undefined) return;
    recordPackChange(store, audit, facts);
    recordThresholdChange(store, audit, thresholdsInUse(config, facts), Math.round(clock.wallMs()));
  }

  /** M9.5: what became of the assessment since it was last looked at. */
  assessment(): void {
    const { assessments, policy } = this.#services;
    assessments.observe(policy.assessmentScope());
  }

  /** Once for each model pack: a threshold that nobody measured stands in the record with the name of who accepted it. */
  unmeasured(): void {
    const { policy, audit, vision } = this.#services;
    const unmeasured = policy.unmeasured();
    const modelId = vision?.facts()?.modelId;
    if (unmeasured === undefined || this.#unmeasuredRecordedFor === modelId) return;
    this.#unmeasuredRecordedFor = modelId;
    audit.append('threshold.unmeasured-accepted', { ...unmeasured });
  }
}
