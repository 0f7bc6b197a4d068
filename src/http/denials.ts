import type { FastifyRequest } from 'fastify';
import { bestEffortAudit } from '../audit/index.js';
import { MenshenError } from '../core/index.js';
import type { Services } from './services.js';

/** One entry an address in this time; the others are counted, so that knocking does not fill the disk. */
const denialPeriodMs = 10_000;
const maxAddresses = 1000;
/** Over all addresses: knocking from many of them must not fill the disk either. */
const denialGapMs = 500;

/** Records denials, the first of an address at once and the rest as a number with the next. */
export class DenialLog {
  readonly #services: Services;
  readonly #recent = new Map<string, { readonly atMs: number }>();
  #lastMs = Number.NEGATIVE_INFINITY;
  #unrecorded = 0;

  constructor(services: Services) {
    this.#services = services;
  }

  denied(request: FastifyRequest, code: 'unauthenticated' | 'forbidden', detail: string): MenshenError {
    const { clock } = this.#services;
    const audit = bestEffortAudit(this.#services.audit, this.#services.logger);
    const before = this.#recent.get(request.ip);
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#lastMs < denialGapMs || (before !== undefined && nowMs - before.atMs < denialPeriodMs)) {
      this.#unrecorded += 1;
      return new MenshenError(code, detail);
    }
    this.#lastMs = nowMs;
    if (this.#recent.size >= maxAddresses) this.#recent.clear();
    this.#recent.set(request.ip, { atMs: nowMs });
    audit.append('access.denied', {
      code,
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      caller: request.caller?.id ?? 'none',
      address: request.ip,
      unrecordedBefore: this.#unrecorded,
    });
    this.#unrecorded = 0;
    return new MenshenError(code, detail);
  }
}
