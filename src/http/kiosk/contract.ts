/**
 * What the gate's screen and the service say to each other, under `/kiosk/api`. Types alone: the page (`src/kiosk`) runs
 * in a browser and imports nothing else of the service.
 *
 * The page is paired once (`POST pairing`), works on the device itself only (loopback), and carries an HttpOnly cookie.
 * Every call but GET sends `x-menshen-screen: 1`, and `content-type: application/json` where it has a body. Errors are
 * RFC 9457 problems; 401 `unauthenticated` means: pair again. Unknown fields are refused.
 *
 * The page is `GET /kiosk`; what it loads is `/kiosk/<name in dist/kiosk>` (`x.br` and `x.gz` are the packed `x`; a name
 * with its content's hash, `name-XXXXXXXX.js`, is kept for ever), and its texts are `/kiosk/texts/<tag>.json`. No inline script or style works (content security policy).
 */

/** A tag of a folder in `config/languages`; `zh` and `en` are always there. */
export type Language = string;
export type ScreenMethod = 'card' | 'pin' | 'face';

/** `GET site`, and the stream's event `site` whenever any of it changes. */
export interface SiteView {
  readonly deviceId: string;
  readonly mode: 'live' | 'demonstration';
  readonly version: string;
  readonly doorId: string;
  readonly siteName: string;
  readonly processor: { readonly name: string; readonly contact: string };
  /** By language; what the site has not translated stands in its own. */
  readonly words: Readonly<Record<Language, SiteWords>>;
  readonly languages: readonly { readonly tag: Language; readonly name: string }[];
  readonly defaultLanguage: Language;
  /** In the order in which the first screen shows them; never the face first (D4). Absent methods do not exist here. */
  readonly methods: readonly ScreenMethodView[];
  readonly cardNeedsPin: boolean;
  readonly faceMethod: '1:1' | '1:N';
  /** The face alone never grants here: `claim` goes with it. */
  readonly faceNeedsCardOrPin: boolean;
  readonly minPinDigits: number;
  readonly noticeVersion: number;
  readonly noticeHash: string;
  readonly complaintContacts: readonly string[];
  /** Longest period a consent can be given for, in days. */
  readonly maxConsentDays: number;
  readonly minorsEnrolled: boolean;
  /** Phones on the LAN reach this terminal: one's own data can be taken by link. */
  readonly ownDataLink?: true;
}

/** What the site wrote, as its notice says it in one language. */
export interface SiteWords {
  readonly purpose: string;
  readonly accessibilityHelp: string;
}

export interface ScreenMethodView {
  readonly method: ScreenMethod;
  readonly works: boolean;
  /** A code of the closed list of face mode reasons, or `camera-unavailable`; a text exists for each. */
  readonly reason?: string;
}

/** Geometry alone: never a pixel of the camera's picture. Coordinates 0..1 of the picture, mirrored as in a mirror. */
export interface Guide {
  /** A code of `guidanceCodes`; a text exists for each. Absent: nothing to correct. */
  readonly code?: string;
  readonly box?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** Eye distance over what is wanted at least; below 1: too far away. Absent without a face. */
  readonly nearness?: number;
  readonly zone: readonly { readonly x: number; readonly y: number }[];
  /** How far the evidence has come, 0..1. */
  readonly progress: number;
}

/** What runs at this screen's door, also when a panel began it. */
export interface ScreenVerification {
  readonly verificationId: string;
  readonly state: 'waiting' | 'decided';
  readonly startedBy: 'screen' | 'panel';
  readonly methods: readonly string[];
  readonly face: string;
  readonly guide?: Guide;
  readonly cardAccepted: boolean;
  /** Something was accepted, and the door asks for more: any one of these. */
  readonly needs?: readonly ScreenMethod[];
  /** Accepted here; the panel that has the last word is asked. */
  readonly awaiting?: 'panel';
  readonly expiresAt: string;
  readonly prompt: { readonly purpose: string; readonly alternatives: readonly string[] };
  /** No subject: a bystander reads the screen too. */
  readonly result?: {
    readonly decision: 'grant' | 'deny' | 'use-alternative';
    readonly method: string;
    /** A code of `decisionReasons`; a text exists for each. */
    readonly reason: string;
  };
}

