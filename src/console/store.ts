import type {
  AnswersView,
  CallerView,
  ConsoleSite,
  CurrentView,
  DraftView,
  FormView,
  ReportView,
  UnfinishedView,
} from '../http/console/contract.js';
import { makeStore } from '../pages/store.js';
import { noTexts, type TextTable, textsOf } from '../pages/texts.js';
import type { CodeGroup, TextKey, Texts } from './texts.js';

export type Screen =
  | { readonly name: 'list' }
  | { readonly name: 'write'; readonly section: string }
  | { readonly name: 'hand-over' }
  | { readonly name: 'draft'; readonly draft: DraftView }
  | { readonly name: 'report'; readonly report: ReportView };

/** What the author has on the screen. */
export interface Writing {
  readonly answers: AnswersView;
  /** Of what the service has saved; 0 for nothing. */
  readonly revision: number;
  readonly savedAt: string | undefined;
  readonly changed: boolean;
  /** Codes by field, as of the last check; a field that was changed since has none. */
  readonly problems: Readonly<Record<string, string>>;
  /** Parts that were left once: what is missing there is pointed out, elsewhere it is simply not written yet. */
  readonly left: readonly string[];
  /** Why the approver sent it back. */
  readonly returned: string | undefined;
  /** Another page of the same key saved meanwhile. */
  readonly elsewhere: UnfinishedView | undefined;
}

export interface Lists {
  readonly current: CurrentView;
  readonly reports: readonly ReportView[];
  readonly drafts: readonly DraftView[];
  readonly unfinished: UnfinishedView | undefined;
}

export interface Refusal {
  readonly code: string;
  /** In English, as the service said it. */
  readonly detail: string | undefined;
}

export interface State {
  readonly site: ConsoleSite | undefined;
  readonly language: string;
  readonly textTable: TextTable;
  /** Whose key it is; the key itself is the client's alone. */
  readonly caller: CallerView | undefined;
  /** Why nobody is signed in any more. */
  readonly signedOut: 'idle' | undefined;
  readonly screen: Screen;
  readonly lists: Lists | undefined;
  readonly form: FormView | undefined;
  readonly writing: Writing | undefined;
  readonly busy: boolean;
  readonly refusal: Refusal | undefined;
  /** What was just done, said on the next screen. */
  readonly done: TextKey | undefined;
  readonly timeEnds: boolean;
}

export const store = makeStore<State>({
  site: undefined,
  language: 'en',
  textTable: noTexts,
  caller: undefined,
  signedOut: undefined,
  screen: { name: 'list' },
  lists: undefined,
  form: undefined,
  writing: undefined,
  busy: false,
  refusal: undefined,
  done: undefined,
  timeEnds: false,
});

export const useStore = store.use;

let cached: { table: TextTable; texts: Texts } | undefined;

export function useTexts(): Texts {
  const table = useStore(({ textTable }) => textTable);
  if (cached?.table !== table) cached = { table, texts: textsOf<TextKey, CodeGroup>(table, store.get().language) };
  return cached.texts;
}

/** Who may only read: the service refuses the rest anyway. */
export function mayWrite(caller: CallerView | undefined): boolean {
  return caller?.role === 'operator' || caller?.role === 'admin';
}
