/** What the panel says. */
export interface PanelAnswer {
  readonly result: 'success' | 'failed';
  /** A short code of the panel's own, for the record. */
  readonly info?: string;
}
