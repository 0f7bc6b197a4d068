/** Facts of rooms that a build may lack; what is left out is reported as not there. */

export interface OtherRooms {
  readonly display?: DisplayFacts | undefined;
  readonly wording?: WordingFacts | undefined;
  readonly sign?: SignFacts | undefined;
  readonly screen?: ScreenFacts | undefined;
  readonly selfTest?: SelfTestFacts | undefined;
  readonly alerts?: AlertFacts | undefined;
  readonly inspection?: InspectionFacts | undefined;
  readonly incidents?: IncidentFacts | undefined;
  readonly filing?: FilingFacts | undefined;
}

/** The current notice on the terminal's own screen. */
export interface DisplayFacts {
  readonly shownAt?: string | undefined;
  readonly auditSeq?: number | undefined;
}

/** The search for misleading, deceiving and coercing phrases. */
export interface WordingFacts {
  readonly textsChecked: number;
  readonly problems: readonly string[];
}

export interface SignFacts {
  readonly hash: string;
}

/** The gate's screen, as it is served now. */
export interface ScreenFacts {
  /** Ways in on the first screen, in their order. */
  readonly methods: readonly string[];
  readonly languages: readonly string[];
  /** Acts that giving and withdrawing consent take. */
  readonly consentSteps: number;
  readonly withdrawalSteps: number;
  /** Of the newest face verifications that began at the screen: how many say how the person was told what starts. */
  readonly startedHere: number;
  readonly prompted: number;
}

export interface SelfTestFacts {
  readonly at: string;
  readonly passed: boolean;
  readonly failed: readonly string[];
  readonly auditSeq?: number | undefined;
}

export interface AlertFacts {
  readonly open: number;
  readonly watches: readonly string[];
}

export interface InspectionFacts {
  readonly lastOn?: string | undefined;
  readonly dueOn: string;
  readonly overdue: boolean;
}

export interface IncidentFacts {
  readonly open: number;
  readonly total: number;
  readonly newestSeq?: number | undefined;
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
