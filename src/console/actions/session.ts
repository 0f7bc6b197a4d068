import { api, Problem } from '../api.js';
import { store } from '../store.js';

/** What somebody wrote and did not hand in goes with them, unless it was saved. */
export function signOut(why: 'idle' | undefined): void {
  api.useKey(undefined);
  store.set({
    caller: undefined,
    signedOut: why,
    screen: { name: 'list' },
    lists: undefined,
    writing: undefined,
    form: undefined,
    refusal: undefined,
    done: undefined,
    timeEnds: false,
  });
}

/** @throws Problem `unauthenticated` for a key that is none, `forbidden` for one that has no business here. */
export async function identify(key: string): Promise<void> {
  api.useKey(key);
  try {
    const caller = await api.caller();
    if (!['operator', 'admin', 'auditor'].includes(caller.role)) throw new Problem({ code: 'forbidden' });
    store.set({ caller, signedOut: undefined });
  } catch (thrown) {
    api.useKey(undefined);
    throw thrown;
  }
}
