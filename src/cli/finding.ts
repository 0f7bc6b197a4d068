/** A line of `menshen doctor`. */
export interface Finding {
  readonly what: string;
  readonly state: 'works' | 'weaker' | 'broken';
  readonly why: string;
  readonly remedy?: string;
}
