/** Which of the dialect's event codes stands for which of ours. */
import type { EventView } from '../audit/index.js';

export interface EventCode {
  readonly major: number;
  readonly minor: number;
}

/** Majors of the dialect: what the device saw happen, and what somebody did from afar. */
const event = (minor: number): EventCode => ({ major: 5, minor });
const operation = (minor: number): EventCode => ({ major: 3, minor });

/** For everything that the dialect has no code of which we are sure; `menshen.kind` says what it is. */
export const generic: EventCode = event(0);

/** What a grant, or the question before it, is called by what was shown. */
const passedBy: Readonly<Record<string, EventCode>> = {
  face: event(75),
  'card+face': event(75),
  'pin+face': event(75),
  pin: event(101),
  card: event(1),
  'card+pin': event(2),
};

const refusedFor: Readonly<Record<string, EventCode>> = {
  'face-non-match': event(76),
  'face-quality-too-low': event(76),
  'no-face-seen': event(76),
  'several-faces': event(76),
  'presentation-attack-suspected': event(104),
  'presentation-attack-undecided': event(104),
  'door-not-allowed': event(6),
  'outside-schedule': event(7),
  'anti-passback': event(10),
};

const rejectedBy: Readonly<Record<string, EventCode>> = { card: event(9), 'card+pin': event(3) };

const byKind: Readonly<Record<string, EventCode>> = {
  'door.forced': event(27),
  'door.held-open': event(28),
  'door.remote-released': operation(1024),
};

const byState: Readonly<Record<string, EventCode>> = {
  normal: operation(1025),
  free: operation(1026),
  'lock-down': operation(1027),
};

export function codeOf(view: EventView): EventCode {
  const { kind, decision, method, reason, state } = view;
  switch (kind) {
    case 'verification.check-asked':
      return passedBy[String(method)] ?? generic;
    case 'verification.decided':
      if (decision === 'grant') return passedBy[String(method)] ?? generic;
      return (reason === 'credential-rejected' ? rejectedBy[String(method)] : refusedFor[String(reason)]) ?? generic;
    case 'door.state-changed':
      return byState[String(state)] ?? generic;
    default:
      return byKind[kind] ?? generic;
  }
}

/** Own kinds that a search for these codes can find: all of them where the code is left open (0). */
export function mayBe(view: EventView, { major, minor }: EventCode): boolean {
  const code = codeOf(view);
  return (major === 0 || code.major === major) && (minor === 0 || code.minor === minor);
}
