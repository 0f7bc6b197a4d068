export { type Vision, VisionProcess, type WatchHandle, type WatchListener, type WatchOptions } from './client.js';
export type { SeeingRequest, SeeingTools } from './observe.js';
export type { CameraSettings, PackFacts, VisionSettings } from './protocol.js';

/**
 * A frame's walk, for whoever looks at frames in a process of their own. The daemon never does: it must not load ONNX
 * Runtime and the picture decoders (a fifth of its start and about 40 MiB) with the door to its recognition process.
 */
export const loadSeeing = () => import('./observe.js');
