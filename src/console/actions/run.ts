import { Problem } from '../api.js';
import { store } from '../store.js';
import { signOut } from './session.js';

/**
 * One act at a time: a second press while it runs is dropped, and a refusal is shown on the screen where it happened.
 *
 * @returns undefined when it was refused or dropped
 */
export async function run<T>(work: () => Promise<T>): Promise<T | undefined> {
  if (store.get().busy) return undefined;
  store.set({ busy: true, refusal: undefined, done: undefined });
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
  const { code, detail } = thrown instanceof Problem ? thrown.view : { code: 'internal', detail: undefined };
  // The key has ended or was revoked while somebody worked with it.
  if (code === 'unauthenticated') signOut(undefined);
  store.set({ refusal: { code, detail } });
}
