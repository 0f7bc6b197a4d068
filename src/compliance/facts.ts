/**
 * What the terminal knows about itself at one moment, as plain data: the whole table of obligations is a function of it.
 * Counts, hashes, dates and names of those who answer for something; never a picture, a template or a person's name.
 */
import type { Config } from '../config/index.js';
import type { NoticeFields } from '../notice/index.js';
import type { OtherRooms } from './other-rooms.js';

export interface ComplianceFacts extends OtherRooms {
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string;
  readonly deviceId: string;
  readonly mode: 'live' | 'demonstration';
  /** Ids of cameras of a live site that are recordings or stills: what happens at the door is not what they show. */
  readonly recordedCameras: readonly string[];
  readonly version: string;
  readonly site: Config['site'];
  /** M13.4: the declared kind of place is one where no such equipment may be. */
  readonly privateSpace: boolean;
  /** D5: the site says that law asks for consent in writing. */
  readonly writtenConsentRequired: boolean;
  readonly face: FaceFacts;
  readonly notice: NoticeFacts;
  /** How people at the gate were told of the current notice (M5.0). */
  readonly announcement: AnnouncementFacts;
  readonly assessment: AssessmentFacts;
  readonly audit: AuditFacts;
  readonly people: PeopleFacts;
  readonly keeping: KeepingFacts;
  readonly interface: InterfaceFacts;
  readonly keys: KeyFacts;
  readonly protection: ProtectionFacts;
  readonly declarations: readonly DeclarationFacts[];
  readonly reviews: ReviewFacts;
  /** Undefined while recognition does not run. */
  readonly pack?: RunningPack | undefined;
}

export interface FaceFacts {
  /** Whether the configuration has a face at all. */
  readonly enabled: boolean;
  /** Whether faces are processed now. */
  readonly on: boolean;
  /** Why not; the product's own code and words. */
  readonly offBecause?: { readonly reason: string; readonly detail: string } | undefined;
  readonly method: '1:1' | '1:N';
  readonly identificationJustification?: { readonly assessmentId: string; readonly statement: string } | undefined;
  readonly secondFactor: string;
  readonly activeChallenge: string;
  readonly attackDetection: string;
  readonly cameras: readonly { readonly id: string; readonly zoneShare: number; readonly zoneCorners: number }[];
  /** Of the configuration, or else of the running model pack; undefined when neither says one. */
  readonly minInterEyeDistancePx?: number | undefined;
  readonly alternatives: readonly ('pin' | 'card')[];
  /** Whether PINs and cards can be checked now. */
  readonly alternativesWork: boolean;
  readonly unmeasured?:
    | { readonly acceptedBy: string; readonly on: string; readonly statement: string; readonly wantedFmr: number }
    | undefined;
}

export interface NoticeFacts {
  readonly version: number;
  readonly hash: string;
  readonly effectiveAt: string;
  readonly fields: NoticeFields;
  /** Hash of what the running configuration says now; the notice is true while both are the same. */
  readonly hashOfConfiguration: string;
  readonly materialHash: string;
}

export interface AnnouncementFacts {
  readonly how: 'displayed' | 'posted' | 'demonstration' | 'not-yet';
  readonly at?: string | undefined;
  readonly language?: string | undefined;
  /** Why it does not count as done. */
  readonly detail?: string | undefined;
}

export interface AssessmentFacts {
  readonly state: string;
  readonly why?: string | undefined;
  readonly version?: number | undefined;
  readonly hash?: string | undefined;
  readonly id?: string | undefined;
  readonly author?: string | undefined;
  readonly approver?: string | undefined;
  readonly date?: string | undefined;
  readonly keepUntil?: string | undefined;
  readonly purpose?: string | undefined;
  readonly method?: string | undefined;
  /** Fields that the law asks for and that say nothing. */
  readonly missing: readonly string[];
}

export interface AuditFacts {
  readonly intact: boolean;
  readonly problem?: string | undefined;
  readonly entries: number;
  readonly headHash: string;
  readonly oldestAt?: string | undefined;
  /** Entries up to this one are past their keeping period; a signed checkpoint stands for them (M9.4). */
  readonly prunedUntilSeq?: number | undefined;
  /** By kind: how many, and the newest. */
  readonly kinds: Readonly<Record<string, { readonly count: number; readonly seq: number; readonly at: string }>>;
  /** Entries that hold anything as long as a template or a picture. */
  readonly templateSized: number;
  readonly decisions: DecisionFacts;
}

