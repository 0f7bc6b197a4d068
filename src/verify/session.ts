import type { PendingCheck } from '../check/index.js';
import type { Decision, FaceGuide, TimerHandle, Verdict, VerificationMethod } from '../core/index.js';
import type { Factor } from '../rules/index.js';
import type { FaceWalk } from './face-walk.js';
import type { VerificationRequest, VerificationView } from './request.js';

export type RenewalState = 'due' | 'running' | 'renewed' | 'failed';

/** The right to have the face enrolled again, which a two-factor pass gives once. */
export interface Renewal {
  state: RenewalState;
  readonly subjectId: string;
  readonly cameraId: string;
  readonly forIdentification: boolean;
  readonly fromModelId: string;
  /** Monotonic. */
  readonly untilMs: number;
}

export interface Proved {
  readonly subjectId: string;
  readonly factors: readonly Factor[];
  /** Any one of these brings the person further. */
  readonly needs: readonly Factor[];
}

/** One verification from its start to its decision. State only; the service moves it. */
export interface Session {
  readonly id: string;
  /** Without its claim once it is decided. */
  request: VerificationRequest;
  /** Someone is named, whom the face then confirms (1:1). */
  claimed: boolean;
  cameraId: string | undefined;
  readonly startedAtMs: number;
  readonly startedAtWallMs: number;
  readonly timeoutMs: number;
  methods: readonly VerificationMethod[];
  face: VerificationView['face'];
  /** Of the newest frame; gone with the walk. */
  guide: FaceGuide | undefined;
  /** What somebody showed where the door's rules ask for more. */
  proved: Proved | undefined;
  /** A card that was presented where the PIN must follow. */
  cardNumber: string | undefined;
  walk: FaceWalk | undefined;
  /** Which attack detection cues spoke, once the face's part is over. */
  padReport: string | undefined;
  /** Most faces outside the capture zone in one frame. */
  bystanders: number | undefined;
  timer: TimerHandle | undefined;
  decision: Decision | undefined;
  /** Monotonic; when the decision was made. */
  decidedAtMs: number | undefined;
  /** A PIN is being hashed: nothing else may decide meanwhile. */
  checking: boolean;
  /** What the face came to while a PIN was being checked. */
  pendingFace: Verdict | undefined;
  /** The time ran out while a PIN was being checked. */
  late: boolean;
  /** A two-factor pass of somebody whose template is of another model. */
  renewal: Renewal | undefined;
  /** Everything here said yes, and a panel is asked whether the door may open. */
  check: PendingCheck | undefined;
  readonly waiters: Set<() => void>;
}

export function viewOf(
  session: Session,
  prompt: VerificationView['prompt'],
  templateRenewal: RenewalState | undefined,
): VerificationView {
  const { decision, check } = session;
  const guidance = session.guide?.code;
  return {
    verificationId: session.id,
    doorId: session.request.doorId,
    state: decision === undefined ? 'waiting' : 'decided',
    methods: decision === undefined && check === undefined ? session.methods : [],
    face: session.face,
    ...(guidance === undefined || decision !== undefined ? {} : { guidance }),
    cardAccepted: session.cardNumber !== undefined,
    ...(check === undefined ? {} : { awaiting: 'panel' as const }),
    ...(session.proved === undefined || decision !== undefined || check !== undefined
      ? {}
      : { needs: session.proved.needs }),
    startedAt: new Date(session.startedAtWallMs).toISOString(),
    expiresAt: new Date(check?.deadlineMs ?? session.startedAtWallMs + session.timeoutMs).toISOString(),
    prompt,
    ...(decision === undefined ? {} : { decision }),
    ...(templateRenewal === undefined ? {} : { templateRenewal }),
  };
}
