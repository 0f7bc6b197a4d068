/** Cameras that never end: V4L2 and RTSP. When ffmpeg ends, the camera is gone. */
import type { RtspSource, V4l2Source } from './camera-source.js';
import { checkSource, rtspAddress } from './check-source.js';
import { explainRtsp, explainV4l2 } from './explain.js';
import { type Feed, type FeedContext, unavailable } from './feed.js';
import { type FrameShape, rtspArguments, v4l2Arguments } from './ffmpeg-arguments.js';
import type { FeedFrame } from './newest-frame.js';
import { type Decoder, startDecoder } from './raw-frames.js';
import { redactorFor } from './redact.js';

/** What most cameras can do without being asked twice. */
const usualShape = { v4l2: { width: 640, height: 480 }, rtsp: { width: 1280, height: 720 }, framesPerSecond: 15 };

export function v4l2Feed(source: V4l2Source): Feed {
  checkSource(source);
  return async function* watch(context) {
    const ffmpeg = await context.ffmpeg();
    const shape = { ...usualShape.v4l2, framesPerSecond: usualShape.framesPerSecond, ...sizeOf(source) };
    const decoder = startDecoder(ffmpeg.path, v4l2Arguments(source, shape, ffmpeg), shape, context);
    yield* relay(decoder, shape, context);
    throw unavailable(explainV4l2(source.device, (await decoder.outcome()).lines));
  };
}

/** @param timeoutMs after which a silent connection is given up by ffmpeg itself */
export function rtspFeed(source: RtspSource, timeoutMs: number): Feed {
  const { url, secrets } = rtspAddress(source.url);
  const redact = redactorFor(secrets);
  return async function* watch(context) {
    const ffmpeg = await context.ffmpeg();
    const shape = { ...usualShape.rtsp, framesPerSecond: usualShape.framesPerSecond, ...sizeOf(source) };
    const programArguments = rtspArguments(url, source, shape, timeoutMs, ffmpeg);
    const decoder = startDecoder(ffmpeg.path, programArguments, shape, context, redact);
    yield* relay(decoder, shape, context);
    throw unavailable(explainRtsp(new URL(url).host, (await decoder.outcome()).lines));
  };
}

function sizeOf(source: V4l2Source | RtspSource): Partial<FrameShape> {
  return {
    ...(source.width === undefined ? {} : { width: source.width }),
    ...(source.height === undefined ? {} : { height: source.height }),
    ...(source.framesPerSecond === undefined ? {} : { framesPerSecond: source.framesPerSecond }),
  };
}

async function* relay(
  decoder: Decoder,
  shape: FrameShape,
  context: FeedContext,
): AsyncGenerator<FeedFrame, void, void> {
  for await (const rgb of decoder.pictures()) {
    if (context.signal.aborted) rgb.fill(0);
    else yield { width: shape.width, height: shape.height, rgb };
  }
}
