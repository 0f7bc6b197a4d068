import type { FastifyInstance } from 'fastify';

/** Who may call what, as it is served: evidence for the compliance report. */
export interface InventoryEntry {
  readonly method: string;
  readonly url: string;
  /** Roles; `anyone`; or nobody named, which is closed to all but the device's owner. */
  readonly allow: readonly string[];
}

/** Notes every route as it is registered; to be called before the first one is. */
export function keepInventory(server: FastifyInstance): readonly InventoryEntry[] {
  const entries: InventoryEntry[] = [];
  server.addHook('onRoute', ({ method, url, config }) => {
    const allow = config?.allow === 'anyone' ? ['anyone'] : [...(config?.allow ?? []), 'admin'];
    for (const name of [method].flat()) if (name !== 'HEAD') entries.push({ method: name, url, allow });
  });
  return entries;
}
