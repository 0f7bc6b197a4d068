import { randomUUID } from 'node:crypto';
import {
  type Clock,
  MenshenError,
  type TimerHandle,
  type Timers,
  type Verdict,
  type VerificationMethod,
} from '../core/index.js';
import { DoorWatch } from './door-watch.js';
import type { DecisionRecorder, RecordOptions } from './record.js';
import type { VerificationRequest } from './request.js';
import type { Session } from './session.js';

/** How long a decided verification can still be asked for, and of how many: the oldest are forgotten first. */
const rememberMs = 600_000;
const maxDecided = 5000;
const maxWaiting = 1000;

/** The verifications under way and those just decided; gives each exactly one decision. */
export class SessionBook {
  readonly #sessions = new Map<string, Session>();
  readonly #waiting = new Set<Session>();
  /** Oldest first. */
  readonly #decided = new Set<Session>();
  readonly #doors = new DoorWatch();
  readonly #parts: { readonly recorder: DecisionRecorder; readonly clock: Clock; readonly timers: Timers };
  /** One for all of the decided: it fires when the oldest of them has been remembered long enough. */
  #forgetting: TimerHandle | undefined;
  #closed = false;

  constructor(parts: { recorder: DecisionRecorder; clock: Clock; timers: Timers }) {
    this.#parts = parts;
  }

  open(request: VerificationRequest, details: SessionDetails): Session {
    if (this.#waiting.size >= maxWaiting) {
      throw new MenshenError('too-many-requests', 'Too many verifications are open. Finish or cancel some.');
    }
    const { clock, timers } = this.#parts;
    const session: Session = {
      id: `v-${randomUUID()}`,
      request,
      methods: details.methods,
      cameraId: details.cameraId,
      timeoutMs: details.timeoutMs,
      claimed: request.claim !== undefined,
      startedAtMs: clock.monotonicMs(),
      startedAtWallMs: Math.round(clock.wallMs()),
      face: 'not-requested',
      guide: undefined,
      proved: undefined,
      cardNumber: undefined,
      walk: undefined,
      padReport: undefined,
      bystanders: undefined,
      timer: undefined,
      decision: undefined,
      decidedAtMs: undefined,
      checking: false,
      pendingFace: undefined,
      late: false,
      renewal: undefined,
      check: undefined,
      waiters: new Set(),
    };
    session.timer = timers.after(details.timeoutMs, () => details.onTimeOut(session));
    this.#sessions.set(session.id, session);
    this.#waiting.add(session);
    this.#doors.add(session);
    return session;
  }

  /** Calls `run` whenever something changes at a door; it must not throw. @returns what ends it. */
  onChange(doorId: string, run: () => void): () => void {
    return this.#doors.onChange(doorId, run);
  }

  /** What runs at a door now, or was decided there last. */
  atDoor(doorId: string): Session | undefined {
    return this.#doors.at(doorId);
  }

  /** Something else than a session changed at a door. */
  changedAt(doorId: string): void {
    this.#doors.poke(doorId);
  }

  /** Methods, face, guide or card of a session are not what they were. */
  changed(session: Session): void {
    this.#doors.changed(session);
  }

  /** @throws MenshenError `not-found`. */
  get(verificationId: string): Session {
    const session = this.#sessions.get(verificationId);
    if (session === undefined)
      throw new MenshenError('not-found', 'There is no such verification, or it ended long ago.');
    return session;
  }

  /** One that can still take a PIN, a card or a cancellation. @throws MenshenError `verification-ended`. */
  waiting(verificationId: string): Session {
    const session = this.get(verificationId);
    if (session.decision !== undefined || session.checking || session.check !== undefined) {
      throw new MenshenError(
        'verification-ended',
        'This verification has its decision, is checking a PIN, or is asking the panel. Start another one.',
      );
    }
    return session;
  }

  /** One that can still be given up, also while the panel is asked. @throws MenshenError `verification-ended`. */
  undecided(verificationId: string): Session {
    const session = this.get(verificationId);
    return session.check === undefined || session.decision !== undefined ? this.waiting(verificationId) : session;
  }

