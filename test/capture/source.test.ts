import { describe, expect, test } from 'vitest';
import { type CameraSource, checkSource } from '#menshen/capture/index.js';
import { open } from './cameras.js';

const rtsp = (url: string): CameraSource => ({ kind: 'rtsp', url, transport: 'tcp' });

describe('a camera source is refused', () => {
  test.each([
    'rtsp://camera.lan/stream',
    'rtsp://localhost/stream',
    'rtsp://8.8.8.8/stream',
    'rtsp://172.32.0.1/stream',
    'rtsp://[2001:db8::1]/stream',
    'rtsp://0/stream',
    'rtsp://0x7f.0.0.1/stream',
    'rtsp://192.168.1.20@8.8.8.8/stream',
    'rtsp://[::ffff:8.8.8.8]/stream',
  ])('when its host is a name or a public address (%s)', (url) => {
    expect(() => checkSource(rtsp(url))).toThrow(/not a private address|begins with rtsp/);
  });

  test.each(['http://192.168.1.20/stream', 'file:///etc/passwd', 'rtsp:\\\\192.168.1.20\\@8.8.8.8', '-i', ''])(
    'when its URL is not one of a network camera (%s)',
    (url) => {
      expect(() => checkSource(rtsp(url))).toThrow(/begins with rtsp/);
    },
  );

  test.each(['/dev/video0; rm -rf /', '$(id)', '/dev/sda', '/dev/v4l/by-id/../../sda', '/dev/video', '-d', ''])(
    'when its device name is not one of a camera (%s)',
    (device) => {
      expect(() => checkSource({ kind: 'webcam', device })).toThrow(/not the name of a camera device/);
      expect(() => checkSource({ kind: 'v4l2', device })).toThrow(/not the name of a camera device/);
    },
  );

  test.each([
    { width: 0 },
    { width: 1.5 },
    { height: 100_000 },
    { framesPerSecond: 0 },
    { framesPerSecond: Number.NaN },
  ])('when its size makes no sense (%o)', (size) => {
    expect(() => checkSource({ kind: 'v4l2', device: '/dev/video0', ...size })).toThrow(/must be/);
  });

  test('without telling the credentials in its URL', () => {
    expect(() => checkSource(rtsp('rtsp://admin:hunter22@8.8.8.8/'))).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter22') }),
    );
  });

  test('when a camera is asked to wait for its consumer', () => {
    expect(() => open({ kind: 'v4l2', device: '/dev/video0' }, { everyFrame: true })).toThrow(/Only a recording/);
  });
});

test.each([
  'rtsp://127.0.0.1:8554/a',
  'rtsp://user:pass@10.1.2.3/a',
  'rtsps://192.168.1.20/a?b=c',
  'rtsp://169.254.7.7/',
  'rtsp://172.31.255.1/',
  'rtsp://[fd00::20]:554/a',
  'rtsp://[fe80::1]/a',
])('a private address is accepted (%s)', (url) => {
  expect(() => checkSource(rtsp(url))).not.toThrow();
});
