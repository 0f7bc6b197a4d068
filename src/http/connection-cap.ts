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
  /** What was there before a flood stays. */
  const dropNewestOf = (sockets: Set<Socket>) => {
    const newest = [...sockets].at(-1);
    if (newest === undefined) return;
    sockets.delete(newest);
    count -= 1;
    newest.destroy();
  };
  server.on('connection', (socket: Socket) => {
    const network = networkOf(socket.remoteAddress);
    const own = held.get(network)?.size ?? 0;
    const [most = new Set<Socket>()] = [...held.values()].sort((one, other) => other.size - one.size);
    if (own >= perNetwork || (count >= inAll && most.size <= own + 1)) {
      socket.destroy();
      return;
    }
    if (count >= inAll) dropNewestOf(most);
    add(network, socket);
  });
}
