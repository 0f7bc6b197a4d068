import type {
  EnrolmentProgress,
  FaceProofProgress,
  ReceiptView,
  ScreenMethod,
  ScreenVerification,
  SiteView,
  SiteWords,
  VisitAct,
  VisitView,
} from '../http/kiosk/contract.js';
import { makeStore } from '../pages/store.js';
import { type CodeGroup, noTexts, type TextKey, type Texts, type TextTable, textsOf } from './texts.js';

/** What fills the middle of the page. A verification in progress covers it, and what was there comes back after it. */
export type Screen =
  | { readonly name: 'ready' }
  | { readonly name: 'card'; readonly typed?: string }
  | { readonly name: 'pin' }
  | { readonly name: 'face' }
  | { readonly name: 'unusable'; readonly method: ScreenMethod }
  | { readonly name: 'notice' }
  | { readonly name: 'complaint' }
  | { readonly name: 'prove'; readonly wants: Intent }
  | { readonly name: 'overview'; readonly refused?: Intent }
  | { readonly name: 'consent-notice'; readonly renewal: boolean }
  | { readonly name: 'consent'; readonly noticeHash: string; readonly renewal: boolean }
  | { readonly name: 'refused' }
  | { readonly name: 'changed-notice' }
  | { readonly name: 'enrol' }
  | { readonly name: 'second-factor' }
  | { readonly name: 'set-pin' }
  | { readonly name: 'add-card' }
  | { readonly name: 'withdraw' }
  | { readonly name: 'receipt'; readonly receipt: ReceiptView }
  | { readonly name: 'done'; readonly what: 'consent' | 'renewal' | 'notice' | 'pin' | 'card' | 'enrolled' }
  | { readonly name: 'data' };

/** Why somebody proves who they are. */
export type Intent = VisitAct | 'overview';

export interface State {
  readonly pairing: 'unknown' | 'needed' | 'done';
  readonly online: boolean;
  readonly site: SiteView | undefined;
  /** The service's, when this page was loaded. */
  readonly pageVersion: string | undefined;
  readonly language: string;
  readonly textTable: TextTable;
  readonly largeText: boolean;
  readonly voice: boolean;
  /** How many voices the browser has found so far; it looks for them while the page is shown. */
  readonly voices: number;
  /** The last is shown; going back takes it off. Empty: the ready screen. */
  readonly screens: readonly Screen[];
  readonly verification: ScreenVerification | undefined;
  readonly visit: VisitView | undefined;
  readonly enrolment: EnrolmentProgress | undefined;
  /** The camera looks at somebody who proves who they are; it opens no door. */
  readonly proving: boolean;
  readonly proof: FaceProofProgress | undefined;
  readonly busy: boolean;
  /** Code of what the service refused last, shown on the screen where it happened. */
  readonly problem: string | undefined;
  /** Somebody is asked whether they need more time. */
  readonly timeEnds: 'idle' | 'visit' | undefined;
  /** Hash of the notice that stood on the screen, whole, for whoever is here now. */
  readonly noticeSeen: string | undefined;
  /** When staff were called: confirmed over whatever is shown. */
  readonly staffCalledAt: string | undefined;
  /** Said to screen readers, politely. */
  readonly announcement: string;
}

/** The page's one state: everything that more than one screen knows. */
export const store = makeStore<State>({
  pairing: 'unknown',
  online: true,
  site: undefined,
  pageVersion: undefined,
  language: 'zh',
  textTable: noTexts,
  largeText: false,
  voice: true,
  voices: 0,
  screens: [],
  verification: undefined,
  visit: undefined,
  enrolment: undefined,
  proving: false,
  proof: undefined,
  busy: false,
  problem: undefined,
  timeEnds: undefined,
  noticeSeen: undefined,
  staffCalledAt: undefined,
  announcement: '',
});

export const useStore = store.use;

/** What the site wrote, in the language that is shown. */
export function wordsOfSite({ site, language }: State): SiteWords | undefined {
  return site?.words[language] ?? site?.words[site.defaultLanguage];
}

let cached: { table: TextTable; texts: Texts } | undefined;

/** The texts of the language that is chosen now. */
export function currentTexts(): Texts {
  const { textTable: table, language } = store.get();
  if (cached?.table !== table) cached = { table, texts: textsOf<TextKey, CodeGroup>(table, language) };
  return cached.texts;
}

export function useTexts(): Texts {
  useStore(({ textTable }) => textTable);
  return currentTexts();
}
