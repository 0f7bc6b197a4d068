import type { ComplaintReceipt, NewComplaint, StaffCall } from '../../http/kiosk/contract.js';
import { api } from '../api.js';
import { store } from '../store.js';
import { ask, run } from './run.js';

/** A person comes; the call goes out at once, the screen confirms it. */
export async function callStaff(reason: NonNullable<StaffCall['reason']> = 'help'): Promise<void> {
  const called = await ask(() => api.callStaff({ reason }));
  if (called !== undefined) store.set({ staffCalledAt: called.at });
}

export function complain(complaint: Omit<NewComplaint, 'language'>): Promise<ComplaintReceipt | undefined> {
  return run(() => api.complain({ ...complaint, language: store.get().language }));
}
