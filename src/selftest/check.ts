/** One thing that the self-test looks at. */
export interface SelfTestCheck {
  readonly id: string;
  /** Clause of the law it serves. */
  readonly clause: string;
  /** A failure switches face mode off (M4.4); the others are reported. */
  readonly critical: boolean;
  /** What throws has failed: doubt closes. A long one ends early when `signal` fires, because the service stops. */
  run(signal: AbortSignal): Outcome | Promise<Outcome>;
}

export interface Outcome {
  readonly state: 'passed' | 'failed' | 'not-assessed';
  /** What was found, for a person; with the remedy where it failed. */
  readonly why: string;
}

export const passed = (why: string): Outcome => ({ state: 'passed', why });
export const failed = (why: string): Outcome => ({ state: 'failed', why });
export const notAssessed = (why: string): Outcome => ({ state: 'not-assessed', why });
