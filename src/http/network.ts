import { isIPv4 } from 'node:net';

/** One machine can have every address of an IPv6 network of 64 bits. */
export function networkOf(ip: string | undefined): string {
  // Whoever left before this was asked has no address any more.
  if (ip === undefined) return 'gone';
  if (isIPv4(ip) || ip.startsWith('::ffff:')) return ip;
  const [head = '', tail = ''] = ip.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return groups.slice(0, 4).join(':');
}
