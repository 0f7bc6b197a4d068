import type { DraftView } from '../../http/console/contract.js';
import { api } from '../api.js';
import { store } from '../store.js';
import type { TextKey } from '../texts.js';
import { openList } from './open.js';
import { run } from './run.js';

/** @param approver name of the person, who is not the author */
export const approve = ({ draftId }: DraftView, approver: string) =>
  decide('approved.done', () => api.approve(draftId, approver));

export const giveBack = ({ draftId }: DraftView, reason: string) =>
  decide('returned.done', () => api.giveBack(draftId, reason));

async function decide(done: TextKey, work: () => Promise<unknown>): Promise<void> {
  const decided = await run(work);
  if (decided === undefined) return;
  store.set({ done });
  await openList();
}
