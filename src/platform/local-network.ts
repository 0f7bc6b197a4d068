import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';

const local = new BlockList();
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['127.0.0.0', 8],
] as const)
  local.addSubnet(network, bits, 'ipv4');
local.addAddress('::1', 'ipv6');
local.addSubnet('fc00::', 7, 'ipv6');
local.addSubnet('fe80::', 10, 'ipv6');

/** True for this device and private networks; false for a public address and for a name, which could be anything. */
export function isLocalAddress(host: string): boolean {
  if (host === 'localhost') return true;
  const address = host.startsWith('::ffff:') ? host.slice('::ffff:'.length) : host;
  const family = isIP(address);
  return family !== 0 && local.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** True for 127.0.0.0/8 and ::1 in digits. */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}

/**
 * Addresses beyond the local network that this process or a child of its own is connected to now. Undefined where the
 * system has no /proc.
 */
export function publicPeers(): readonly string[] | undefined {
  try {
    const sockets = new Set(familyOf(process.pid).flatMap(socketInodes));
    const peers = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((name) => peersIn(`/proc/self/net/${name}`, sockets));
    return [...new Set(peers)].filter((peer) => !isLocalAddress(peer) && !unconnected.has(peer));
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw thrown;
  }
}

const unconnected: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

function familyOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(orNothing(familyOf))];
}

function socketInodes(pid: number): string[] {
  return orNothing((id: number) => readdirSync(`/proc/${id}/fd`))(pid).flatMap((descriptor) => {
    const [target] = orNothing((path: string) => [readlinkSync(path)])(`/proc/${pid}/fd/${descriptor}`);
    return /^socket:\[(\d+)\]$/.exec(target ?? '')?.slice(1) ?? [];
  });
}

/** The kernel's table: the remote address is the third column, the inode the tenth. */
function peersIn(table: string, inodes: ReadonlySet<string>): string[] {
  return orNothing((path: string) => readFileSync(path, 'utf8').trim().split('\n').slice(1))(table).flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    return inodes.has(columns[9] ?? '') ? [addressOf(columns[2]?.split(':')[0] ?? '')] : [];
  });
}

/** Four-byte words in the machine's order, which is little-endian wherever this product runs. */
function addressOf(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = Buffer.concat(words.map((word) => Buffer.from(word, 'hex').reverse()));
  if (bytes.length === 4) return [...bytes].join('.');
  const mapped = bytes.subarray(0, 12).equals(Buffer.from('00000000000000000000ffff', 'hex'));
  if (mapped) return [...bytes.subarray(12)].join('.');
  if (bytes.every((byte) => byte === 0)) return '::';
  return (bytes.toString('hex').match(/.{4}/g) ?? []).join(':');
}

/** Processes and their descriptors end while they are looked at. */
function orNothing<A, T>(look: (what: A) => T[]): (what: A) => T[] {
  return (what) => {
    try {
      return look(what);
    } catch (thrown) {
      if (isMissing(thrown)) return [];
      throw thrown;
    }
  };
}

function isMissing(thrown: unknown): boolean {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EINVAL';
}
