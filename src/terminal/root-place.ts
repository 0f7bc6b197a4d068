import { MenshenError, type Randomness } from '../core/index.js';
import { keyBytes } from '../crypto/index.js';
import type { RootPlace } from '../rotation/index.js';
import { bytesAt, destroyFile, nextOf, putInPlace, readKeyFile, writePrivate } from '../store/index.js';

/** A key file: the new key lies in `<path>.next` until it takes the path. */
export function keyFilePlace(path: string, configured: boolean, randomness: Randomness): RootPlace {
  // Where the configuration names another place so far, the path itself is free.
  const prepared = configured ? nextOf(path) : path;
  return {
    description: `file ${path}`,
    configured,
    prepare: () => {
      if (!configured && bytesAt(path) !== undefined)
        throw new MenshenError('rotation-refused', `${path} is there already; a key is never overwritten.`);
      const key = randomness.bytes(keyBytes);
      writePrivate(prepared, key);
      return key;
    },
    prepared: () => {
      // Once it took its place it is read from there.
      if (bytesAt(prepared) !== undefined) return readKeyFile(prepared);
      return bytesAt(path) === undefined ? undefined : readKeyFile(path);
    },
    putInForce: () => putInPlace(path, randomness),
    discardPrepared: () => destroyFile(prepared, randomness),
  };
}
