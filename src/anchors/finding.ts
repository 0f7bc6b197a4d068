import type { StateDoubt } from '../store/index.js';

export interface RollbackFinding {
  /** Which witness tells it. */
  readonly by: string;
  readonly how:
    | 'behind'
    | 'another-history'
    | 'witness-missing'
    | 'witness-altered'
    | 'counter-behind'
    | 'counter-reset'
    | `state-${StateDoubt}`;
  /** What a person should know, and do. */
  readonly detail: string;
  /** When the newest state that is known of was written; absent where that is not known. */
  readonly knownUntil?: string;
}

const whatToDo =
  'Somebody put back an old copy, or a disk image was restored. PINs, cards and API keys that were changed or removed since are as they were then: go through them, compare the events with the panels’, erase again whoever was to be erased, then confirm (menshen store confirm-rollback).';
const whatIsSealed =
  'the sealed row with the end of the audit, the store’s witnesses, which incidents are open, and the thresholds that two people confirmed';
const afterTheRow =
  'Somebody changed the database behind the daemon’s back: find out who, go through PINs, cards and API keys, then confirm (menshen store confirm-rollback). Where acts take two people, thresholds wait for both again. Incidents that the audit tells of stay open: two people lift each.';

/** What each finding means for people, and what they should do. */
export const details: Readonly<Record<RollbackFinding['how'], string>> = {
  behind: `The store is older than it was. ${whatToDo}`,
  'another-history': `The store is not the one that was here. ${whatToDo}`,
  'witness-missing': `The file that tells how far the store had come was taken away, so an old copy would not be noticed. ${whatToDo}`,
  'witness-altered': `The file that tells how far the store had come was altered, so an old copy would not be noticed. ${whatToDo}`,
  'counter-behind': `The TPM’s counter is ahead of the store: the store is older than it was. ${whatToDo}`,
  'counter-reset': `The TPM’s counter is behind the store: the TPM was cleared or replaced, so an old copy would not be noticed. ${whatToDo}`,
  'state-missing': `The store lacks ${whatIsSealed}. ${afterTheRow}`,
  'state-altered': `The store holds another ${whatIsSealed} than this device sealed. ${afterTheRow}`,
  'state-behind': `The store holds an older ${whatIsSealed} than its audit goes with. ${afterTheRow}`,
};
