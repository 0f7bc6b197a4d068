import { type AuditPort, asMenshenError, type Clock, type Logger, MenshenError } from '../core/index.js';
import type { Outcome, SelfTestCheck } from './check.js';

export interface CheckResult extends Outcome {
  readonly id: string;
  readonly clause: string;
  readonly critical: boolean;
}

export interface SelfTestReport {
  readonly at: string;
  /** True when no critical check failed: face mode may be on. */
  readonly sound: boolean;
  readonly results: readonly CheckResult[];
}

export interface SelfTestParts {
  readonly checks: readonly SelfTestCheck[];
  readonly audit: AuditPort;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The device looks at itself (M4.4, M14.1). Until the first run has finished, and while a critical check fails, face mode
 * is off; PIN and card never wait for it.
 *
 * The whole of it runs right after the service is ready and not before: walking the chain and the database takes longer
 * than a start may (tens of milliseconds and more), and nothing but the face depends on it. Checks run one after the
 * other with the event loop let in between, so that a panel is answered meanwhile.
 */
export class SelfTest {
  readonly #parts: SelfTestParts;
  #last: SelfTestReport | undefined;
  #running: Promise<SelfTestReport> | undefined;
  readonly #stop = new AbortController();

  constructor(parts: SelfTestParts) {
    this.#parts = parts;
  }

  /** The newest finished run; undefined until the first. */
  last(): SelfTestReport | undefined {
    return this.#last;
  }

  /** Runs every check and records the outcome (`self-test.finished`); whoever asks while one runs gets that one. */
  run(): Promise<SelfTestReport> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Ends a run that is going on, without a record of it; resolves when nothing is touched any more. */
  async close(): Promise<void> {
    this.#stop.abort();
    // Whoever waits for that run hears of its fault; here only its end matters.
    await this.#running?.catch(() => undefined);
  }

  async #run(): Promise<SelfTestReport> {
    const { signal } = this.#stop;
    const results: CheckResult[] = [];
    for (const check of this.#parts.checks) {
      await new Promise((resolve) => setImmediate(resolve));
      if (signal.aborted) throw new MenshenError('service-unreachable', 'The service is being stopped.');
      results.push(await resultOf(check, signal));
    }
    const at = new Date(this.#parts.clock.wallMs()).toISOString();
    const report = { at, sound: !results.some(({ critical, state }) => critical && state === 'failed'), results };
    // Before it is recorded: on a full disk the face must go off all the same.
    this.#last = report;
    this.#record(report);
    return report;
  }

  #record({ sound, results }: SelfTestReport): void {
    const idsOf = (state: Outcome['state']) =>
      results
        .filter((result) => result.state === state)
        .map(({ id }) => id)
        .join(' ');
    const failures = idsOf('failed');
    this.#parts.logger.log(sound ? 'info' : 'error', 'self-test.finished', { sound, failed: failures });
    this.#parts.audit.append('self-test.finished', {
      sound,
      checks: results.length,
      failed: failures,
      notAssessed: idsOf('not-assessed'),
    });
  }
}

async function resultOf({ id, clause, critical, run }: SelfTestCheck, signal: AbortSignal): Promise<CheckResult> {
  try {
    const { state, why } = await run(signal);
    return { id, clause, critical, state, why };
  } catch (thrown) {
    return { id, clause, critical, state: 'failed', why: asMenshenError(thrown).message };
  }
}
