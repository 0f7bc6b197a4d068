/** The command lines for ffmpeg: least protocols, one decoder thread, raw RGB on standard output, never a file. */
import type { FoundFfmpeg } from '../platform/index.js';
import type { RtspSource, V4l2Source } from './camera-source.js';

export interface FrameShape {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
}

const common = ['-hide_banner', '-nostdin', '-loglevel', 'error'];
/** Containers of cameras and phones. Left out on purpose: playlists (they open other files) and text "animations". */
const containers = 'mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,ogg,h264,hevc,mjpeg';

/** Opens a local file, its name protected from being read as an option or another protocol. */
export function recordingInput(absolutePath: string): readonly string[] {
  return ['-protocol_whitelist', 'file', '-format_whitelist', containers, '-i', `file:${absolutePath}`];
}

/** Prints what the file holds and stops, because no output is given. */
export function probeArguments(absolutePath: string): readonly string[] {
  return ['-hide_banner', '-nostdin', '-loglevel', 'info', ...recordingInput(absolutePath)];
}

/** A constant frame rate, so that a frame's index is its time. */
export function recordingArguments(absolutePath: string, shape: FrameShape, ffmpeg: FoundFfmpeg): readonly string[] {
  const rate = `fps=${shape.framesPerSecond}`;
  return [...common, '-threads', '1', ...recordingInput(absolutePath), ...rawOutput(shape, rate, ffmpeg)];
}

export function v4l2Arguments(source: V4l2Source, shape: FrameShape, ffmpeg: FoundFfmpeg): readonly string[] {
  return [
    ...[...common, '-threads', '1', '-protocol_whitelist', 'file', '-fflags', 'nobuffer', '-f', 'v4l2'],
    ...['-framerate', String(shape.framesPerSecond), '-video_size', `${shape.width}x${shape.height}`],
    ...['-i', source.device, ...rawOutput(shape, atMost(shape.framesPerSecond), ffmpeg)],
  ];
}

/** @param url checked and rebuilt by `rtspAddress` */
export function rtspArguments(
  url: string,
  source: Pick<RtspSource, 'transport'>,
  shape: FrameShape,
  timeoutMs: number,
  ffmpeg: FoundFfmpeg,
): readonly string[] {
  const protocols = [
    'rtp',
    'tcp',
    ...(source.transport === 'udp' ? ['udp'] : []),
    ...(url.startsWith('rtsps:') ? ['tls'] : []),
  ];
  // Before 5.0 `-timeout` meant "wait as a server"; `-stimeout` was removed after.
  const timeoutOption = ffmpeg.version.major >= 5 ? '-timeout' : '-stimeout';
  return [
    ...[...common, '-threads', '1', '-protocol_whitelist', protocols.join(',')],
    ...['-fflags', 'nobuffer', '-flags', 'low_delay', '-fpsprobesize', '0', '-allowed_media_types', 'video'],
    ...['-rtsp_transport', source.transport, timeoutOption, String(timeoutMs * 1000)],
    ...['-i', url, ...rawOutput(shape, atMost(shape.framesPerSecond), ffmpeg)],
  ];
}

/** Drops frames above the wanted rate at once; the `fps` filter would hold each back until the next has come. */
function atMost(framesPerSecond: number): string {
  const tolerance = 0.9;
  return `select='isnan(prev_selected_t)+gte(t-prev_selected_t\\,${tolerance / framesPerSecond})'`;
}

function rawOutput(shape: FrameShape, rateFilter: string, ffmpeg: FoundFfmpeg): readonly string[] {
  const size = `${shape.width}:${shape.height}`;
  const filters = [
    rateFilter,
    'scale=w=iw*sar:h=ih',
    'setsar=1',
    `scale=${size}:force_original_aspect_ratio=decrease`,
    `pad=${size}:(ow-iw)/2:(oh-ih)/2`,
  ];
  const passThrough = ffmpeg.version.major >= 6 ? ['-fps_mode', 'passthrough'] : ['-vsync', 'passthrough'];
  return [
    ...['-map', '0:v:0', '-an', '-sn', '-dn', '-filter_threads', '1', '-vf', filters.join(','), ...passThrough],
    ...['-threads', '1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
  ];
}
