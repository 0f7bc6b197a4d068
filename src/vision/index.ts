export { type Vision, VisionProcess, type WatchHandle, type WatchListener } from './client.js';
export type { CameraSettings, PackFacts, VisionSettings } from './protocol.js';
