/** Bytes as their holder counts them. */
export interface HeldBytes {
  readonly totalBytes: number;
  readonly lockedBytes: number;
  readonly excludedFromDumps: boolean;
}
