import type { AuditPort, CameraHealth, Logger } from '../core/index.js';

/** Puts what changed about a camera on record, and into the log what only an operator needs. */
export function recordCameraChange(
  { cameraId, state, fault, problem }: CameraHealth,
  before: CameraHealth | undefined,
  { audit, logger }: { readonly audit: AuditPort; readonly logger: Logger },
): void {
  if (state !== before?.state)
    logger.log(state === 'failed' ? 'error' : 'info', `camera.${state}`, { cameraId, problem });
  if (state === 'failed' && before?.state !== 'failed')
    audit.append('camera.failed', { cameraId, problem: problem ?? 'unknown' });
  if (state === 'live' && before?.state === 'failed') audit.append('camera.live', { cameraId });
  if (fault !== before?.fault) audit.append('camera.fault', { cameraId, fault: fault ?? 'none' });
}

/** A camera that was not opened yet. */
export const closedCamera = ({ cameraId }: { readonly cameraId: string }): CameraHealth => ({
  cameraId,
  state: 'closed',
  framesDelivered: 0,
  framesSkipped: 0,
  reopened: 0,
});