export interface DecisionFacts {
  readonly total: number;
  /** How many decisions carry which mode; `none` where one is missing. */
  readonly byMode: Readonly<Record<string, number>>;
  /** Face decisions that name no act of the person's. */
  readonly faceWithoutAct: number;
  readonly faceDecisions: number;
  /** Of those, how many began with a prompt on the gate's screen that is on record (D9). */
  readonly facePrompted: number;
  /** Grants by face alone since face matches go to staff first; 0 where they do not. */
  readonly finalFaceGrants: number;
  /** Faces outside the capture zone that were dropped at detection, as far as decisions say. */
  readonly bystandersDropped: number;
  readonly methods: readonly MethodStatistics[];
}

/** Of the newest decisions; no person in it. */
export interface MethodStatistics {
  readonly method: string;
  readonly decisions: number;
  readonly grants: number;
  /** Acts that the person does, from the first to the gate's answer. */
  readonly steps: number;
  /** From the start to a grant; undefined before the first. */
  readonly medianMs?: number | undefined;
  readonly ninetiethPercentileMs?: number | undefined;
}

/** What a walk over the people in the store found; counts only. */
export interface PeopleFacts {
  readonly persons: number;
  readonly templates: number;
  /** How many people were looked at; the newest report says so when it is not all. */
  readonly looked: number;
  readonly templatesWithoutConsent: number;
  readonly consentsNotSeparate: number;
  readonly consentsNotWritten: number;
  readonly consentsWithoutExpiry: number;
  readonly consentsToOtherMatters: number;
  /** Face mode of theirs is off until they have seen the current notice. */
  readonly suspended: number;
  readonly suspendedButUsable: number;
  readonly minors: number;
  readonly minorsWithoutGuardian: number;
  /** A template, but neither PIN nor card. */
  readonly faceOnly: number;
}

export interface KeepingFacts {
  readonly maxDays: number;
  readonly justification: string;
  /** Past their time and not erased yet. */
  readonly overdue: number;
  /** Templates whose consent ended and that are still there. */
  readonly owed: number;
  readonly clockTrusted: boolean;
  readonly clockProblem?: string | undefined;

  readonly purgeReceipts: number;
  readonly newestPurgeReceiptId?: string | undefined;
  readonly withdrawals: number;
  readonly withdrawalsWithoutStatement: number;
  readonly newestWithdrawalReceiptId?: string | undefined;
  readonly receiptsBadlySigned: number;
}

export interface InterfaceFacts {
  readonly routes: readonly RouteFact[];
  /** Files below the store's folder that begin like a picture or a video. */
  readonly pictureFiles: readonly string[];
}

export interface RouteFact {
  readonly method: string;
  readonly url: string;
  /** Roles, `anyone`, or nobody named: closed. */
  readonly allow: readonly string[];
}

export interface KeyFacts {
  readonly valid: number;
  /** Keys that live longer than the longest period there is. */
  readonly tooLong: number;
}

export interface ProtectionFacts {
  /** Sealed, opened, and refused when one bit was changed: tried now. */
  readonly sealing: boolean;
  readonly cipher: string;
  readonly listener: {
    readonly host: string;
    readonly loopback: boolean;
    readonly lan: boolean;
    readonly tls: boolean;
  };
  /** Addresses in the configuration that are not on the device or its local network. */
  readonly publicAddresses: readonly string[];
  /** Connections of this process to such addresses, at this moment; undefined where the system does not tell. */
  readonly publicConnections?: readonly string[] | undefined;
  readonly failedAttemptsBeforeLockOut: number;
}

export interface DeclarationFacts {
  readonly key: string;
  readonly by: string;
  readonly on: string;
  readonly recordedAt: string;
  readonly entryId: string;
  readonly auditSeq?: number | undefined;
  /** The record says what the configuration says, and this device signed it. */
  readonly holds: boolean;
  /** The words changed, the date did not. */
  readonly changedWithoutNewDate: boolean;
}

export interface ReviewFacts {
  /** Whether face matches wait for staff at this site. */
  readonly required: boolean;
  readonly waiting: number;
  readonly decided: number;
}

export interface RunningPack {
  readonly packId: string;
  readonly packHash: string;
  readonly modelId: string;
  readonly roles: readonly string[];
  /** Names of the evaluations behind its thresholds; an empty one where none is named. */
  readonly evaluations: readonly string[];
  readonly padEvaluation: string;
}