/** Events of `GET stream` (server-sent, the newest state at once and then what changed, each as JSON): `site` SiteView, `verification` ScreenVerification or null, `proof` FaceProofProgress or null, `enrolment` EnrolmentProgress, `alive` nothing. */
export interface ScreenEvents {
  readonly site: SiteView;
  readonly verification: ScreenVerification | null;
  readonly proof: FaceProofProgress | null;
  readonly enrolment: EnrolmentProgress;
  readonly alive: null;
}

/**
 * `POST pairing` → 204 with the cookie, or 403 `pairing-refused`. The code is made by `menshen kiosk pair`, once, for ten
 * minutes; capitals, spaces and hyphens do not matter. The printed address is `/kiosk#pair=<code>`: the page sends the
 * code and takes it out of its address.
 */
export interface PairingRequest {
  readonly code: string;
}

/** `GET notice?language=`. */
export interface NoticeView {
  readonly version: number;
  readonly hash: string;
  readonly effectiveAt: string;
  readonly language: Language;
  readonly title: string;
  /** "Using your face is optional", and what to use instead. */
  readonly optional: { readonly statement: string; readonly alternatives: readonly string[] };
  readonly sections: readonly { readonly heading: string; readonly text: string }[];
}

/** `POST notice/displayed` → 204: the whole notice stood on the screen (M5.0). */
export interface NoticeDisplayed {
  readonly hash: string;
  readonly language: Language;
}

/**
 * `POST verifications` → 201 ScreenVerification. The service fills in door, purpose and nonce. `card` and `pin` with their
 * claim are presented at once; without it they wait for `…/card` or `…/pin`. `face` leaves PIN and card open in the same
 * verification, so whoever finds `face` not `in-progress` goes on with those; at a 1:1 site it needs a claim.
 */
export interface ScreenVerificationRequest {
  readonly method: ScreenMethod;
  /** The act: touching the button or key on this screen, or showing the card to its reader. */
  readonly act: 'button' | 'touch' | 'card';
  readonly claim?: { readonly cardNumber: string } | { readonly personNumber: string; readonly pin: string };
  /** How the person was told what starts now (D9); recorded. */
  readonly prompt: { readonly language: Language; readonly spoken: boolean };
}
/** `POST verifications/:id/pin` {personNumber?, pin}, `POST verifications/:id/card` {cardNumber}, `DELETE verifications/:id` → ScreenVerification. Also for what a panel began at this door. */

/**
 * `POST visits` → 201 VisitView: somebody proved who they are, or holds an operator's one-time code, and may now see to their
 * own matters. Ends by itself; `POST visits/:id/extension` → VisitView gives the whole time again, as often as wanted;
 * `DELETE visits/:id` → 204.
 */
export interface VisitRequest {
  readonly proof:
    | { readonly kind: 'card'; readonly cardNumber: string; readonly pin?: string }
    | { readonly kind: 'pin'; readonly personNumber: string; readonly pin: string }
    /** The camera looks now; the answer comes when it is done. It opens no door. */
    | {
        readonly kind: 'face';
        readonly claim?: { readonly cardNumber: string };
        /** What the person did, and how they were told what begins (D9). */
        readonly act: 'button' | 'touch';
        readonly prompt: { readonly language: Language; readonly spoken: boolean };
      }
    | { readonly kind: 'enrolment-code'; readonly code: string };
}

/** While the camera looks for a proof (`kind: 'face'`); leaving off the call ends it. */
export interface FaceProofProgress {
  readonly guide?: Guide;
  readonly expiresAt: string;
}

export type VisitAct =
  /** Give consent (first, or again after it ended), then have the face enrolled. */
  | 'consent'
  | 'enrol'
  /** Look at the changed notice again: face mode comes back (M5.6). */
  | 'acknowledge-notice'
  /** Give it anew before it lapses; the template stays when nothing material changed. */
  | 'renew-consent'
  | 'withdraw'
  | 'see-data'
  | 'set-pin'
  | 'add-card';

