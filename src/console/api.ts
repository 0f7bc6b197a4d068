import type {
  AnswersView,
  CallerView,
  ConsoleSite,
  CurrentView,
  DraftView,
  FormView,
  ProblemView,
  ReportView,
  UnfinishedView,
} from '../http/console/contract.js';

const ANSWER_WITHIN_MS = 20_000;

/** In this variable and nowhere else: never in the address, a cookie or the browser's storage. */
let apiKey: string | undefined;

/** What the service refused. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly view: ProblemView;

  constructor(view: ProblemView) {
    super(view.code);
    this.view = view;
  }
}

/** The page's one client. All calls throw a `Problem`. */
export const api = {
  useKey(key: string | undefined): void {
    apiKey = key;
  },
  site: () => call<ConsoleSite>('GET', '/console/site.json'),
  caller: () => call<CallerView>('GET', '/v1/caller'),

  form: (language: string) => call<FormView>('GET', `/v1/assessments/form?language=${encodeURIComponent(language)}`),
  current: () => call<CurrentView>('GET', '/v1/assessments/current'),
  reports: () => call<{ assessments: readonly ReportView[] }>('GET', '/v1/assessments'),
  drafts: () => call<{ drafts: readonly DraftView[] }>('GET', '/v1/assessments/drafts'),
  unfinished: () => orNothing(call<UnfinishedView>('GET', '/v1/assessments/unfinished')),
  save: (answers: AnswersView, basedOn: number) =>
    call<UnfinishedView>('PUT', '/v1/assessments/unfinished', { answers, basedOn }),
  throwAway: () => call<void>('DELETE', '/v1/assessments/unfinished'),
  check: (answers: AnswersView) => call<{ complete: true }>('POST', '/v1/assessments/checks', answers),
  handOver: (answers: AnswersView) => call<DraftView>('POST', '/v1/assessments/drafts', answers),
  approve: (draftId: string, approver: string) =>
    call<{ version: number }>('POST', `${draftPath(draftId)}/approval`, { verdict: 'approve', approver }),
  giveBack: (draftId: string, reason: string) =>
    call<DraftView>('POST', `${draftPath(draftId)}/approval`, { verdict: 'return', reason }),
};

const draftPath = (draftId: string): string => `/v1/assessments/drafts/${encodeURIComponent(draftId)}`;

async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.view.code === 'not-found') return undefined;
    throw thrown;
  }
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const leave = new AbortController();
  const late = setTimeout(() => leave.abort(), ANSWER_WITHIN_MS);
  try {
    const response = await fetch(path, {
      method,
      credentials: 'omit',
      cache: 'no-store',
      signal: leave.signal,
      headers: {
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Problem(problemIn(text));
    return (text === '' ? undefined : JSON.parse(text)) as T;
  } catch (thrown) {
    throw thrown instanceof Problem ? thrown : new Problem({ code: 'service-unreachable' });
  } finally {
    clearTimeout(late);
  }
}

function problemIn(text: string): ProblemView {
  try {
    const { code, detail, fields } = JSON.parse(text) as Partial<ProblemView>;
    return {
      code: code ?? 'internal',
      ...(detail === undefined ? {} : { detail }),
      ...(fields === undefined ? {} : { fields }),
    };
  } catch {
    // Something between the page and the service answered.
    return { code: 'internal' };
  }
}
