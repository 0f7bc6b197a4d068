import type { Server, Socket } from 'node:net';
import { networkOf } from './network.js';

export interface ConnectionLimits {
  /** From one address, or one IPv6 network of 64 bits. */
  readonly perNetwork: number;
  readonly inAll: number;
}

/**
 * Bounds how many connections are held open, before any of them says a word: each costs memory and a file, and only
 * callers who have said something are limited by their key.
 *
 * When there are as many as may be, a newcomer takes the place of one of the network that holds most, unless that is its
 * own: whoever opens hundreds keeps nobody else out.
 */
export function capConnections(server: Server, { perNetwork, inAll }: ConnectionLimits): void {
  const held = new Map<string, Set<Socket>>();
  let count = 0;
  const add = (network: string, socket: Socket) => {
    const own = held.get(network) ?? new Set();
    held.set(network, own.add(socket));
    count += 1;
    socket.once('close', () => {
      if (!own.delete(socket)) return;
      count -= 1;
      if (own.size === 0 && held.get(network) === own) held.delete(network);
    });
  };
  /** Of whoever holds most the newest goes: what was there before a flood stays. @returns false when nobody holds more. */
  const makeRoom = (own: number): boolean => {
    const [most = new Set<Socket>()] = [...held.values()].sort((one, other) => other.size - one.size);
    const newest = [...most].at(-1);
    if (newest === undefined || most.size <= own + 1) return false;
    most.delete(newest);
    count -= 1;
    newest.destroy();
    return true;
  };
  server.on('connection', (socket: Socket) => {
    const network = networkOf(socket.remoteAddress);
    const own = held.get(network)?.size ?? 0;
    if (own < perNetwork && (count < inAll || makeRoom(own))) add(network, socket);
    else socket.destroy();
  });
}
