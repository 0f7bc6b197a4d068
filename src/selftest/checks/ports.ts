import { type Config, isLoopback } from '../../config/index.js';
import type { ErrorCode } from '../../core/index.js';
import type { Store } from '../../store/index.js';
import { failed, notAssessed, passed, type SelfTestCheck } from '../check.js';

/** The newest entries of the audit follow from each other up to the sealed head; the whole chain is `audit verify`. */
export function auditCheck(
  verify: () => Promise<{ readonly intact: boolean; readonly entries: number; readonly problem?: string }>,
): SelfTestCheck {
  return {
    id: 'audit-chain',
    clause: 'M14.2',
    critical: true,
    run: async () => {
      const { intact, entries, problem } = await verify();
      return intact
        ? passed(`the newest ${entries} entries hold`)
        : failed(`${problem ?? 'broken'}: keep the store for analysis and compare with anchored heads`);
    },
  };
}

/** Structure of every table but the audit's, which has its chain. Walked in short steps: nobody at the gate waits for it. */
export function storeCheck(store: Pick<Store, 'integritySteps'>): SelfTestCheck {
  return {
    id: 'store-integrity',
    clause: 'M14.5',
    critical: true,
    run: async (signal) => {
      for (const problem of store.integritySteps()) {
        if (problem !== undefined) return failed(`the database is damaged (${problem}): keep it for analysis`);
        if (signal.aborted) return notAssessed('the service stopped meanwhile');
        await new Promise((resolve) => setImmediate(resolve));
      }
      return passed('the database’s structure holds');
    },
  };
}

export interface ModelState {
  /** Recognition is up: its models gave what they gave when the pack was prepared. */
  readonly ready: boolean;
  readonly fault?: ErrorCode | undefined;
  readonly problem?: string | undefined;
}

/** Face mode has its own reason while recognition is not up (`recognition-down`, `model-drift`). */
export function modelCheck(state: () => ModelState | undefined): SelfTestCheck {
  return {
    id: 'model-golden-values',
    clause: 'M14.5',
    critical: true,
    run: () => {
      const model = state();
      if (model === undefined)
        return notAssessed('recognition does not run here; `menshen models check` looks at the pack');
      if (model.fault === 'model-drift') return failed(model.problem ?? 'the models drifted: menshen models check');
      if (!model.ready) return notAssessed('recognition is not up; face mode stays off until its golden values hold');
      return passed('the models give their golden values');
    },
  };
}

export function tlsCheck({ http }: Pick<Config, 'http'>): SelfTestCheck {
  return {
    id: 'tls-off-loopback',
    clause: 'M14.1',
    critical: true,
    run: () => {
      if (isLoopback(http.host)) return passed('the listener is on loopback');
      return http.tls === undefined
        ? failed('the listener is off loopback without TLS: set http.tls')
        : passed('the listener speaks TLS 1.2 or newer');
    },
  };
}
