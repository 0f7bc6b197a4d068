export { type Vision, VisionProcess, type WatchHandle, type WatchListener, type WatchOptions } from './client.js';
export { createSeeingTools, observeFrame, type SeeingRequest, type SeeingTools } from './observe.js';
export type { CameraSettings, PackFacts, VisionSettings } from './protocol.js';
