import type { FastifyRequest } from 'fastify';
import { type AuditBody, type ErrorCode, MenshenError, type TimerHandle } from '../core/index.js';
import type { Services } from './services.js';

/** One entry an address in this time; the others are counted, so that knocking does not fill the disk. */
const denialPeriodMs = 10_000;
const maxAddresses = 1000;
/** Over all addresses: knocking from many of them must not fill the disk either. */
const denialGapMs = 500;

export type DenialCode = Extract<ErrorCode, 'unauthenticated' | 'forbidden' | 'too-many-requests' | 'panel-refused'>;
type DenialServices = Pick<Services, 'audit' | 'clock' | 'logger' | 'timers'>;

/**
 * Records denials: the first of an address at once, the rest as a number with the next entry. Where no next one comes, the
 * last of the rest is written after ten seconds, with the number of those before it: every denial is in exactly one sum.
 */
export class DenialLog {
  readonly #services: DenialServices;
  readonly #recent = new Map<string, { readonly atMs: number }>();
  #lastMs = Number.NEGATIVE_INFINITY;
  /** Not in the audit yet, the newest of them as it will stand there. */
  #waiting: { readonly count: number; readonly newest: AuditBody } | undefined;
  #timer: TimerHandle | undefined;

  constructor(services: DenialServices) {
    this.#services = services;
  }

  /** @returns what to throw. */
  denied(request: FastifyRequest, code: DenialCode, detail: string): MenshenError {
    const nowMs = this.#services.clock.monotonicMs();
    const before = this.#recent.get(request.ip);
    const body = bodyOf(request, code);
    const tooSoon = nowMs - this.#lastMs < denialGapMs;
    if (tooSoon || (before !== undefined && nowMs - before.atMs < denialPeriodMs)) this.#count(body);
    else {
      this.#lastMs = nowMs;
      if (this.#recent.size >= maxAddresses) this.#recent.clear();
      this.#recent.set(request.ip, { atMs: nowMs });
      this.#record(body, this.#waiting?.count ?? 0);
    }
    return new MenshenError(code, detail);
  }

  /** Writes what was only counted so far. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#waiting !== undefined) this.#record(this.#waiting.newest, this.#waiting.count - 1);
  }

  #count(newest: AuditBody): void {
    this.#waiting = { count: (this.#waiting?.count ?? 0) + 1, newest };
    this.#timer ??= this.#services.timers.after(denialPeriodMs, () => this.flush());
  }

  /** On a full disk it stays counted, and is tried again with the next one. */
  #record(body: AuditBody, unrecordedBefore: number): void {
    try {
      this.#services.audit.append('access.denied', { ...body, unrecordedBefore });
      this.#waiting = undefined;
    } catch (thrown) {
      if (!(thrown instanceof MenshenError)) throw thrown;
      this.#waiting = { count: unrecordedBefore + 1, newest: body };
      this.#services.logger.log('error', 'denials.unrecorded', { count: unrecordedBefore + 1 });
    }
  }
}

function bodyOf(request: FastifyRequest, code: DenialCode): AuditBody {
  return {
    code,
    method: request.method,
    route: request.routeOptions.url ?? 'unknown',
    caller: request.caller?.id ?? 'none',
    address: request.ip,
  };
}
