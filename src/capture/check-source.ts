import { BlockList, isIP } from 'node:net';
import { assertNever, MenshenError, urlOf } from '../core/index.js';
import type { CameraSource, VideoSize } from './camera-source.js';

const deviceName = /^\/dev\/(?:video[0-9]{1,3}|v4l\/by-id\/[A-Za-z0-9][A-Za-z0-9_.:-]{0,199})$/;
const limits = { minSidePx: 16, maxSidePx: 4096, minFramesPerSecond: 0.1, maxFramesPerSecond: 120 };

/**
 * Refuses a source that must never be opened, whatever answers there. The names checked here reach command lines.
 *
 * @throws MenshenError config-invalid with the remedy; never with the credentials of a URL in it
 */
export function checkSource(source: CameraSource): void {
  checkSize(source);
  switch (source.kind) {
    case 'recording':
      refuseOddPath(source.path, 'recording');
      break;
    case 'stills':
      refuseOddPath(source.folder, 'folder of stills');
      break;
    case 'v4l2':
      checkDevice(source.device);
      break;
    case 'webcam':
      if (source.device !== undefined) checkDevice(source.device);
      break;
    case 'rtsp':
      rtspAddress(source.url);
      break;
    default:
      assertNever(source);
  }
}

/**
 * The URL rebuilt from its checked parts, so that no other reader of it can see another host in it, and the secrets in it.
 *
 * @throws MenshenError config-invalid
 */
export function rtspAddress(text: string): { readonly url: string; readonly secrets: readonly string[] } {
  const readable = /^[\x21-\x7e]+$/.test(text) && !text.includes('\\');
  const parsed = readable ? urlOf(text) : undefined;
  if (!parsed || (parsed.protocol !== 'rtsp:' && parsed.protocol !== 'rtsps:')) {
    throw refused(
      'A network camera needs a URL that begins with rtsp:// or rtsps://. Correct it in the configuration.',
    );
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  if (family === 0 || !privateNetworks.check(host, family === 4 ? 'ipv4' : 'ipv6')) {
    throw refused(
      `A network camera must be on the local network: "${host}" is not a private address. Give its address in digits, such as 192.168.1.20.`,
    );
  }
  const secrets = [parsed.username, parsed.password].flatMap((part) => [part, decoded(part)]);
  const login = parsed.username === '' ? '' : `${parsed.username}:${parsed.password}@`;
  const url = `${parsed.protocol}//${login}${parsed.host}${parsed.pathname}${parsed.search}`;
  return { url, secrets: [...new Set(secrets)].filter((secret) => secret !== '') };
}

/** Where a camera with this URL is reached. @throws MenshenError config-invalid */
export function rtspHost(text: string): { readonly host: string; readonly port: number } {
  const { hostname, port, protocol } = new URL(rtspAddress(text).url);
  const usualPort = protocol === 'rtsps:' ? 322 : 554;
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? usualPort : Number(port) };
}

const privateNetworks = new BlockList();
privateNetworks.addSubnet('10.0.0.0', 8, 'ipv4');
privateNetworks.addSubnet('172.16.0.0', 12, 'ipv4');
privateNetworks.addSubnet('192.168.0.0', 16, 'ipv4');
privateNetworks.addSubnet('169.254.0.0', 16, 'ipv4');
privateNetworks.addSubnet('127.0.0.0', 8, 'ipv4');
privateNetworks.addAddress('::1', 'ipv6');
privateNetworks.addSubnet('fc00::', 7, 'ipv6');
privateNetworks.addSubnet('fe80::', 10, 'ipv6');

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}

function refuseOddPath(path: string, what: string): void {
  if (path === '' || path.includes('\0')) throw refused(`The path of the ${what} is empty or not a path. Correct it.`);
}

function checkDevice(device: string): void {
  if (deviceName.test(device)) return;
  throw refused(
    `"${device}" is not the name of a camera device. Use one such as /dev/video0, or a link below /dev/v4l/by-id/.`,
  );
}

function checkSize(size: VideoSize): void {
  for (const side of [size.width, size.height]) {
    if (side !== undefined && !(Number.isInteger(side) && side >= limits.minSidePx && side <= limits.maxSidePx)) {
      throw refused(`A frame's side must be a whole number of ${limits.minSidePx} to ${limits.maxSidePx} pixels.`);
    }
  }
  const rate = size.framesPerSecond;
  if (rate !== undefined && !(rate >= limits.minFramesPerSecond && rate <= limits.maxFramesPerSecond)) {
    throw refused(
      `The frame rate must be ${limits.minFramesPerSecond} to ${limits.maxFramesPerSecond} frames per second.`,
    );
  }
}

function refused(detail: string): MenshenError {
  return new MenshenError('config-invalid', detail);
}
