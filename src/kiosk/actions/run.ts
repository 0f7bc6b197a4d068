import { Problem } from '../api.js';
import { store } from '../store.js';

/**
 * One act of a person at a time: a second tap while it runs is dropped, and a refusal is shown on the screen where it
 * happened.
 *
 * @returns undefined when it was refused or dropped
 */
export async function run<T>(work: () => Promise<T>): Promise<T | undefined> {
  if (store.get().busy) return undefined;
  store.set({ busy: true });
  try {
    return await ask(work);
  } finally {
    store.set({ busy: false });
  }
}

/** The same for what may be asked at any time, whatever else runs: something to read, a call for help. */
export async function ask<T>(work: () => Promise<T>): Promise<T | undefined> {
  store.set({ problem: undefined });
  try {
    return await work();
  } catch (thrown) {
    refuse(thrown);
    return undefined;
  }
}

function refuse(thrown: unknown): void {
  const code = thrown instanceof Problem ? thrown.code : 'internal';
  if (code === 'visit-ended') store.set({ visit: undefined, enrolment: undefined, screens: [], timeEnds: undefined });
  if (code === 'unauthenticated') store.set({ pairing: 'needed', screens: [], visit: undefined });
  store.set({ problem: code });
}
