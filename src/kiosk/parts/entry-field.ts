/** One thing that a person types. */
export interface EntryField {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  /** Not readable over somebody's shoulder. */
  readonly masked?: boolean;
  readonly digitsOnly?: boolean;
  /** A code of letters and digits: it gets letter keys at once. */
  readonly code?: boolean;
  /** May stay empty; it is stepped into all the same before what was typed is sent. */
  readonly optional?: boolean;
  readonly maxLength: number;
  readonly initial?: string;
}
