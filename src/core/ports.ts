/** The world's edges as interfaces: real ones live in `platform`, fakes in test/support. */
import type { Frame } from './picture.js';

export interface Clock {
  /** Wall clock, milliseconds since 1970-01-01 UTC. Can be wrong and can jump. */
  wallMs(): number;
  /** Never goes back; origin is arbitrary, only differences mean something. Survives nothing but this process. */
  monotonicMs(): number;
  /** Milliseconds since the machine booted, suspend included; comparable between processes of the same boot. */
  sinceBootMs(): number;
  /** Differs between boots. */
  bootId(): string;
  /** True when the system says that its clock is disciplined by a time source. */
  synchronised(): boolean;
}

export interface TimerHandle {
  cancel(): void;
}

export interface Timers {
  after(delayMs: number, run: () => void): TimerHandle;
  every(periodMs: number, run: () => void): TimerHandle;
}

export interface Randomness {
  bytes(count: number): Uint8Array;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Ids, codes and durations only: never pixels, embeddings, scores, keys, PINs or card numbers. */
export interface Logger {
  log(level: LogLevel, code: string, fields?: Readonly<Record<string, string | number | boolean | undefined>>): void;
}

/** `closed`: not opened yet, because people have not been told (M5.0). */
export type CameraState = 'closed' | 'opening' | 'live' | 'ended' | 'failed';

export interface CameraHealth {
  readonly cameraId: string;
  readonly state: CameraState;
  readonly framesDelivered: number;
  readonly framesSkipped: number;
  readonly reopened: number;
  /** Monotonic; absent before the first frame. */
  readonly lastFrameAtMs?: number;
  /** For recordings: where in the recording the newest frame is. */
  readonly positionMs?: number;
  /**
   * Faces outside the capture zone that were dropped at detection since the camera was opened (M13.2). Somebody who stands
   * there is counted in each frame that is looked at.
   */
  readonly facesDropped?: number;
  /** Pictures arrive but are of no use. */
  readonly fault?: 'black' | 'covered' | 'frozen';
  /** A sentence for a person, with the remedy, when `state` is `failed` (or `opening` again after a failure). */
  readonly problem?: string;
}

/** A camera behind one port: it always holds the newest frame only; a slow consumer never builds a queue. */
export interface FrameSource {
  /**
   * Resolves with the newest frame whose sequence is above `afterSequence` (waits for it), or undefined when the
   * source has ended, was closed or `signal` fired. The caller owns the pixels and wipes them.
   */
  next(afterSequence: number, signal?: AbortSignal): Promise<Frame | undefined>;
  health(): CameraHealth;
  close(): Promise<void>;
}

/** One call to a listener on the LAN. */
export interface LanCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** http or https, and a literal private address; names are never looked up. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  /** PEM of the authority that the listener's certificate must come from; without it https trusts nobody. */
  readonly authority?: string;
  /** Ends the call. */
  readonly signal?: AbortSignal;
}

export interface LanAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** At most the first 64 KiB. */
  readonly body: string;
}

/** The one way out of the process: to listed addresses on the LAN, nowhere else. */
export interface LanPort {
  /** Follows no redirect. @throws MenshenError `egress-refused` (address not listed), `listener-unreachable`. */
  call(request: LanCall): Promise<LanAnswer>;
}

/** A collector on the LAN that is told and says nothing. */
export interface LanWayTarget {
  readonly protocol: 'udp' | 'tcp' | 'tls';
  /** A literal private address. */
  readonly address: string;
  readonly port: number;
  /** PEM of the authority that the collector's certificate must come from; without it tls trusts nobody. */
  readonly authority?: string;
}

/** An open way there; one message at a time. */
export interface LanWay {
  /** Resolves when the system took it, which says nothing of the collector. @throws MenshenError `listener-unreachable`. */
  send(bytes: Uint8Array): Promise<void>;
  /** Cuts it off at once. */
  close(): void;
}

