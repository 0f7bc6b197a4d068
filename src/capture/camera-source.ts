/** What a camera can be, as plain data: the configuration mirrors these types. Sizes are pixels of the delivered frames. */

export interface VideoSize {
  readonly width?: number;
  readonly height?: number;
  readonly framesPerSecond?: number;
}

/** A video file. Without a size or rate its own are used. `fast`: as fast as it decodes. */
export interface RecordingSource extends VideoSize {
  readonly kind: 'recording';
  readonly path: string;
  readonly pace: 'real-time' | 'fast';
  readonly repeat: 'once' | 'loop';
}

/** A camera of this machine: /dev/video0 and so on, or a link below /dev/v4l/by-id/. */
export interface V4l2Source extends VideoSize {
  readonly kind: 'v4l2';
  readonly device: string;
}

/** A camera on the local network; the host must be a private, link-local or loopback address, never a name. */
export interface RtspSource extends VideoSize {
  readonly kind: 'rtsp';
  readonly url: string;
  readonly transport: 'tcp' | 'udp';
}

/** JPEG, PNG or WebP files of one folder, in the order of their names. */
export interface StillsSource {
  readonly kind: 'stills';
  readonly folder: string;
  readonly framesPerSecond?: number;
  readonly repeat: 'once' | 'loop';
}

/** Snapshots by the node-webcam package, for machines without V4L2 streaming. */
export interface WebcamSource extends VideoSize {
  readonly kind: 'webcam';
  readonly device?: string;
}

export type CameraSource = RecordingSource | V4l2Source | RtspSource | StillsSource | WebcamSource;

/** True for sources that hold a fixed set of pictures; waiting brings nothing new out of them. */
export function isRecorded(source: CameraSource): source is RecordingSource | StillsSource {
  return source.kind === 'recording' || source.kind === 'stills';
}
