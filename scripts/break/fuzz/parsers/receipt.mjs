import { generateKeyPairSync, sign } from 'node:crypto';
import { canonicalJson, keyIdOf } from '../../../../dist/crypto/index.js';

/** A receipt that holds, of a device that is not there. */
export function signedReceipt() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const bytes = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const body = { deviceId: 'gate', receiptId: 'r-1', trigger: 'withdrawal', items: { templates: 1 } };
  const signedText = canonicalJson(body);
  const signature = sign(null, Buffer.from(signedText), privateKey).toString('base64');
  return {
    ...{ kind: 'purge', keyId: keyIdOf(new Uint8Array(bytes)), publicKey: bytes.toString('base64') },
    ...{ signature, signedText, body },
  };
}
