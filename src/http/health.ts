import type { RecordFailure } from '../audit/index.js';
import type { CameraHealth } from '../core/index.js';
import type { FaceMode, FaceModeBlock } from '../policy/index.js';
import type { Services } from './services.js';

export interface Health {
  readonly status: 'ok' | 'degraded';
  readonly deviceId: string;
  readonly mode: 'live' | 'demonstration';
  readonly version: string;
  readonly time: string;
  readonly methods: {
    readonly face: {
      readonly works: boolean;
      readonly reason?: string;
      readonly detail?: string;
      /** Everything that keeps face mode off now; the first is the one above. */
      readonly reasons?: readonly FaceModeBlock[];
      /** The threshold in use was never measured; somebody accepted that by name (see the compliance report). */
      readonly extrapolated?: true;
    };
    readonly pin: { readonly works: boolean };
    readonly card: { readonly works: boolean };
  };
  readonly cameras: readonly Omit<CameraHealth, 'lastFrameAtMs' | 'facesDropped'>[];
  /** Without records nothing is granted, by any method. */
  readonly records: { readonly works: boolean; readonly problem?: string; readonly detail?: string };
  /** Only where the site has a collector; whether a datagram arrives nobody can tell. */
  readonly syslog?: { readonly works: boolean; readonly lost: boolean };
  readonly clock: { readonly trusted: boolean; readonly problem?: string };
}

/** Face mode that is on helps nobody while no camera lives. */
function faceMethod(
  policy: Services['policy'],
  mode: FaceMode,
  cameras: Health['cameras'],
  failure: RecordFailure | undefined,
): Health['methods']['face'] {
  if (failure !== undefined) return { works: false, reason: 'audit-unavailable', detail: failure.detail };
  if (!mode.on) return { works: false, reason: mode.reason, detail: mode.detail, reasons: policy.blocks() };
  const dead = cameras.length > 0 && cameras.every(({ state }) => state === 'failed');
  return dead ? { works: false, reason: 'camera-unavailable', detail: 'no camera gives pictures' } : { works: true };
}

/** What anyone on the network may know: no person, no count, no score. */
export function health(services: Services): Health {
  const { config, policy, vision, clock, clockGuard, audit, rollback } = services;
  const failure = audit.failure();
  const told = services.syslog?.state();
  const mode = policy.site();
  const { trusted, problem } = clockGuard.status();
  const cameras = (vision?.cameras() ?? []).map(
    ({ lastFrameAtMs: _internal, facesDropped: _counted, positionMs, ...camera }) => ({
      ...camera,
      ...(positionMs === undefined ? {} : { positionMs: Math.round(positionMs) }),
    }),
  );
  const doubts = [
    config.face.enabled && !mode.on,
    cameras.some(({ state, fault }) => state === 'failed' || fault !== undefined),
    !trusted,
    failure !== undefined,
    rollback.standing() !== undefined,
  ];
  return {
    status: doubts.includes(true) ? 'degraded' : 'ok',
    deviceId: config.device.id,
    mode: config.mode,
    version: services.version,
    time: new Date(clock.wallMs()).toISOString(),
    methods: {
      face: {
        ...faceMethod(policy, mode, cameras, failure),
        ...(policy.unmeasured() === undefined ? {} : { extrapolated: true as const }),
      },
      pin: { works: config.credentials.pin.enabled && failure === undefined },
      card: { works: config.credentials.card.enabled && failure === undefined },
    },
    cameras,
    records: failure === undefined ? { works: true } : { works: false, problem: failure.code, detail: failure.detail },
    ...(told === undefined ? {} : { syslog: { works: told.problem === undefined, lost: told.lost > 0 } }),
    clock: { trusted, ...(problem === undefined ? {} : { problem }) },
  };
}
