/**
 * What the operator's page (`/console`) and the service say to each other, as types alone: the page imports nothing else
 * of the service. The page is `GET /console`; its texts are `/console/texts/<tag>.json`; everything it asks for is the
 * public interface below `/v1`, with the API key that the operator typed in. It has no cookie and no session.
 */

/** `GET /v1/caller`: whose key this is. */
export interface CallerView {
  readonly id: string;
  readonly role: 'panel' | 'operator' | 'admin' | 'auditor' | 'kiosk';
}

/** `GET /console/site.json`: what is shown before anybody signed in. */
export interface ConsoleSite {
  readonly deviceId: string;
  readonly siteName: string;
  readonly mode: 'live' | 'demonstration';
  readonly version: string;
  readonly languages: readonly { readonly tag: string; readonly name: string }[];
}

/** `GET /v1/assessments/form?language=` */
export interface FormView {
  readonly language: string;
  readonly title: string;
  readonly introduction: string;
  readonly sections: readonly { readonly id: string; readonly title: string }[];
  readonly fields: readonly FieldView[];
}

export interface FieldView {
  readonly id: string;
  readonly section: string;
  readonly kind: 'line' | 'text' | 'date' | 'choice' | 'list';
  /** `°` at its end: unconfirmed wording. */
  readonly clause: string;
  readonly required: boolean;
  readonly question: string;
  readonly hint: string;
  readonly choices?: readonly { readonly value: string; readonly name: string }[];
  /** What the machine knows to be the answer. */
  readonly suggestion?: string;
  /** What the machine knows about the question. */
  readonly known: readonly string[];
}

/** By the form's field ids; a `list` is an array. */
export type AnswersView = Readonly<Record<string, string | readonly string[] | undefined>>;

/** `GET` and `PUT /v1/assessments/unfinished`; the first answers 404 where there is none. */
export interface UnfinishedView {
  readonly revision: number;
  readonly savedAt: string;
  readonly answers: AnswersView;
}

/** `POST /v1/assessments/drafts`, `GET /v1/assessments/drafts/:id` */
export interface DraftView {
  readonly draftId: string;
  readonly state: 'submitted' | 'approved' | 'returned';
  readonly submittedAt: string;
  /** Id of the key. */
  readonly submittedBy: string;
  readonly draft: AnswersView;
  readonly version?: number;
  readonly reason?: string;
}

/** `GET /v1/assessments` */
export interface ReportView {
  readonly version: number;
  readonly hash: string;
  readonly recordedAt: string;
  readonly approval:
    | { readonly kind: 'named-in-document' }
    | { readonly kind: 'two-callers'; readonly submittedBy: string; readonly approvedBy: string };
  readonly assessment: AnswersView;
  readonly standing: 'newest' | 'superseded';
  /** Codes of what voided it for ever. */
  readonly voidedBy: readonly string[];
}

/** `GET /v1/assessments/current` */
export type CurrentView =
  | { readonly state: 'valid'; readonly version: number }
  | { readonly state: 'none' | 'invalidated' | 'refused'; readonly trigger?: string };

/** RFC 9457, with every field of a form that does not fit. */
export interface ProblemView {
  readonly code: string;
  readonly detail?: string;
  readonly fields?: readonly { readonly field: string; readonly code: string }[];
}
