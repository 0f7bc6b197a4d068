import type { AssessedPack, AssessedSettings } from '../assessment/index.js';
import type { Config } from '../config/index.js';
import { canonicalJson, hash } from '../crypto/index.js';
import type { PackFacts } from '../vision/index.js';

/** Of the configuration what an impact assessment covers besides purpose and method (M9.5, D15). */
export function assessedSettings({ cameras, face, site }: Config): AssessedSettings {
  const zones = cameras.map(({ id, captureZone }) => ({ id, polygon: captureZone.polygon }));
  const minInterEyeDistancePx = face.minInterEyeDistancePx ?? 0;
  return {
    captureZoneHash: Buffer.from(hash(canonicalJson({ zones, minInterEyeDistancePx }))).toString('hex'),
    placeHash: placeHash(site),
    retentionDays: site.retention.maxDays,
    falseMatchRate: face.falseMatchRate,
    falsePositiveIdentificationRate: face.falsePositiveIdentificationRate,
    unmeasuredAccepted: face.unmeasuredFalseMatchRate !== undefined,
  };
}

/** What changes a risk without changing purpose or method: nobody consents anew, but somebody must assess anew. */
function placeHash({ type, access, majorInterests, secrecyLawData }: Config['site']): string {
  const stakes = [majorInterests?.involved === true, secrecyLawData?.involved === true];
  return Buffer.from(hash(canonicalJson({ type, access, stakes }))).toString('hex');
}

/** The same of the models that run. */
export function assessedPack({ packId, modelId, pad }: PackFacts): AssessedPack {
  const { bonaFideAtLeast, attackAtMost, countedCues } = pad;
  return { packId, modelId, bonaFideAtLeast, attackAtMost, countedCues };
}
