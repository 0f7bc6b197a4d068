import { type Config, isLoopback } from '../../config/index.js';
import { MenshenError, type Randomness, urlOf } from '../../core/index.js';
import { defaultLockout } from '../../credentials/index.js';
import { keyBytes, seal, unseal } from '../../crypto/index.js';
import { isLocalAddress, publicPeers } from '../../platform/index.js';
import type { ProtectionFacts } from '../facts.js';

/** Encryption tried now, and who could be reached over the network. */
export function protectionFacts(config: Config, randomness: Randomness): ProtectionFacts {
  const { host, tls } = config.http;
  return {
    sealing: sealingHolds(randomness),
    cipher: 'XChaCha20-Poly1305',
    listener: { host, loopback: isLoopback(host), lan: isLocalAddress(host), tls: tls !== undefined },
    publicAddresses: addressesIn(config).filter((address) => !isLocalAddress(address)),
    publicConnections: publicPeers(),
    failedAttemptsBeforeLockOut: defaultLockout.freeFailures,
  };
}

/** Sealed under a fresh key, opened, and refused when one bit of it differs. */
function sealingHolds(randomness: Randomness): boolean {
  const key = randomness.bytes(keyBytes);
  const plain = randomness.bytes(64);
  const bound = 'menshen:compliance-trial';
  const sealed = seal(key, plain, bound, randomness);
  const opened = Buffer.from(unseal(key, sealed, bound)).equals(plain);
  const hidden = !Buffer.from(sealed).includes(Buffer.from(plain));
  const last = sealed.length - 1;
  sealed[last] = (sealed[last] ?? 0) ^ 1;
  return opened && hidden && refused(() => unseal(key, sealed, bound));
}

function refused(attempt: () => unknown): boolean {
  try {
    attempt();
    return false;
  } catch (thrown) {
    if (thrown instanceof MenshenError && thrown.code === 'integrity-violation') return true;
    throw thrown;
  }
}

/** Whatever the configuration would connect to. */
function addressesIn({ cameras }: Config): string[] {
  return cameras.flatMap(({ source }) => {
    const host = source.kind === 'rtsp' ? urlOf(source.url)?.hostname : undefined;
    return host === undefined ? [] : [host.replace(/^\[|\]$/g, '')];
  });
}
