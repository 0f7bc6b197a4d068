import type { Services } from '../http/index.js';
import { mostResults } from './search.js';
import type { Json } from './xml.js';

export function deviceInfo({ config, version }: Pick<Services, 'config' | 'version'>): Record<string, Json> {
  return {
    deviceName: config.site.name,
    deviceID: config.device.id,
    model: 'Menshen',
    serialNumber: config.device.id,
    firmwareVersion: `V${version}`,
    deviceType: 'ACS',
  };
}

/** What can be asked of this front; everything about pictures and face data is false, and stays it. */
export function capabilities({ config }: Pick<Services, 'config'>): Record<string, Json> {
  const asks = config.remoteCheck !== undefined;
  return {
    isSupportAcsEvent: true,
    isSupportRemoteControlDoor: true,
    isSupportRemoteCheck: asks,
    isSupportEventHttpHosts: true,
    isSupportAlertStream: true,
    isSupportFDLib: false,
    isSupportFaceDataRecord: false,
    isSupportCaptureFace: false,
    isSupportCapturePicture: false,
    isSupportUserInfo: false,
    isSupportCardInfo: false,
    doorNum: config.doors.length,
    acsEventMaxResults: mostResults,
  };
}
