/** M8.2: what this device may reach, what it was refused, and whether the guard was seen to hold. */
import type { Config } from '../config/index.js';
import { type AuditPort, type Logger, type TimerHandle, type Timers, urlOf } from '../core/index.js';
import { type EgressRefusal, egressGuard, publicPeers } from '../platform/index.js';
import { egressCheck, type SelfTestCheck } from '../selftest/index.js';
import type { Store } from '../store/index.js';
import type { Vision } from '../vision/index.js';

/** A program that tries without end fills neither the audit nor a panel's list: one event a minute, with the count. */
const quietMs = 60_000;

export interface EgressEdges {
  readonly config: Config;
  /** Best effort: the refusal stands, whether it can be recorded or not. */
  readonly audit: AuditPort;
  readonly logger: Logger;
  readonly timers: Timers;
  readonly vision: Vision | undefined;
  readonly store: Pick<Store, 'listeners'>;
}

export interface EgressWatch {
  readonly check: SelfTestCheck;
  facts(): { guarded: boolean; canary: 'held' | 'failed' | 'not-run'; refused: number; flows: readonly string[] };
  close(): void;
}

export function watchEgress({ config, audit, logger, timers, vision, store }: EgressEdges): EgressWatch {
  const record = new RefusalRecord({ audit, logger, timers });
  const stopListening = egressGuard.onRefused((refusal) => record.refused(refusal, 'service'));
  vision?.onEgressRefused?.((refusal) => record.refused(refusal, 'recognition'));
  let canary: 'held' | 'failed' | 'not-run' = 'not-run';
  const check = egressCheck({
    canary: async () => {
      const outcome = await egressGuard.canary();
      canary = outcome.held ? 'held' : 'failed';
      return outcome;
    },
    publicPeers,
    onOpen: (why) => {
      canary = 'failed';
      logger.log('error', 'egress.open', { why });
      audit.append('egress.open', { why });
    },
  });
  return {
    check,
    facts: () => ({ guarded: egressGuard.installed, canary, refused: record.count, flows: flowsOf(config, store) }),
    close: () => {
      stopListening();
      record.close();
    },
  };
}

/** Every address that anything of this device connects to: listed ones, listeners, and the cameras that ffmpeg opens. */
function flowsOf({ cameras }: Config, { listeners }: Pick<Store, 'listeners'>): string[] {
  const listed = egressGuard.allowed().map(({ address, port }) => `${address}:${port}`);
  const seen = cameras.flatMap(({ source }) => {
    const host = source.kind === 'rtsp' ? urlOf(source.url)?.host : undefined;
    return host === undefined ? [] : [`${host} (RTSP)`];
  });
  const told = listeners.list().map(({ url }) => new URL(url).origin);
  return [...new Set([...listed, ...told, ...seen])];
}

class RefusalRecord {
  readonly #edges: Pick<EgressEdges, 'audit' | 'logger' | 'timers'>;
  #quiet: TimerHandle | undefined;
  #unrecorded = 0;
  #newest: { readonly refusal: EgressRefusal; readonly from: string } | undefined;
  count = 0;

  constructor(edges: Pick<EgressEdges, 'audit' | 'logger' | 'timers'>) {
    this.#edges = edges;
  }

  refused(refusal: EgressRefusal, from: string): void {
    this.count += 1;
    this.#unrecorded += 1;
    this.#newest = { refusal, from };
    if (this.#quiet === undefined) this.#record();
  }

  close(): void {
    this.#quiet?.cancel();
    if (this.#unrecorded > 0) this.#record();
    this.#quiet?.cancel();
  }

  #record(): void {
    const { audit, logger, timers } = this.#edges;
    this.#quiet = timers.after(quietMs, () => {
      this.#quiet = undefined;
      if (this.#unrecorded > 0) this.#record();
    });
    if (this.#newest === undefined) return;
    const { refusal, from } = this.#newest;
    const body = { ...refusal, from, attempts: this.#unrecorded };
    this.#unrecorded = 0;
    logger.log('warn', 'egress.refused', body);
    audit.append('egress.refused', body);
  }
}
