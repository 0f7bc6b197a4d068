import { disableCoreDumps, keepHeapSmall, returnFreeHeap } from '../addon/index.js';
import type { Config } from '../config/index.js';
import { asMenshenError, type TimerHandle } from '../core/index.js';
import type { Services } from '../http/index.js';
import type { Store } from '../store/index.js';
import { type Composition, compose, type TerminalOptions, type TerminalPorts } from './compose.js';
import { pruneOldAudit } from './keys.js';
import { auditSpaceAlarmBytes } from './measured.js';

const clockPeriodMs = 10_000;
const sweepPeriodMs = 60_000;
const heapPeriodMs = 60_000;
const selfTestPeriodMs = 86_400_000;
/** Deadlines and counts are of days. */
const lawPeriodMs = 600_000;

/**
 * The daemon's life in order: how it starts, what it looks after and how it stops. What it is made of stands in `compose`.
 * Nothing listens here; `http` does, over `services`.
 */
export class Terminal {
  readonly services: Services;
  readonly #ports: TerminalPorts;
  readonly #parts: Composition;
  readonly #timers: TimerHandle[] = [];
  #started = false;
  #stopping = false;
  #spaceLow = false;

  /** @param store is closed by `stop`. `withCameras: false` leaves recognition off, for the command line alone. */
  constructor(config: Config, store: Store, ports: TerminalPorts, options: TerminalOptions) {
    this.#ports = ports;
    this.#parts = compose(config, store, ports, options);
    this.services = this.#parts.services;
  }

  /**
   * Takes the audit's space, and begins to watch clock and expiries. The first sweep, which also finishes what was cut,
   * runs beside the gate: whoever is due is refused by the clock until they are erased.
   */
  start(): void {
    const { audit, retention, clockGuard, policy, vision, config } = this.services;
    const { records, law, tellEndings } = this.#parts;
    const every = (periodMs: number, what: string, work: () => unknown) =>
      this.#timers.push(this.#ports.timers.every(periodMs, () => this.#routine(what, work)));
    disableCoreDumps();
    keepHeapSmall();
    this.#watchSpace();
    this.#started = true;
    this.services.syslog?.start();
    this.services.doors.start();
    audit.append('service.started', {
      version: this.services.version,
      mode: config.mode,
      notice: this.services.notice.hash,
    });
    this.#routine('outbox', () => this.services.outbox.start());
    this.#routine('sweep', () => retention.sweep());
    this.#routine('law', () => law.look());
    this.#routine('import', () => this.services.peopleImport.recover());
    this.#routine('assessment', () => records.assessment());
    this.#routine('incidents', () => this.services.incidents.sealOpen());
    this.#routine('acts', () => this.services.acts.resume());
    this.#routine('endings', tellEndings);
    this.#routine('inspection', () => this.services.inspections.look());
    this.#routine('rotation', () => this.services.rotation.resume());
    this.#routine('audit-prune', () => pruneOldAudit(config, this.services));
    vision?.onChange(() => this.#recognitionChanged());
    every(clockPeriodMs, 'clock', () => clockGuard.check());
    every(clockPeriodMs, 'audit', () => audit.resume());
    every(clockPeriodMs, 'witness', () => this.services.rollback.note());
    every(lawPeriodMs, 'rotation', () => this.services.rotation.look());
    every(lawPeriodMs, 'audit-prune', () => pruneOldAudit(config, this.services));
    // Asked also when nobody calls, so that panels hear of a change as it happens.
    every(clockPeriodMs, 'policy', () => policy.site());
    every(clockPeriodMs, 'assessment', () => records.assessment());
    // A gallery that grows can pass what was measured.
    every(clockPeriodMs, 'threshold', () => records.unmeasured());
    every(lawPeriodMs, 'inspection', () => this.services.inspections.look());
    every(sweepPeriodMs, 'space', () => this.#watchSpace());
    every(heapPeriodMs, 'heap', returnFreeHeap);
    every(sweepPeriodMs, 'sweep', () => retention.sweep());
    every(lawPeriodMs, 'law', () => law.look());
    every(lawPeriodMs, 'endings', tellEndings);
  }

  /** Panels are answered now: the device looks at itself (M4.4), and again every day. Face mode waits for it. */
  ready(): void {
    const selfTest = () => this.#routine('self-test', () => this.#runSelfTest());
    this.#timers.push(this.#ports.timers.every(selfTestPeriodMs, selfTest));
    selfTest();
  }

  /** That the service stops meanwhile is no fault of the device. */
  async #runSelfTest(): Promise<void> {
    await this.services.selfTest.run().catch((thrown: unknown) => {
      if (!this.#stopping) throw thrown;
    });
  }

  /** A fault that nobody caught, and that ends the process: on record as far as the disk and the fault allow. */
  failed(fault: unknown): void {
    const { logger } = this.#ports;
    const { name, message, stack } = fault instanceof Error ? fault : new Error(String(fault));
    logger.log('error', 'service.fault', { fault: name, message, stack });
    try {
      this.services.audit.append('service.failed', { fault: asMenshenError(fault).code });
    } catch (thrown) {
      logger.log('error', 'service.fault-not-recorded', { message: String(thrown) });
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#timers) timer.cancel();
    await this.services.peopleImport.close();
    this.#parts.eraser.close();
    await this.services.outbox.close();
    await this.services.selfTest.close();
    const { verifications, doors, vision, audit, store, clockGuard } = this.services;
    verifications.close();
    doors.close();
    this.#parts.law.close();
    await vision?.close();
    await this.#parts.hasher.close();
    this.#parts.egress.close();
    this.#parts.liveGallery.close();
    clockGuard.check();
    if (this.#started) audit.append('service.stopped', {});
    await this.services.syslog?.close();
    await this.services.rollback.close();
    store.close();
  }

  /** The model pack is known now, or another one runs. */
  #recognitionChanged(): void {
    const { records, liveGallery, services } = this.#parts;
    this.#routine('threshold', () => records.unmeasured());
    this.#routine('assessment', () => records.assessment());
    this.#routine('pack', () => records.packKnown());
    this.#routine('gallery', () => liveGallery.follow(services.vision, services));
  }

  /** A full disk or another fault in routine work is logged and tried again next time; it never ends the daemon. */
  #routine(what: string, work: () => unknown): void {
    const failed = (thrown: unknown) => this.#ports.logger.log('error', `${what}.failed`, { message: String(thrown) });
    try {
      Promise.resolve(work()).catch(failed);
    } catch (thrown) {
      failed(thrown);
    }
  }

  /** Alarms early, and takes the reserve again once there is room. */
  #watchSpace(): void {
    const { audit, store } = this.services;
    const held = store.reserve.restore();
    const freeBytes = store.reserve.freeBytes();
    const low = freeBytes < auditSpaceAlarmBytes || !held;
    if (low && !this.#spaceLow) audit.append('space.low', { freeBytes });
    this.#spaceLow = low;
  }
}
