import type { DraftView, ReportView } from '../../http/console/contract.js';
import { api } from '../api.js';
import { mayWrite, type Screen, store } from '../store.js';
import { loadForm } from './language.js';
import { run } from './run.js';
import { identify } from './session.js';

/** @param key of the public interface, made by `menshen keys add` */
export async function signIn(key: string): Promise<void> {
  const lists = await run(async () => {
    await identify(key);
    return readLists();
  });
  if (lists !== undefined) store.set({ lists, screen: { name: 'list' } });
}

/** Everything there is, as it is now. */
export async function openList(): Promise<void> {
  const { done } = store.get();
  const lists = await run(readLists);
  if (lists !== undefined) store.set({ lists, screen: { name: 'list' }, writing: undefined, done });
}

/** @returns whether it was loaded. */
export async function openForReading(
  screen: { name: 'draft'; draft: DraftView } | { name: 'report'; report: ReportView },
) {
  if (store.get().form === undefined) await loadForm();
  if (store.get().form !== undefined) show(screen);
}

export function show(screen: Screen): void {
  store.set({ screen, refusal: undefined, done: undefined });
}

async function readLists() {
  const writer = mayWrite(store.get().caller);
  const [current, { assessments: reports }, { drafts }, unfinished] = await Promise.all([
    api.current(),
    api.reports(),
    api.drafts(),
    writer ? api.unfinished() : undefined,
  ]);
  return { current, reports, drafts, unfinished };
}
