import { type AuditPort, type Clock, MenshenError, type Randomness } from '../core/index.js';
import { equalBytes, keyedHash } from '../crypto/index.js';
import type { Store } from '../store/index.js';
import type { ApiKeyRing, NewApiKey } from './api-keys.js';

export interface PairingCode {
  /** Shown once, to whoever sets the screen up. */
  readonly code: string;
  readonly expiresAtMs: number;
  /** To be opened on the gate's display; absent while nothing listens. The code stands behind `#`: no server logs it. */
  readonly address?: string;
}

const codeLifeMs = 600_000;
const maxTries = 5;
const keyDays = 365;
/** No I, L, O, U: what is read aloud or typed is not mistaken. 32 signs, so every byte's low five bits name one. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 10;

interface OpenCode {
  readonly hash: Uint8Array;
  /** Monotonic: setting the clock does not bring a code back. */
  readonly untilMs: number;
  tries: number;
}

/** Pairs the gate's screen with the service: one code at a time, for ten minutes, for one use, in memory alone. */
export class ScreenPairing {
  readonly #parts: ScreenPairingParts;
  #open: OpenCode | undefined;
  #screenUrl: string | undefined;

  constructor(parts: ScreenPairingParts) {
    this.#parts = parts;
  }

  /** @param url where the screen's page is. */
  reachedAt(url: string): void {
    this.#screenUrl = url;
  }

  /** A new code; a former one is void. @param by who asked for it. */
  open(by: string): PairingCode {
    const { randomness, clock, audit } = this.#parts;
    const letters = [...randomness.bytes(codeLength)].map((byte) => alphabet[byte & 31] ?? '').join('');
    const expiresAtMs = Math.round(clock.wallMs()) + codeLifeMs;
    audit.append('screen.pairing-opened', { by, expiresAtMs });
    this.#open = { hash: this.#hash(letters), untilMs: clock.monotonicMs() + codeLifeMs, tries: 0 };
    const code = `${letters.slice(0, codeLength / 2)}-${letters.slice(codeLength / 2)}`;
    const address = this.#screenUrl === undefined ? {} : { address: `${this.#screenUrl}#pair=${code}` };
    return { code, expiresAtMs, ...address };
  }

  /**
   * Makes the screen's API key and uses the code up. A wrong one counts; after five the open code is void.
   *
   * @throws MenshenError `pairing-refused`: wrong, used, too late and never made look the same.
   */
  redeem(code: string): NewApiKey {
    const { clock, store, audit, apiKeys, doorId } = this.#parts;
    const open = this.#open;
    const hash = this.#hash(code.toUpperCase().replaceAll(/[\s-]/g, ''));
    const right = equalBytes(hash, open?.hash ?? new Uint8Array(hash.length));
    if (open === undefined || clock.monotonicMs() >= open.untilMs || !right) throw this.#refused(open);
    const key = store.transaction(() => {
      const added = apiKeys.add({ role: 'kiosk', label: `screen of ${doorId}`, days: keyDays });
      audit.append('screen.paired', { id: added.id, doorId });
      return added;
    });
    this.#open = undefined;
    return key;
  }

  /** Recorded while a code is open, which bounds how often; guessing where there is none fills no disk. */
  #refused(open: OpenCode | undefined): MenshenError {
    if (open !== undefined) {
      open.tries += 1;
      const spent = open.tries >= maxTries || this.#parts.clock.monotonicMs() >= open.untilMs;
      if (spent) this.#open = undefined;
      this.#parts.audit.append('screen.pairing-refused', { tries: open.tries, void: spent });
    }
    return new MenshenError(
      'pairing-refused',
      'The code is wrong, was used, or is older than ten minutes. Make a new one with `menshen kiosk pair`.',
    );
  }

  #hash(letters: string): Uint8Array {
    return keyedHash(this.#parts.store.keys.apiKeys, `screen-pairing:${letters}`);
  }
}

export interface ScreenPairingParts {
  readonly store: Store;
  readonly audit: AuditPort;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly apiKeys: ApiKeyRing;
  readonly doorId: string;
}
