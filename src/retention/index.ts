export { type EraseOrder, Eraser, type EraseTrigger, eraseTriggers } from './eraser.js';
export { RetentionService, type SweepResult, type WithdrawalRequest } from './service.js';
