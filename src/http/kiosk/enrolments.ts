import { asMenshenError, MenshenError } from '../../core/index.js';
import { referenceFrames } from '../../enrol/index.js';
import type { Services } from '../services.js';
import type { EnrolmentProgress } from './contract.js';
import type { ScreenVerifications } from './verifications.js';

const timeoutMs = 60_000;
/** How long the page can still hear how it ended. */
const rememberMs = 60_000;

interface Enrolment {
  readonly visitId: string;
  readonly screenId: string;
  readonly abort: AbortController;
  progress: EnrolmentProgress;
  /** Resolves when nothing of it runs any more. */
  over: Promise<void>;
}

/** The one enrolment that the screen shows: begun by a proven person, ended by them at any time. */
export class ScreenEnrolments {
  readonly #services: Services;
  readonly #verifications: ScreenVerifications;
  readonly #listeners = new Set<() => void>();
  #current: Enrolment | undefined;

  constructor(services: Services, verifications: ScreenVerifications) {
    this.#services = services;
    this.#verifications = verifications;
  }

  /**
   * Begins to look; how it goes is told by `of`.
   *
   * @throws MenshenError `act-refused`, `visit-ended`, `camera-busy`, `method-not-allowed`.
   */
  start(visitId: string, screenId: string, act: string): EnrolmentProgress {
    const { visits } = this.#services;
    const { cameraId } = this.#verifications;
    if (cameraId === undefined) throw new MenshenError('method-not-allowed', 'This gate has no camera.');
    if (this.#current?.progress.state === 'running')
      throw new MenshenError('camera-busy', 'An enrolment is running at this screen. Wait for it, or end it.');
    const wanted = visits.enrolment(visitId);
    const enrolment: Enrolment = {
      ...{ visitId, screenId, abort: new AbortController() },
      progress: { state: 'running', frames: 0, wanted: referenceFrames },
      over: Promise.resolve(),
    };
    this.#current = enrolment;
    enrolment.over = this.#run(enrolment, { ...wanted, act }, cameraId);
    this.#changed();
    return enrolment.progress;
  }

  /** What the screen shows of it, if it is its own. */
  of(screenId: string): EnrolmentProgress | undefined {
    return this.#current?.screenId === screenId ? this.#current.progress : undefined;
  }

  /** Ends the visit's enrolment if one runs; resolves when nothing of it does. */
  async end(visitId: string): Promise<void> {
    if (this.#current?.visitId !== visitId) return;
    this.#current.abort.abort();
    await this.#current.over;
  }

  onChange(run: () => void): () => void {
    this.#listeners.add(run);
    return () => this.#listeners.delete(run);
  }

  async #run(enrolment: Enrolment, wanted: Wanted, cameraId: string): Promise<void> {
    const { enrolments, config } = this.#services;
    const request = { ...wanted, forIdentification: config.face.method === '1:N', confirmedDistinct: false };
    try {
      await enrolments.fromCamera(request, cameraId, timeoutMs, {
        signal: enrolment.abort.signal,
        onProgress: ({ guide, ...counted }) =>
          this.#show(enrolment, { state: 'running', ...counted, guide: this.#verifications.guide(guide) }),
      });
      this.#show(enrolment, { state: 'done', frames: referenceFrames, wanted: referenceFrames });
    } catch (thrown) {
      const { code } = asMenshenError(thrown);
      if (code === 'internal')
        this.#services.logger.log('error', 'screen-enrolment.fault', { message: String(thrown) });
      const { frames } = enrolment.progress;
      this.#show(enrolment, { state: 'failed', frames, wanted: referenceFrames, reason: code });
    }
    this.#services.timers.after(rememberMs, () => {
      if (this.#current === enrolment) this.#current = undefined;
    });
  }

  #show(enrolment: Enrolment, progress: EnrolmentProgress): void {
    enrolment.progress = progress;
    this.#changed();
  }

  #changed(): void {
    for (const run of this.#listeners) run();
  }
}

interface Wanted {
  readonly subjectId: string;
  readonly operatorId: string;
  readonly act: string;
}
