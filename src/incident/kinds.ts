/** What happened or may have happened to people's information: PIPL art. 57 names the first three, M9.2 the others. */
export const incidentKinds = [
  'leak',
  'tampering',
  'loss',
  'damage',
  'illegal-acquisition-or-use',
  'suspected',
] as const;
export type IncidentKind = (typeof incidentKinds)[number];

/** A major one voids the impact assessment (M9.5, unconfirmed wording). */
export const severities = ['minor', 'major'] as const;
export type Severity = (typeof severities)[number];

/** What the device holds; pictures are not among it. */
export const dataKinds = ['face-template', 'name', 'person-number', 'card-number', 'pin-verifier', 'records'] as const;
export type DataKind = (typeof dataKinds)[number];

/** What nobody outside may read before it is told to those concerned. */
export interface IncidentTexts {
  readonly description?: string | undefined;
  readonly cause?: string | undefined;
  readonly possibleHarm?: string | undefined;
  readonly remedy?: string | undefined;
  readonly selfHelp?: string | undefined;
}

export interface NewIncident extends IncidentTexts {
  readonly kind: IncidentKind;
  readonly severity: Severity;
  readonly dataKinds: readonly DataKind[];
  readonly description: string;
}

export interface Supplement extends IncidentTexts {
  /** A minor one may turn out to be major, never the other way round. */
  readonly severity?: 'major' | undefined;
  readonly dataKinds?: readonly DataKind[] | undefined;
}

export interface Lift {
  /** The person behind `by`; absent in lifts of before it had to name one. */
  readonly holder?: string;
  readonly by: string;
  readonly atMs: number;
  /** The act of the two people; absent in lifts of before it was one. */
  readonly actId?: string;
  /** Attested: `not-needed` where what was done averts the harm (PIPL art. 57). */
  readonly peopleTold: 'yes' | 'not-needed';
}

export interface Incident {
  readonly id: string;
  readonly state: 'open' | 'lifted';
  readonly kind: IncidentKind;
  readonly severity: Severity;
  readonly dataKinds: readonly DataKind[];
  readonly reportedAtMs: number;
  /** Id of the caller. */
  readonly reportedBy: string;
  /** The two people who said that face mode may go on. */
  readonly lifts: readonly Lift[];
}
