/** What an assessment covers, and what of it may change before it is void (M9.5, unconfirmed wording). */

/** What the assessment must cover: purpose and method as they run, and the notice's material fields. */
export interface AssessmentScope {
  readonly purposeCode: string;
  readonly method: '1:1' | '1:N';
  readonly materialHash: string;
  /** Left out by those who ask about purpose and method alone. */
  readonly settings?: AssessedSettings;
  /** The models that run, as soon as they are known. */
  readonly pack?: AssessedPack;
}

export interface AssessedSettings {
  /** Hash of every camera's capture zone and smallest face. */
  readonly captureZoneHash: string;
  readonly retentionDays: number;
  readonly falseMatchRate: number;
  readonly falsePositiveIdentificationRate: number;
  /** Somebody accepted rates that nobody measured. */
  readonly unmeasuredAccepted: boolean;
  /** Hash of the kind of place, its access, and whether major interests or secrets are involved (D12, D16). */
  readonly placeHash?: string;
}

export interface AssessedPack {
  /** Name and version. */
  readonly packId: string;
  readonly modelId: string;
  /** Attack detection's thresholds and cues. */
  readonly bonaFideAtLeast: number;
  readonly attackAtMost: number;
  readonly countedCues: readonly string[];
}

/** Each voids the assessment by itself. The last two stay; the others end when the change is taken back unused. */
export const assessmentTriggers = [
  'purpose-method-or-data',
  'place-or-stakes',
  'capture-zone',
  'retention-longer',
  'threshold-looser',
  'model-pack',
  'attack-detection-looser',
  'major-incident',
  'validity-ended',
] as const;
export type AssessmentTrigger = (typeof assessmentTriggers)[number];

export interface Covered {
  readonly method: '1:1' | '1:N';
  readonly materialHash: string;
  readonly settings: AssessedSettings | undefined;
  readonly pack: AssessedPack | undefined;
}

/** What runs now beyond what was assessed; what was not known then is not held against it. */
export function changesSince(covered: Covered, now: AssessmentScope): AssessmentTrigger[] {
  const changes: AssessmentTrigger[] = [];
  if (covered.materialHash !== now.materialHash || covered.method !== now.method)
    changes.push('purpose-method-or-data');
  if (covered.settings !== undefined && now.settings !== undefined) {
    const { placeHash } = covered.settings;
    if (placeHash !== undefined && placeHash !== now.settings.placeHash) changes.push('place-or-stakes');
    if (covered.settings.captureZoneHash !== now.settings.captureZoneHash) changes.push('capture-zone');
    if (now.settings.retentionDays > covered.settings.retentionDays) changes.push('retention-longer');
    if (isLooser(covered.settings, now.settings, now.method)) changes.push('threshold-looser');
  }
  if (covered.pack !== undefined && now.pack !== undefined) {
    if (covered.pack.packId !== now.pack.packId || covered.pack.modelId !== now.pack.modelId)
      changes.push('model-pack');
    if (detectsLess(covered.pack, now.pack)) changes.push('attack-detection-looser');
  }
  return changes;
}

/** A stricter rate needs no new assessment. */
function isLooser(then: AssessedSettings, now: AssessedSettings, method: '1:1' | '1:N'): boolean {
  if (now.falseMatchRate > then.falseMatchRate) return true;
  if (now.unmeasuredAccepted && !then.unmeasuredAccepted) return true;
  return method === '1:N' && now.falsePositiveIdentificationRate > then.falsePositiveIdentificationRate;
}

function detectsLess(then: AssessedPack, now: AssessedPack): boolean {
  return (
    now.bonaFideAtLeast < then.bonaFideAtLeast ||
    now.attackAtMost < then.attackAtMost ||
    then.countedCues.some((cue) => !now.countedCues.includes(cue))
  );
}

/** For a person: what happened, and that a new assessment is the remedy. */
export const triggerWords: Readonly<Record<AssessmentTrigger, string>> = {
  'purpose-method-or-data': 'purpose or method changed since the assessment (M9.5)',
  'place-or-stakes': 'the kind of place, its access or what is at stake changed since the assessment (M9.5, D12, D16)',
  'capture-zone': 'the capture zone changed since the assessment (M9.5, M13.2)',
  'retention-longer': 'face data is kept longer than was assessed (M9.5, M8.3)',
  'threshold-looser': 'a false match rate is looser than was assessed (M9.5, D15)',
  'model-pack': 'other models run than were assessed (M9.5, D15)',
  'attack-detection-looser': 'attack detection is looser than was assessed (M9.5, D15)',
  'major-incident': 'a major incident happened since the assessment (M9.5)',
  'validity-ended': 'the assessment’s own end has passed',
};
