export type { Decommissioned } from './decommission.js';
export { type EraseOrder, Eraser } from './eraser.js';
export type { MonthForecast, RenewalsDue } from './forecast.js';
export { keptLongEnoughMs } from './keeping.js';
export { type DueCause, dueCauses } from './periods.js';
export { type EraseTrigger, eraseTriggers } from './purge-receipt.js';
export { type CheckedReceipt, checkReceipt, signedFile } from './receipt-file.js';
export { RetentionService, type SweepResult } from './service.js';
export type { WithdrawalRequest } from './withdrawal.js';
