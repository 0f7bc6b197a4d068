export type { AccessConfig } from './access-schema.js';
export { isLoopback, isPrivateSpace, listenerNames, recordedCameras } from './check.js';
export { facesGoToStaff, isThin } from './check-declarations.js';
export { controlSocketPath } from './control-socket.js';
export { type PersonFields, personFieldLevels } from './events-schema.js';
export { loadConfig, parseConfig } from './load.js';
export {
  type CameraConfig,
  type Config,
  configSchema,
  type DoorConfig,
  type RemoteCheckConfig,
  type ScreenConfig,
} from './schema.js';
export { needsTwoPeople } from './security-schema.js';
export { siteTypes } from './site-schema.js';
