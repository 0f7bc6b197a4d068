export { assessQuality } from './assess.js';
export { outlineOf } from './outline.js';
export { type HeadPose, headPoseOf } from './pose.js';
export type { FaceToAssess } from './subject.js';