export interface VisitView {
  readonly visitId: string;
  readonly expiresAt: string;
  readonly provedBy: 'card' | 'card+pin' | 'pin' | 'face' | 'enrolment-code';
  readonly may: readonly VisitAct[];
  readonly person: {
    readonly ageBand: 'adult' | 'minor' | 'undeclared';
    /** A guardian consents (M7.1). */
    readonly guardianNeeded: boolean;
    readonly consent:
      | 'valid'
      | 'none'
      | 'ended'
      | 'expired'
      | 'altered'
      | 'notice-changed'
      | 'purpose-changed'
      | 'review-due';
    readonly consentExpiresAt?: string;
    /** Of the consent that stands: `GET visits/:id/receipts/:receiptId` shows its record. */
    readonly consentId?: string;
    readonly faceEnrolled: boolean;
    readonly hasPin: boolean;
    readonly cards: number;
  };
}

/** `POST visits/:id/consent` → VisitView; the same call renews where `may` says `renew-consent`. Each of the three is the person's own tick; nothing is ticked beforehand. */
export interface ConsentGiven {
  readonly noticeHash: string;
  readonly language: Language;
  readonly separateAct: boolean;
  readonly voluntary: boolean;
  readonly alternativesShown: boolean;
  readonly days: number;
  readonly guardian?: {
    readonly name: string;
    readonly relationship: string;
    /** The child's 14th birthday, `YYYY-MM-DD`. */
    readonly reviewDate: string;
  };
}

/** `POST visits/:id/notice-seen` {hash} → VisitView. `POST visits/:id/pin` {pin} → VisitView. `POST visits/:id/card` {cardNumber} → VisitView. */

/** `POST visits/:id/enrolment` {act: 'touch' | 'button'} → 202 EnrolmentProgress; then the stream's event `enrolment`. `DELETE visits/:id/enrolment` → 204 once nothing of it runs any more. */
export interface EnrolmentProgress {
  readonly state: 'running' | 'done' | 'failed';
  readonly guide?: Guide;
  readonly frames: number;
  readonly wanted: number;
  /** Error code, when failed; a text exists for each. */
  readonly reason?: string;
}

/** `POST visits/:id/withdrawal` {requester: 'self' | 'guardian', language?} → ReceiptView; `GET visits/:id/receipts/:receiptId?language=` → ReceiptView. */
export interface ReceiptView {
  readonly receiptId: string;
  readonly kind: string;
  readonly at: string;
  /** In the language asked for, for reading and printing. */
  readonly lines: readonly { readonly label: string; readonly text: string }[];
  /** What `menshen receipt verify` checks, off line: canonical JSON, key id and signature. */
  readonly signed: string;
}

/** `GET visits/:id/data?language=` → OwnData; `GET visits/:id/data/file?language=` → the same as a JSON file: records, never a template. */
export interface OwnData {
  readonly madeAt: string;
  readonly sections: readonly {
    readonly heading: string;
    readonly rows: readonly { readonly label: string; readonly text: string }[];
  }[];
}

/**
 * `POST visits/:id/data/link` {language?} → 201 OwnDataLink, where SiteView says `ownDataLink`: a phone on the LAN takes
 * the same file, once, while the visit lasts.
 */
export interface OwnDataLink {
  readonly url: string;
  readonly expiresAt: string;
  /** The address as a QR code with its quiet zone: rows of `1` (dark) and `0`. */
  readonly code: readonly string[];
}

/** `POST complaints` → 201 ComplaintReceipt. No proof of who one is is asked. */
export interface NewComplaint {
  readonly text: string;
  readonly contact?: string;
  readonly language: Language;
}
export interface ComplaintReceipt {
  readonly complaintId: string;
  readonly at: string;
  /** Short enough to write down. */
  readonly reference: string;
}

/** `POST staff-calls` {reason?: 'help' | 'accessibility'} → 202 {at}: a person comes; an event for panels and staff. */
export interface StaffCall {
  readonly reason?: 'help' | 'accessibility';
}
