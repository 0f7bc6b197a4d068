export { isLoopback } from './check.js';
export { loadConfig, parseConfig } from './load.js';
export { type CameraConfig, type Config, configSchema, type DoorConfig, siteTypes } from './schema.js';
