import { join } from 'node:path';
import type { CameraConfig, Config } from '../config/index.js';
import type { AuditPort, Logger, Timers } from '../core/index.js';
import { projectFolder } from '../platform/index.js';
import { type Vision, VisionProcess } from '../vision/index.js';

/** Recognition in a process of its own, with the configured pack and cameras. */
export function openVision(
  config: Config,
  audit: AuditPort,
  { timers, logger }: { readonly timers: Timers; readonly logger: Logger },
): Vision {
  const { minInterEyeDistancePx } = config.face;
  const settings = {
    packFolder: config.models.folder ?? join(projectFolder, 'models', 'default'),
    faultLimits: config.cameraFaults,
    cameras: config.cameras.map(({ id, source, captureZone }: CameraConfig) => ({
      cameraId: id,
      source,
      zone: captureZone,
    })),
    ...(minInterEyeDistancePx === undefined ? {} : { minInterEyeDistancePx }),
  };
  return new VisionProcess(settings, { audit, timers, logger });
}
