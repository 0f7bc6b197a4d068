import {
  argon2id,
  deriveKey,
  hash,
  keyedHash,
  seal,
  signingKeyFromSeed,
  unseal,
  verifySignature,
} from '../../crypto/index.js';
import { failed, passed, type SelfTestCheck } from '../check.js';

/** Every primitive the product uses, against answers that are known; see `vectors`. */
export const cipherCheck: SelfTestCheck = {
  id: 'cipher-known-answers',
  clause: 'M14.1',
  critical: true,
  run: () => {
    const wrong = vectors.filter(({ answer, expected }) => hex(answer()) !== expected).map(({ name }) => name);
    if (!refusesForgery()) wrong.push('refusal of a forged ciphertext or signature');
    return wrong.length === 0
      ? passed(`${vectors.length} known answers hold`)
      : failed(`${wrong.join(', ')} gives another answer than the known one: install the product again`);
  },
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const rising = (from: number, length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => from + index);

const nonce = rising(0x40, 24);
const aeadKey = rising(0x80, 32);
const boundTo = 'self-test';
const plain = Buffer.from(
  "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
);
const sealed = (): Uint8Array => seal(aeadKey, plain, boundTo, { bytes: () => nonce });
const pair = () => signingKeyFromSeed(bytes('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'));
const message = Uint8Array.of(0x72);

/** Expected values come from other implementations than libsodium; `test/law/self-test.test.ts` says which. */
export const vectors: readonly { readonly name: string; answer(): Uint8Array; readonly expected: string }[] = [
  {
    // Key, nonce and text of draft-irtf-cfrg-xchacha A.3.1; what it is bound to is our own.
    name: 'XChaCha20-Poly1305',
    answer: () => hash(sealed()),
    expected: 'c0518a49e781bf031d3e3ce40f166175eef3966350caaebd73973f5cf06edfec',
  },
  { name: 'XChaCha20-Poly1305 opening', answer: () => unseal(aeadKey, sealed(), boundTo), expected: hex(plain) },
  {
    name: 'BLAKE2b-256',
    answer: () => hash('abc'),
    expected: 'bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319',
  },
  {
    name: 'BLAKE2b-256 with a key',
    answer: () => keyedHash(rising(0, 32), 'abc'),
    expected: 'd63a32d3e44738d7907f964316c241adaba0abfeabc32349677578a15a203f7f',
  },
  {
    name: 'key derivation',
    answer: () => deriveKey(rising(0, 32), 'selftest', 1),
    expected: '631da004af3f4fb4f3bc8f68470b885db746d839929983aeb8086f39c41fbbb4',
  },
  {
    // The least memory there is: this asks whether it computes right, not whether it is slow.
    name: 'Argon2id',
    answer: () => argon2id(Buffer.from('menshen self-test'), rising(0, 16), { passes: 2, memoryBytes: 65_536 }),
    expected: '47ce423ec732ad35a84d2377ae89d5430b8e5ce26e61036abf654809c79e84df',
  },
  {
    // RFC 8032, 7.1, test 2.
    name: 'Ed25519',
    answer: () => pair().sign(message),
    expected:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
];

/** A cipher that opens everything, or a check that accepts everything, would pass every vector above. */
function refusesForgery(): boolean {
  const forged = sealed();
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
  const { publicKey, sign } = pair();
  const signature = sign(message);
  if (verifySignature(publicKey, Uint8Array.of(0x73), signature)) return false;
  try {
    unseal(aeadKey, forged, boundTo);
    return false;
  } catch {
    // Refused, as it must be.
    return verifySignature(publicKey, message, signature);
  }
}
