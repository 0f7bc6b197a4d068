import { failed, passed, type SelfTestCheck } from '../check.js';

export interface EgressProbe {
  /** Attempts to leave that must be refused; `got` names those that were not. */
  readonly canary: () => Promise<{ readonly held: boolean; readonly got: readonly string[] }>;
  /** Public addresses that this process or a program it started is connected to; undefined where nobody can tell. */
  readonly publicPeers: () => readonly string[] | undefined;
  /** Something is open towards the Internet: it becomes an event at once. */
  readonly onOpen: (why: string) => void;
}

/** A canary towards addresses that are nobody's: it must be stopped by the guard, without a packet. */
export function egressCheck({ canary, publicPeers, onOpen }: EgressProbe): SelfTestCheck {
  return {
    id: 'egress-canary',
    clause: 'M8.2',
    critical: true,
    run: async () => {
      const { held, got } = await canary();
      const peers = publicPeers() ?? [];
      if (held && peers.length === 0) return passed('every attempt to leave the listed addresses was refused');
      const why = held ? `connected to ${peers.join(', ')}` : `not refused: ${got.join(', ')}`;
      onOpen(why);
      return failed(`${why}. Take the device off the network, reinstall the product and find out what was changed.`);
    },
  };
}
