import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RtspServer } from '../support/rtsp-server.js';
import { ffmpegOrSkip, logged, open, processesWith, until } from './cameras.js';

const ffmpegPath = await ffmpegOrSkip();
const size = { width: 160, height: 120, framesPerSecond: 5 };

describe.skipIf(!ffmpegPath)('a network camera', () => {
  let server: RtspServer;
  beforeAll(async () => {
    const login = { user: 'gatekeeper', password: 'open%20sesame' };
    server = await RtspServer.start({ ffmpegPath: ffmpegPath ?? '', login });
  });
  afterAll(() => server.stop());

  test.each(['tcp', 'udp'] as const)('gives pictures over %s', async (transport) => {
    const camera = open({ kind: 'rtsp', url: server.url(), transport, ...size });
    const frame = await camera.next(2);
    expect([frame?.width, frame?.height, frame?.rgb.length]).toEqual([160, 120, 57_600]);
    expect(Math.max(...(frame?.rgb ?? []))).toBeGreaterThan(200);
  });

  test('is opened again when it went away and came back', async () => {
    const camera = open({ kind: 'rtsp', url: server.url(), transport: 'tcp', ...size });
    const before = await camera.next(0);
    await server.goAway();
    await until(() => camera.health().reopened > 0);
    expect(camera.health().problem).toMatch(/127\.0\.0\.1:\d+ (does not take connections|stopped sending)/);
    await server.comeBack();
    const after = await camera.next((before?.sequence ?? 0) + 8);
    expect(after).toBeDefined();
    expect(camera.health().problem).toBeUndefined();
  });

  test('is opened again when it hangs without closing the connection', async () => {
    const camera = open(
      { kind: 'rtsp', url: server.url(), transport: 'udp', ...size },
      { timing: { silenceMs: 1000, openingMs: 8000 } },
    );
    await camera.next(0);
    server.mute = true;
    await until(() => camera.health().reopened > 0);
    server.mute = false;
    const resumed = await camera.next(camera.health().framesDelivered + camera.health().framesSkipped);
    expect(resumed).toBeDefined();
  });

  test('says when the stream’s path is wrong', async () => {
    const camera = open({ kind: 'rtsp', url: server.url('/other'), transport: 'tcp' });
    await until(() => camera.health().problem !== undefined);
    expect(camera.health().problem).toMatch(/no stream at this path/);
  });

  test('never tells its credentials in health or log', async () => {
    const url = server.url('/stream', { user: 'gatekeeper', password: 'wrong-password' });
    const camera = open({ kind: 'rtsp', url, transport: 'tcp' });
    await until(() => camera.health().problem !== undefined);
    const told = JSON.stringify([camera.health(), logged]);
    expect(camera.health().problem).toMatch(/refuses the user name or password/);
    expect(told).not.toMatch(/gatekeeper|sesame|wrong-password/);
  });

  test('leaves no program behind when it is closed', async () => {
    const url = server.url('/stream?left-behind');
    const camera = open({ kind: 'rtsp', url, transport: 'tcp' });
    await until(() => processesWith('left-behind').length > 0);
    await camera.close();
    expect(processesWith('left-behind')).toEqual([]);
  });
});

describe.skipIf(!ffmpegPath)('a camera of this machine', () => {
  test('is named with the remedy when it is not plugged in, and is tried again', async () => {
    const camera = open(
      { kind: 'v4l2', device: '/dev/video987' },
      { timing: { firstBackOffMs: 20, longestBackOffMs: 40 } },
    );
    await until(() => camera.health().reopened >= 3);
    expect(camera.health().problem).toMatch(/\/dev\/video987 is not there\. Plug it in/);
  });

  test('pauses longer after each failure, up to a limit', async () => {
    logged.length = 0;
    const camera = open(
      { kind: 'v4l2', device: '/dev/video988' },
      {
        timing: { firstBackOffMs: 16, longestBackOffMs: 64 },
        randomness: { bytes: (count) => new Uint8Array(count).fill(128) },
      },
    );
    await until(() => camera.health().reopened >= 5);
    const pauses = logged.map((line) => /"reopenInMs":(\d+)/.exec(line)?.[1]).filter((text) => text !== undefined);
    expect(pauses.slice(0, 5)).toEqual(['16', '32', '64', '64', '64']);
  });
});
