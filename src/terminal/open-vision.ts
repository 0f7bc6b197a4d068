import { join } from 'node:path';
import type { CameraConfig, Config } from '../config/index.js';
import { type AuditPort, asMenshenError, type Logger, type Timers } from '../core/index.js';
import { projectFolder } from '../platform/index.js';
import { type Vision, VisionProcess, type VisionSettings } from '../vision/index.js';

/** Recognition in a process of its own, with the configured pack and cameras. */
export function openVision(
  config: Config,
  audit: AuditPort,
  { timers, logger }: { readonly timers: Timers; readonly logger: Logger },
  signed: (packFolder: string) => string | undefined = () => undefined,
): Vision {
  const { minInterEyeDistancePx } = config.face;
  const packFolder = packFolderOf(config);
  const settings = {
    packFolder,
    ...signedManifest(() => signed(packFolder)),
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

export const packFolderOf = ({ models }: Config): string => models.folder ?? join(projectFolder, 'models', 'default');

/** A pack that nobody vouches for keeps the face off; PIN and card go on. */
function signedManifest(vouched: () => string | undefined): Pick<VisionSettings, 'signedManifest'> {
  try {
    const sha256 = vouched();
    return sha256 === undefined ? {} : { signedManifest: { sha256 } };
  } catch (thrown) {
    const { code, detail } = asMenshenError(thrown);
    return { signedManifest: { refused: code, why: detail } };
  }
}
