import { Problem } from '../api.js';
import { store } from '../store.js';

/**
 * One thing asked of the service at a time: a second tap while it runs is dropped, and a refusal is shown on the screen
 * where it happened.
 *
 * @returns undefined when it was refused or dropped
 */
export async function run<T>(work: () => Promise<T>): Promise<T | undefined> {
  if (store.get().busy) return undefined;
  store.set({ busy: true, problem: undefined });
  try {
    return await work();
  } catch (thrown) {
    refuse(thrown);
    return undefined;
  } finally {
    store.set({ busy: false });
  }
}

function refuse(thrown: unknown): void {
  const code = thrown instanceof Problem ? thrown.code : 'internal';
  if (code === 'visit-ended') store.set({ visit: undefined, enrolment: undefined, screens: [], timeEnds: undefined });
  if (code === 'unauthenticated') store.set({ pairing: 'needed', screens: [], visit: undefined });
  store.set({ problem: code });
}
