import type { Config } from '../config/index.js';
import type { IdentificationGallery } from '../gallery/index.js';
import { type FacePolicy, thresholdOptions } from '../policy/index.js';
import type { Vision } from '../vision/index.js';
import type { Reference } from './face-walk.js';

export interface ReferenceParts {
  readonly config: Config;
  readonly policy: FacePolicy;
  readonly gallery: () => IdentificationGallery | undefined;
}

/** Whom a probe may be compared with: a named person whose face may be used now, the gallery, or nobody. */
export function referenceFor(
  { config, policy, gallery: loaded }: ReferenceParts,
  { claimed, subjectId }: { readonly claimed: boolean; readonly subjectId: string | undefined },
): Reference | undefined {
  if (!claimed) {
    const gallery = loaded();
    if (gallery?.ready !== true || gallery.size === 0) return undefined;
    return { kind: '1:N', gallery, mayGrant: (found) => policy.person(found).ready };
  }
  const person = subjectId === undefined ? undefined : policy.person(subjectId);
  if (subjectId === undefined || person?.ready !== true) return undefined;
  return {
    kind: '1:1',
    subjectId,
    templateId: person.template.id,
    falseMatchRate: config.face.falseMatchRate,
    thresholdOptions: thresholdOptions(config),
  };
}

/** A black, covered or frozen camera shows nobody who stands there now. */
export function cameraAtFault(vision: Vision | undefined, cameraId: string | undefined): boolean {
  return vision?.cameras().some((camera) => camera.cameraId === cameraId && camera.fault !== undefined) === true;
}

export function cameraDown(vision: Vision | undefined, cameraId: string): boolean {
  return vision?.cameras().some((camera) => camera.cameraId === cameraId && camera.state === 'failed') === true;
}
