import { MenshenError } from '../core/index.js';
import { translated } from './fault.js';
import type { HeldBytes } from './held-bytes.js';
import type { Implementation } from './kernel-name.js';
import { memoryReport, type SecureMemoryReport } from './memory-report.js';
import { chooseNative, type NativeAddon } from './native.js';

/** A key, or anything else that must be gone when it is gone, on pages of its own. */
export interface SecretBuffer {
  /**
   * A view of the pages themselves, not a copy; posting it to another thread would make one. After `close` the view has
   * length 0, and asking for it throws MenshenError `internal`.
   */
  readonly bytes: Uint8Array;
  memory(): SecureMemoryReport & { readonly implementation: 'native' | 'typescript' };
  /** Zeros the bytes; the buffer stays usable. */
  wipe(): void;
  /** Zeros the bytes and takes them from every view; can be called again. */
  close(): void;
}

export interface SecretOptions {
  /** Left out: native when it is there, else the twin. */
  readonly implementation?: Implementation | 'native';
}

/**
 * Opens `byteLength` zeroed bytes between guard pages, locked where the system's limit allows, left out of core dumps
 * and wiped before they are freed, whether that is by `close`, by the collector or by the end of a worker. Each takes at
 * least one page of the lock limit. The TypeScript twin only wipes.
 *
 * @throws MenshenError `internal` when the length is not 1 to 16 MiB or there is no memory; `addon-unavailable` when
 * native memory is asked for and cannot be had.
 */
export function openSecret(byteLength: number, options: SecretOptions = {}): SecretBuffer {
  if (!Number.isInteger(byteLength) || byteLength < 1 || byteLength > maxSecretBytes) {
    throw new MenshenError(
      'internal',
      `a secret of ${byteLength} bytes was asked for; it takes 1 to ${maxSecretBytes}`,
    );
  }
  const addon = chooseNative(options.implementation);
  return addon ? nativeSecret(addon, byteLength) : typescriptSecret(byteLength);
}

/**
 * Zeros the bytes under a view, and only those. A view that was taken away (detached) has none.
 *
 * The engine may keep an array of up to 64 bytes inside its own heap and move it about, and copies it left behind on
 * the way are out of reach: write a key straight into the bytes of `openSecret`, not into an array of its own.
 */
export function wipe(view: NodeJS.ArrayBufferView): void {
  // Never by way of `view.buffer`: asking for it moves such a small array out of the heap, and zeros only the copy.
  if (view instanceof DataView) new Uint8Array(view.buffer, view.byteOffset, view.byteLength).fill(0);
  else if (view instanceof BigInt64Array || view instanceof BigUint64Array) view.fill(0n);
  else view.fill(0);
}

const maxSecretBytes = 2 ** 24;

function nativeSecret(addon: NativeAddon, byteLength: number): SecretBuffer {
  const opened = translated(() => addon.openSecret(byteLength));
  const destroy = (): void => translated(() => addon.destroySecret(opened.buffer));
  return new HeldSecret(new Uint8Array(opened.buffer), opened, 'native', destroy);
}

function typescriptSecret(byteLength: number): SecretBuffer {
  const buffer = new ArrayBuffer(byteLength);
  const held: HeldBytes = { totalBytes: byteLength, lockedBytes: 0, excludedFromDumps: false };
  // A transfer to nobody is how a buffer is taken from its views; what is transferred is zeros by then.
  const destroy = (): void => void structuredClone(buffer, { transfer: [buffer] });
  return new HeldSecret(new Uint8Array(buffer), held, 'typescript', destroy);
}

class HeldSecret implements SecretBuffer {
  readonly #held: HeldBytes;
  readonly #implementation: 'native' | 'typescript';
  readonly #destroy: () => void;
  #bytes: Uint8Array | undefined;

  constructor(bytes: Uint8Array, held: HeldBytes, implementation: 'native' | 'typescript', destroy: () => void) {
    this.#bytes = bytes;
    this.#held = held;
    this.#implementation = implementation;
    this.#destroy = destroy;
  }

  get bytes(): Uint8Array {
    return this.#requireOpen();
  }

  memory(): ReturnType<SecretBuffer['memory']> {
    this.#requireOpen();
    return { implementation: this.#implementation, ...memoryReport(this.#held) };
  }

  wipe(): void {
    wipe(this.bytes);
  }

  close(): void {
    const bytes = this.#bytes;
    if (!bytes) return;
    this.#bytes = undefined;
    wipe(bytes);
    this.#destroy();
  }

  #requireOpen(): Uint8Array {
    if (this.#bytes) return this.#bytes;
    throw new MenshenError('internal', 'the secret is closed');
  }
}