/** Kinds of audit entries; those of `eventKinds` are events that panels can read and get a serial number. */
export const eventKinds = [
  'verification.decided',
  'verification.check-asked',
  'door.event',
  'door.state-changed',
  'door.remote-released',
  'door.forced',
  'door.held-open',
  'passage.entered',
  'passage.not-entered',
  'duress.alarm',
  'camera.failed',
  'camera.live',
  'camera.fault',
  'face-mode.changed',
  'clock.suspect',
  'clock.confirmed',
  'space.low',
  'audit.resumed',
  'device.decommissioned',
  'service.started',
  'service.stopped',
  'vision.failed',
  'incident.reported',
  'incident.lifted',
  'tamper.reported',
  'tamper.confirmed',
  'inspection.overdue',
  'complaint.filed',
  'complaint.overdue',
  'staff.called',
  'staff.call-answered',
  'count.warning',
  'count.reached',
  'filing.due',
  'filing.overdue',
  'access.ending',
  'panel.enrolled',
  'panel.revoked',
  'store.rolled-back',
  'store.rollback-confirmed',
  'keys.signing-key-changed',
  'backup.restored',
  'egress.refused',
  'egress.open',
] as const;
export type EventKind = (typeof eventKinds)[number];

export const recordKinds = [
  'subject.added',
  'subject.changed',
  'subject.erased',
  'consent.given',
  'consent.renewed',
  'consent.review-due',
  'consent.withdrawn',
  'notice.shown',
  'notice.changed',
  'notice.displayed',
  'notice.text-changed',
  'sign.declared',
  'template.enrolled',
  'template.renewed',
  'template.erased',
  'enrolment.refused',
  'enrolment-code.made',
  'enrolment-code.used',
  'visit.begun',
  'visit.refused',
  'own-data.shown',
  'pin.set',
  'pin.removed',
  'duress-pin.set',
  'duress-pin.removed',
  'subject.groups-changed',
  'card.added',
  'card.removed',
  'assessment.recorded',
  'api-key.added',
  'api-key.revoked',
  'access.denied',
  'purpose.refused',
  'verification.check-refused',
  'isapi.user-added',
  'isapi.user-revoked',
  'declaration.recorded',
  'declaration.ended',
  'threshold.unmeasured-accepted',
  'sweep.finished',
  'records.pruned',
  'service.failed',
  'models.changed',
  'screen.pairing-opened',
  'screen.pairing-refused',
  'screen.paired',
  'prompt.shown',
  'visit.face-proved',
  'visit.face-refused',
  'threshold.changed',
  'threshold.confirmed',
  'self-test.finished',
  'incident.supplemented',
  // In audits of before lifting an incident was an act.
  'incident.lift-confirmed',
  'inspection.started',
  'inspection.recorded',
  'assessment.drafted',
  'assessment.returned',
  'assessment.invalidated',
  'assessment.restored',
  'assessment.removed',
  'complaint.read',
  'complaint.answered',
  'complaint.closed',
  'complaint.limit-reached',
  'complaints.pruned',
  'count.recorded',
  'count.declared',
  'filing.change-noted',
  'filing.prepared',
  'filing.submitted',
  'inspector.bundle-made',
  'keep-period.refused',
  'records.pruned',
  'signed-file.accepted',
  'signed-file.refused',
  'signed-file.downgrade-accepted',
  'people.imported',
  'people.import-undone',
  'authority.made',
  'tls.certificate-made',
  'panel.invited',
  'panel.enrolment-refused',
  'panel.renewed',
  'panel.extended',
  'act.proposed',
  'act.confirmed',
  'act.cancelled',
  'act.done',
  'act.failed',
  'act.refused',
  'store.state-sealed',
  'keys.rotation-begun',
  'keys.rotated',
  'keys.rotation-given-up',
  'audit.pruned',
  'audit.head-checked',
  'backup.made',
  // Records, not events: an event about a delivery would have to be delivered, and about that one the next.
  'listener.added',
  'listener.removed',
  'listener.lost',
  'listener.back',
  'event.set-aside',
  'event.redelivered',
] as const;
export type RecordKind = (typeof recordKinds)[number];

export type AuditKind = EventKind | RecordKind;

export type AuditBody = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Where everything that matters is recorded, committed when `append` returns; throws when it cannot be. */
export interface AuditPort {
  /** @returns the entry's number, and the event's serial when the kind is an event. */
  append(kind: AuditKind, body: AuditBody): { readonly seq: number; readonly serial?: number };
}

export interface AuditEntry {
  readonly kind: AuditKind;
  readonly body: AuditBody;
}

/** For whoever records many things at once. */
export interface BulkAuditPort extends AuditPort {
  /** All or nothing, in this order. */
  appendAll(entries: readonly AuditEntry[]): void;
}