  /** Invariant 5: one face verification per camera. @throws MenshenError `camera-busy`. */
  checkCameraFree(cameraId: string, except?: string): void {
    const busy = this.cameraUser(cameraId, except);
    if (busy === undefined) return;
    throw new MenshenError(
      'camera-busy',
      `The camera ${cameraId} serves ${busy.id}. Wait for its decision or cancel it.`,
    );
  }

  cameraUser(cameraId: string, except?: string): Session | undefined {
    return [...this.#waiting].find(
      (session) => session.id !== except && session.cameraId === cameraId && session.face === 'in-progress',
    );
  }

  /** Resolves when the decision is there, at most after `waitMs`. */
  decided(verificationId: string, waitMs: number): Promise<void> {
    const session = this.get(verificationId);
    if (session.decision !== undefined || waitMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        timer.cancel();
        session.waiters.delete(done);
        resolve();
      };
      const timer = this.#parts.timers.after(waitMs, done);
      session.waiters.add(done);
    });
  }

  /** Records the decision, then tells whoever waits. A second verdict for the same session changes nothing. */
  finish(session: Session, verdict: Verdict, options: RecordOptions = {}): void {
    if (session.decision !== undefined) return;
    release(session);
    const context = {
      verificationId: session.id,
      doorId: session.request.doorId,
      nonce: session.request.nonce,
      act: session.request.act?.kind ?? 'none',
      claimed: session.claimed,
      ...(session.pendingFace === undefined ? {} : { faceMeanwhile: session.pendingFace.reason }),
      ...(session.bystanders === undefined ? {} : { bystanders: session.bystanders }),
      ...(session.padReport === undefined ? {} : { attackDetection: session.padReport }),
      durationMs: this.#parts.clock.monotonicMs() - session.startedAtMs,
    };
    session.decision = this.#parts.recorder.record(verdict, context, options);
    session.decidedAtMs = this.#parts.clock.monotonicMs();
    this.#doors.ended(session);
    for (const wake of session.waiters) wake();
    this.#remember(session);
  }

  /** A request that was refused leaves nothing behind. */
  forget(session: Session): void {
    release(session);
    this.#delete(session);
  }

  close(): void {
    this.#closed = true;
    this.#forgetting?.cancel();
    for (const session of [...this.#waiting])
      this.finish(session, { decision: 'deny', method: 'none', reason: 'cancelled' });
  }

  #remember(session: Session): void {
    this.#waiting.delete(session);
    this.#decided.add(session);
    const [oldest] = this.#decided;
    if (this.#decided.size > maxDecided && oldest !== undefined) this.#delete(oldest);
    this.#forgetInTime();
  }

  #forgetInTime(): void {
    const [oldest] = this.#decided;
    if (this.#forgetting !== undefined || this.#closed || oldest?.decidedAtMs === undefined) return;
    const { clock, timers } = this.#parts;
    const leftMs = oldest.decidedAtMs + rememberMs - clock.monotonicMs();
    this.#forgetting = timers.after(Math.max(0, leftMs), () => {
      this.#forgetting = undefined;
      const until = clock.monotonicMs() - rememberMs;
      for (const session of this.#decided) {
        if ((session.decidedAtMs ?? 0) > until) break;
        this.#delete(session);
      }
      this.#forgetInTime();
    });
  }

  #delete(session: Session): void {
    session.timer?.cancel();
    this.#sessions.delete(session.id);
    this.#waiting.delete(session);
    this.#decided.delete(session);
    this.#doors.forget(session);
  }
}

export interface SessionDetails {
  readonly methods: readonly VerificationMethod[];
  readonly cameraId: string | undefined;
  readonly timeoutMs: number;
  readonly onTimeOut: (session: Session) => void;
}

/** The camera is free for others; what the face's part came to stays. */
export function endWalk(session: Session): void {
  session.padReport ??= session.walk?.padReport;
  session.bystanders ??= session.walk?.bystanders;
  session.walk?.abandon();
  session.walk = undefined;
  session.guide = undefined;
}

function release(session: Session): void {
  session.timer?.cancel();
  session.timer = undefined;
  session.check?.cancel();
  session.check = undefined;
  endWalk(session);
  session.cardNumber = undefined;
  session.proved = undefined;
  // Card number and PIN of a claim are nobody's business once it is decided.
  const { claim: _claim, ...request } = session.request;
  session.request = request;
}
