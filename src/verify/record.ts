import type { AuditTrail } from '../audit/index.js';
import {
  type Clock,
  type Decision,
  type Logger,
  MenshenError,
  type TerminalMode,
  type Verdict,
} from '../core/index.js';
import { canonicalJson, type SigningKey } from '../crypto/index.js';

export interface DecisionContext {
  readonly verificationId: string;
  readonly doorId: string;
  readonly nonce: string;
  readonly act: string;
  readonly claimed: boolean;
  readonly attackDetection?: string;
  /** What the face came to while a PIN was being checked: a suspected attack is never lost. */
  readonly faceMeanwhile?: string;
  /** Most faces outside the capture zone in one frame: dropped at detection, nothing computed of them (M13.2, D18). */
  readonly bystanders?: number;
  readonly durationMs: number;
}

export interface RecordOptions {
  /** Instead of the usual time. */
  readonly validMs?: number;
  /** What else the entry says. */
  readonly more?: Readonly<Record<string, string>>;
  /** Done in the transaction that records the decision: both or none. */
  readonly within?: (decision: Decision) => void;
}

/** Turns a verdict into a signed decision that is on disk before anyone hears of it (invariant 3). */
export class DecisionRecorder {
  readonly #parts: {
    readonly audit: AuditTrail;
    readonly logger: Logger;
    readonly clock: Clock;
    readonly signingKey: SigningKey;
    readonly deviceId: string;
    readonly mode: TerminalMode;
    readonly validMs: number;
    /** Where days of use are counted. */
    readonly onGrant?: (subjectId: string) => void;
  };

  constructor(parts: {
    audit: AuditTrail;
    logger: Logger;
    clock: Clock;
    signingKey: SigningKey;
    deviceId: string;
    mode: TerminalMode;
    validMs: number;
    onGrant?: (subjectId: string) => void;
  }) {
    this.#parts = parts;
  }

  /** When the record cannot be written the answer is `deny` with `audit-unavailable`, serial 0 and no event. */
  record(verdict: Verdict, context: DecisionContext, options: RecordOptions = {}): Decision {
    try {
      let decision: Decision | undefined;
      this.#parts.audit.appendWith('verification.decided', (serial) => {
        decision = this.#signed(verdict, context, serial, options.validMs);
        options.within?.(decision);
        // In the record's own transaction: no further flush of the disk stands between a person and the gate.
        if (decision.decision === 'grant' && decision.subjectId !== undefined)
          this.#parts.onGrant?.(decision.subjectId);
        const { act, claimed, attackDetection, faceMeanwhile, bystanders, durationMs } = context;
        const details = {
          act,
          claimed,
          attackDetection,
          faceMeanwhile,
          bystanders,
          durationMs: Math.round(durationMs),
        };
        return { ...decision, ...details, ...options.more };
      });
      if (decision === undefined) throw new MenshenError('internal', 'the decision was not composed');
      return decision;
    } catch (thrown) {
      // Whatever kept the record from being written keeps the gate shut, and nothing else: the daemon goes on.
      this.#parts.logger.log('error', 'decision.not-recorded', {
        verificationId: context.verificationId,
        message: String(thrown),
      });
      return this.#signed({ decision: 'deny', method: verdict.method, reason: 'audit-unavailable' }, context, 0);
    }
  }

  #signed(verdict: Verdict, context: DecisionContext, serial: number, validMs = this.#parts.validMs): Decision {
    const { clock, signingKey, deviceId, mode } = this.#parts;
    const nowMs = Math.round(clock.wallMs());
    const unsigned = {
      ...verdict,
      verificationId: context.verificationId,
      deviceId,
      doorId: context.doorId,
      serial,
      decidedAt: new Date(nowMs).toISOString(),
      expiresAt: new Date(nowMs + validMs).toISOString(),
      nonce: context.nonce,
      mode,
      keyId: signingKey.keyId,
    };
    return { ...unsigned, signature: Buffer.from(signingKey.sign(canonicalJson(unsigned))).toString('base64') };
  }
}
