export { type CameraOptions, type CameraTiming, openCamera, usualCameraTiming } from './camera.js';
export {
  type CameraFault,
  type CameraFaultLimits,
  type CameraFaultWatch,
  gridStatistics,
  noFaultYet,
  watchForFault,
} from './camera-fault.js';
export {
  type CameraSource,
  isRecorded,
  type RecordingSource,
  type RtspSource,
  type StillsSource,
  type V4l2Source,
  type VideoSize,
  type WebcamSource,
} from './camera-source.js';
export { checkSource, rtspHost } from './check-source.js';
export { frameDifference, type LuminanceGrid, luminanceGrid } from './difference.js';
