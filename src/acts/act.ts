import { canonicalJson, hash } from '../crypto/index.js';
import type { RegisterBody, RegisterEntry } from '../store/index.js';

export type ActKind = 'erase-many' | 'decommission' | 'inspector-bundle' | 'change-threshold' | 'lift-incident';
export type ActState = 'proposed' | 'confirmed' | 'done' | 'failed' | 'cancelled' | 'expired';

/** Who acts: the caller's id and the person behind it. */
export interface Actor {
  readonly id: string;
  /** Undefined for a caller that names nobody: it takes no part. */
  readonly holder: string | undefined;
  /** Since when the person has this key; the device's owner always had. */
  readonly sinceMs: number;
}

export interface Act {
  readonly id: string;
  readonly kind: ActKind;
  readonly state: ActState;
  readonly proposedAtMs: number;
  readonly expiresAtMs: number;
  readonly proposedBy: string;
  readonly proposer: string;
  readonly confirmedBy?: string;
  readonly confirmer?: string;
  /** Of what exactly is to be done; whoever confirms names it. */
  readonly hash: string;
  readonly result?: RegisterBody;
}

const lifeMs = 86_400_000;

interface StoredBody {
  readonly kind: ActKind;
  readonly hash: string;
  readonly proposedBy: string;
  readonly proposer: string;
  readonly confirmedBy?: string;
  readonly confirmer?: string;
  readonly result?: RegisterBody;
}

/** As it is at a moment: whoever waited too long with their word finds it expired. */
export function actOf({ id, atMs, state, body }: RegisterEntry, nowMs: number): Act {
  const expiresAtMs = atMs + lifeMs;
  const isOver = state === 'proposed' && nowMs >= expiresAtMs;
  // Written by `Acts` alone.
  const stored = body as unknown as StoredBody;
  return { id, state: isOver ? 'expired' : (state as ActState), proposedAtMs: atMs, expiresAtMs, ...stored };
}

export function bodyOf({ kind, hash, proposedBy, proposer, confirmedBy, confirmer }: Act): RegisterBody {
  return { kind, hash, proposedBy, proposer, confirmedBy, confirmer };
}

/** Names what exactly is to be done. */
export const hashOf = (kind: ActKind, what: RegisterBody): string =>
  Buffer.from(hash(canonicalJson({ kind, what }))).toString('hex');

/** What is kept as ciphertext of an act. */
export interface SealedAct {
  readonly what: RegisterBody;
  /** Who said what so far; undefined in acts of before it was sealed. */
  readonly word: string | undefined;
}

type Said = Omit<Act, 'id' | 'state' | 'expiresAtMs' | 'result'>;

/** What is to be done, and who said so. */
export const sealedWith = (state: ActState, said: Said, what: RegisterBody): RegisterBody => ({
  what,
  word: wordOf(state, said),
});

/** Everything that an act's plain row says and that what happens hangs on, in one line. */
export function wordOf(state: ActState, { kind, hash, proposedBy, proposer, proposedAtMs, ...said }: Said): string {
  const { confirmedBy, confirmer } = said;
  return canonicalJson({
    ...{ state, kind, hash, proposedBy, proposer, proposedAtMs },
    ...{ confirmedBy: confirmedBy ?? null, confirmer: confirmer ?? null },
  });
}
