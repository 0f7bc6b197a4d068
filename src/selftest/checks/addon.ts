import {
  addonStatus,
  type CoreDumpProtection,
  type GalleryMatch,
  openGallery,
  openSecret,
  type SecureMemoryReport,
} from '../../addon/index.js';
import { failed, notAssessed, type Outcome, passed, type SelfTestCheck } from '../check.js';

const dimensions = 64;
const templates = 40;
const probes = 8;
/** The twin sums in double precision, the kernels in float32. */
const tolerance = 1e-5;

/** The native comparison ranks and measures as the TypeScript twin does: a wrong one would let strangers in. */
export const addonTwinCheck: SelfTestCheck = {
  id: 'addon-equals-twin',
  clause: 'M14.5',
  critical: true,
  run: () => {
    const { implementation, reason } = addonStatus();
    if (implementation === 'typescript') return notAssessed(reason ?? 'TypeScript compares; there is no native addon');
    return sameAnswers(searched('native'), searched('typescript'))
      ? passed(`${implementation} gives what the twin gives`)
      : failed(`${implementation} compares differently from its TypeScript twin: run npm run setup on this machine`);
  },
};

/** Memory of secrets is pinned, and so never written to swap. Weaker without, but no reason to turn the face off. */
export function lockedMemoryCheck(galleryMemory: () => SecureMemoryReport | undefined): SelfTestCheck {
  return {
    id: 'secrets-in-locked-memory',
    clause: 'M14.1',
    critical: false,
    run: () => {
      const secret = openSecret(32);
      try {
        const weakest = [galleryMemory(), secret.memory()].find(
          (memory) => memory !== undefined && memory.lock !== 'locked',
        );
        if (weakest === undefined) return passed('keys and templates lie in locked memory');
        return failed(
          `${weakest.lock}: ${weakest.lockedBytes} of ${weakest.totalBytes} bytes; raise the limit of locked memory (LimitMEMLOCK) or build the native addon`,
        );
      } finally {
        secret.close();
      }
    },
  };
}

/** Nothing secret reaches a core file. Without the native addon the system's own limit has to do it. */
export function coreDumpCheck(protection: () => CoreDumpProtection | undefined): SelfTestCheck {
  return {
    id: 'core-dumps-off',
    clause: 'M14.1',
    critical: false,
    run: (): Outcome => {
      const effect = protection();
      if (effect === undefined) return notAssessed('the daemon does not run; it turns them off when it starts');
      if (effect.coreFilesOff && effect.processUndumpable) return passed('core dumps are off for good');
      return failed(effect.reason ?? 'core dumps are on: set LimitCORE=0 in the service unit');
    },
  };
}

function searched(implementation: 'native' | 'typescript'): readonly (readonly GalleryMatch[])[] {
  const gallery = openGallery(dimensions, { implementation });
  try {
    for (let n = 0; n < templates; n += 1) gallery.add(`t${n}`, unitVector(n));
    return Array.from({ length: probes }, (_, n) => gallery.top(unitVector(1000 + n), 5));
  } finally {
    gallery.close();
  }
}

function sameAnswers(left: readonly (readonly GalleryMatch[])[], right: readonly (readonly GalleryMatch[])[]): boolean {
  return left.every((matches, probe) =>
    matches.every(({ id, similarity }, rank) => {
      const twin = right[probe]?.[rank];
      return twin?.id === id && Math.abs(twin.similarity - similarity) <= tolerance;
    }),
  );
}

/** Fixed, without a pattern that a broken kernel could get right by luck. */
function unitVector(seed: number): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, (_, at) => Math.sin((seed + 1) * (at + 1) * 12.9898));
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
