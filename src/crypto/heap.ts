/**
 * libsodium runs in WebAssembly, whose linear memory keeps what a call left behind. Every call here works on blocks
 * that are zeroed before they are given back, so that no key or template outlives the call that needed it.
 */
import sodium from 'libsodium-wrappers-sumo';

interface SodiumModule {
  readonly HEAPU8: Uint8Array;
  _malloc(byteLength: number): number;
  _free(address: number): void;
  // 64-bit lengths arrive as a low and a high half.
  _crypto_aead_xchacha20poly1305_ietf_encrypt(
    out: number,
    outLength: number,
    message: number,
    messageLow: number,
    messageHigh: number,
    data: number,
    dataLow: number,
    dataHigh: number,
    secretNonce: number,
    nonce: number,
    key: number,
  ): number;
  _crypto_aead_xchacha20poly1305_ietf_decrypt(
    out: number,
    outLength: number,
    secretNonce: number,
    sealed: number,
    sealedLow: number,
    sealedHigh: number,
    data: number,
    dataLow: number,
    dataHigh: number,
    nonce: number,
    key: number,
  ): number;
  _crypto_generichash(
    out: number,
    outLength: number,
    input: number,
    inputLow: number,
    inputHigh: number,
    key: number,
    keyLength: number,
  ): number;
  _crypto_kdf_derive_from_key(
    out: number,
    outLength: number,
    idLow: number,
    idHigh: number,
    context: number,
    key: number,
  ): number;
  _crypto_sign_seed_keypair(publicKey: number, secretKey: number, seed: number): number;
  _crypto_sign_detached(
    signature: number,
    signatureLength: number,
    message: number,
    low: number,
    high: number,
    secretKey: number,
  ): number;
  _crypto_sign_verify_detached(
    signature: number,
    message: number,
    low: number,
    high: number,
    publicKey: number,
  ): number;
  _crypto_box_seed_keypair(publicKey: number, secretKey: number, seed: number): number;
  _crypto_box_seal(out: number, message: number, low: number, high: number, publicKey: number): number;
  _crypto_box_seal_open(
    out: number,
    sealed: number,
    low: number,
    high: number,
    publicKey: number,
    secretKey: number,
  ): number;
  _crypto_pwhash(
    out: number,
    outLow: number,
    outHigh: number,
    password: number,
    passwordLow: number,
    passwordHigh: number,
    salt: number,
    opsLow: number,
    opsHigh: number,
    memoryBytes: number,
    algorithm: number,
  ): number;
}

await sodium.ready;

/** The package's types leave out its own `libsodium` member, the compiled module behind the wrappers. */
export const module = (sodium as unknown as { readonly libsodium: SodiumModule }).libsodium;

export interface Block {
  readonly address: number;
  readonly byteLength: number;
}

/**
 * Bytes outside V8's moving heap. Arrays of up to 64 bytes otherwise live inside it, where the garbage collector leaves
 * copies behind that nobody can wipe.
 */
export function offHeap(byteLength: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(byteLength));
}

/** Blocks of one call; `run` returns what it read out of them before they are zeroed and freed. */
export class Scratch {
  readonly #blocks: Block[] = [];

  static with<T>(run: (scratch: Scratch) => T): T {
    const scratch = new Scratch();
    try {
      return run(scratch);
    } finally {
      scratch.#release();
    }
  }

  room(byteLength: number): Block {
    const block = { address: module._malloc(Math.max(1, byteLength)), byteLength };
    this.#blocks.push(block);
    return block;
  }

  put(bytes: Uint8Array): Block {
    const block = this.room(bytes.length);
    module.HEAPU8.set(bytes, block.address);
    return block;
  }

  /** A copy of the block's first `byteLength` bytes. */
  take(block: Block, byteLength: number = block.byteLength): Uint8Array {
    const copy = offHeap(byteLength);
    copy.set(module.HEAPU8.subarray(block.address, block.address + byteLength));
    return copy;
  }

  #release(): void {
    for (const { address, byteLength } of this.#blocks) {
      module.HEAPU8.fill(0, address, address + Math.max(1, byteLength));
      module._free(address);
    }
  }
}
