/** Facts of rooms that a build may lack; what is left out is reported as not there. */

export interface OtherRooms {
  readonly wording?: WordingFacts | undefined;
  readonly sign?: SignFacts | undefined;
  readonly screen?: ScreenFacts | undefined;
  readonly selfTest?: SelfTestFacts | undefined;
  readonly egress?: EgressFacts | undefined;
  readonly alerts?: AlertFacts | undefined;
  readonly inspection?: InspectionFacts | undefined;
  readonly incidents?: IncidentFacts | undefined;
  readonly tamper?: TamperFacts | undefined;
  readonly filing?: FilingFacts | undefined;
  readonly keepPeriod?: KeepPeriodFacts | undefined;
}

/** The search for misleading, deceiving and coercing phrases. */
export interface WordingFacts {
  readonly textsChecked: number;
  readonly problems: readonly string[];
}

export interface SignFacts {
  readonly hash: string;
  /** M13.2. */
  readonly captureZoneHash: string;
}

/** The gate's screen, as it is served now. */
export interface ScreenFacts {
  /** Ways in on the first screen, in their order. */
  readonly methods: readonly string[];
  readonly languages: readonly string[];
}

export interface SelfTestFacts {
  readonly at: string;
  /** No critical check failed. */
  readonly sound: boolean;
  readonly checks: number;
  readonly failed: readonly string[];
  readonly notAssessed: readonly string[];
}

/** M8.2. */
export interface EgressFacts {
  /** The guard stands in this process. */
  readonly guarded: boolean;
  /** Whether attempts to leave were seen to be refused. */
  readonly canary: 'held' | 'failed' | 'not-run';
  /** Attempts since the start that were refused. */
  readonly refused: number;
  /** What may be reached beside this device. */
  readonly flows: readonly string[];
}

export interface TamperFacts {
  readonly open: number;
  readonly total: number;
}

export interface AlertFacts {
  /** What the record is searched for. */
  readonly watches: readonly string[];
  /** Within the last day. */
  readonly raised: readonly string[];
  readonly newestSeq?: number | undefined;
}

export interface InspectionFacts {
  readonly lastOn?: string | undefined;
  readonly dueOn: string;
  readonly overdue: boolean;
}

export interface IncidentFacts {
  readonly open: number;
  readonly total: number;
  /** M14.4: lifted without two different people. */
  readonly liftedByFewerThanTwo: number;
}

/** Records that must be kept (M9.4). */
export interface KeepPeriodFacts {
  readonly kinds: number;
  readonly years: number;
  /** Attempts to delete earlier; each was refused. */
  readonly refusals: number;
}

export interface FilingFacts {
  readonly persons: number;
  readonly threshold: number;
  readonly reachedOn?: string | undefined;
  readonly dueOn?: string | undefined;
  readonly overdue: boolean;
  readonly reference?: string | undefined;
  readonly missingParts: readonly string[];
  readonly change?: { readonly fields: readonly string[]; readonly dueOn?: string | undefined } | undefined;
  readonly ended?: { readonly dueOn?: string | undefined; readonly templatesLeft: number } | undefined;
}
