import type {
  ComplaintReceipt,
  ConsentGiven,
  EnrolmentProgress,
  NewComplaint,
  NoticeDisplayed,
  NoticeView,
  OwnData,
  OwnDataLink,
  ReceiptView,
  ScreenVerification,
  ScreenVerificationRequest,
  SiteView,
  StaffCall,
  VisitRequest,
  VisitView,
} from '../http/kiosk/contract.js';

const BASE = '/kiosk/api';
const ANSWER_WITHIN_MS = 15_000;
/** The camera looks, and the answer comes when it is done. */
const FACE_ANSWER_WITHIN_MS = 90_000;

/** What the service refused, by the code that a text exists for. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** The one client of `/kiosk/api`: a call for each line of the contract. All throw a `Problem`. */
export const api = {
  site: () => call<SiteView>('GET', '/site'),
  pair: (code: string) => call<void>('POST', '/pairing', { code }),
  notice: (language: string) => call<NoticeView>('GET', `/notice?language=${encodeURIComponent(language)}`),
  noticeDisplayed: (displayed: NoticeDisplayed) => call<void>('POST', '/notice/displayed', displayed),

  startVerification: (request: ScreenVerificationRequest) =>
    call<ScreenVerification>('POST', '/verifications', request),
  presentPin: (id: string, given: { personNumber?: string; pin: string }) =>
    call<ScreenVerification>('POST', `/verifications/${id}/pin`, given),
  presentCard: (id: string, cardNumber: string) =>
    call<ScreenVerification>('POST', `/verifications/${id}/card`, { cardNumber }),
  cancelVerification: (id: string) => call<ScreenVerification>('DELETE', `/verifications/${id}`),

  /** @param leave leaving off ends the camera's look. */
  openVisit: (request: VisitRequest, leave: AbortController) =>
    call<VisitView>('POST', '/visits', request, FACE_ANSWER_WITHIN_MS, leave),
  extendVisit: (id: string) => call<VisitView>('POST', `/visits/${id}/extension`),
  endVisit: (id: string) => call<void>('DELETE', `/visits/${id}`),
  giveConsent: (id: string, consent: ConsentGiven) => call<VisitView>('POST', `/visits/${id}/consent`, consent),
  noticeSeen: (id: string, hash: string) => call<VisitView>('POST', `/visits/${id}/notice-seen`, { hash }),
  setPin: (id: string, pin: string) => call<VisitView>('POST', `/visits/${id}/pin`, { pin }),
  addCard: (id: string, cardNumber: string) => call<VisitView>('POST', `/visits/${id}/card`, { cardNumber }),
  startEnrolment: (id: string, act: 'touch' | 'button') =>
    call<EnrolmentProgress>('POST', `/visits/${id}/enrolment`, { act }),
  endEnrolment: (id: string) => call<void>('DELETE', `/visits/${id}/enrolment`),
  withdraw: (id: string, requester: 'self' | 'guardian', language: string) =>
    call<ReceiptView>('POST', `/visits/${id}/withdrawal`, { requester, language }),
  receipt: (id: string, receiptId: string, language: string) =>
    call<ReceiptView>('GET', `/visits/${id}/receipts/${receiptId}?language=${encodeURIComponent(language)}`),
  ownData: (id: string, language: string) =>
    call<OwnData>('GET', `/visits/${id}/data?language=${encodeURIComponent(language)}`),
  ownDataFile: (id: string, language: string) =>
    `${BASE}/visits/${id}/data/file?language=${encodeURIComponent(language)}`,
  ownDataLink: (id: string, language: string) => call<OwnDataLink>('POST', `/visits/${id}/data/link`, { language }),

  complain: (complaint: NewComplaint) => call<ComplaintReceipt>('POST', '/complaints', complaint),
  callStaff: (staffCall: StaffCall) => call<{ at: string }>('POST', '/staff-calls', staffCall),
  streamAddress: `${BASE}/stream`,
};

async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  withinMs = ANSWER_WITHIN_MS,
  leave = new AbortController(),
): Promise<T> {
  const late = setTimeout(() => leave.abort(), withinMs);
  const response = await fetch(BASE + path, {
    method,
    credentials: 'same-origin',
    cache: 'no-store',
    signal: leave.signal,
    headers: {
      ...(method === 'GET' ? {} : { 'x-menshen-screen': '1' }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
    .catch(() => {
      throw new Problem('service-unreachable');
    })
    .finally(() => clearTimeout(late));
  const text = await response.text();
  if (!response.ok) throw new Problem(codeIn(text) ?? (response.status === 401 ? 'unauthenticated' : 'internal'));
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** The member `code` of an RFC 9457 problem. */
function codeIn(text: string): string | undefined {
  try {
    const problem: unknown = JSON.parse(text);
    if (typeof problem === 'object' && problem !== null && 'code' in problem && typeof problem.code === 'string')
      return problem.code;
  } catch {
    // Not a problem of ours: whatever answered has no code to show.
  }
  return undefined;
}
