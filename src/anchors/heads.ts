import type { AuditPort, Clock } from '../core/index.js';
import { canonicalJson } from '../crypto/index.js';
import type { Store } from '../store/index.js';
import { historyOf } from './history.js';
import type { RollbackGuard } from './rollback.js';

/** Where the audit ends, signed: whoever keeps it can tell later whether anything before it was changed or taken back. */
export interface SignedHead {
  /** Canonical JSON: format, deviceId, seq, eventSerial, hash (hex), at. */
  readonly body: string;
  readonly keyId: string;
  /** Base64. */
  readonly signature: string;
}

export interface HeadVerdict {
  /**
   * `consistent`: the store contains it. `pruned`: it lies before the newest checkpoint. `rolled-back`: this device signed
   * it, and the store does not contain it. `not-ours`: this device did not sign it.
   */
  readonly verdict: 'consistent' | 'pruned' | 'rolled-back' | 'not-ours';
  readonly seq?: number;
}

interface HeadBody {
  readonly format: 'menshen-head-1';
  readonly deviceId: string;
  readonly seq: number;
  readonly eventSerial: number;
  readonly hash: string;
  readonly at: string;
}

/** Heads for panels to keep, and the answer when one comes back. */
export class Anchors {
  readonly #parts: {
    readonly store: Store;
    readonly audit: AuditPort;
    readonly clock: Pick<Clock, 'wallMs'>;
    readonly deviceId: string;
    readonly rollback: RollbackGuard;
  };

  constructor(parts: {
    store: Store;
    audit: AuditPort;
    clock: Pick<Clock, 'wallMs'>;
    deviceId: string;
    rollback: RollbackGuard;
  }) {
    this.#parts = parts;
  }

  head(): SignedHead {
    const { store, clock, deviceId } = this.#parts;
    const head = store.auditLog.head();
    const body: HeadBody = {
      format: 'menshen-head-1',
      deviceId,
      seq: head?.seq ?? 0,
      eventSerial: head?.eventSerial ?? 0,
      hash: Buffer.from(head?.hash ?? []).toString('hex'),
      at: new Date(clock.wallMs()).toISOString(),
    };
    const text = canonicalJson(body);
    const { signingKey } = store;
    return { body: text, keyId: signingKey.keyId, signature: Buffer.from(signingKey.sign(text)).toString('base64') };
  }

  /** @param by who shows it; a head that this device signed and does not contain switches face mode off. */
  check(shown: SignedHead, by: string): HeadVerdict {
    const { store, audit, deviceId, rollback } = this.#parts;
    const head = this.#ours(shown);
    if (head === undefined || head.deviceId !== deviceId || head.format !== 'menshen-head-1')
      return { verdict: 'not-ours' };
    const how = historyOf(store, head);
    const checkpoint = store.checkpoints.newest();
    if (how === undefined)
      return {
        verdict: checkpoint !== undefined && head.seq < checkpoint.seq ? 'pruned' : 'consistent',
        seq: head.seq,
      };
    rollback.shownByPanel(by, head);
    audit.append('audit.head-checked', { by, seq: head.seq, verdict: 'rolled-back' });
    return { verdict: 'rolled-back', seq: head.seq };
  }

  #ours({ body, keyId, signature }: SignedHead): HeadBody | undefined {
    const signed = { keyId, body, signature: new Uint8Array(Buffer.from(signature, 'base64')) };
    // Signed by this device, so made by `head`, or something else of it, which the format tells apart.
    return this.#parts.store.signers.verifies(signed) ? (JSON.parse(body) as HeadBody) : undefined;
  }
}
