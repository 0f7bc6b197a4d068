import type { Config } from '../../config/index.js';
import type { Clock } from '../../core/index.js';
import type { ReceiptRow, Store } from '../../store/index.js';
import type { ClockGuard } from '../../timekeeping/index.js';
import type { KeepingFacts } from '../facts.js';

/** A sweep runs every minute: whoever is due for longer than this was left behind. */
const graceMs = 180_000;
const newestReceipts = 500;

interface KeepingSources {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
  readonly clockGuard: ClockGuard;
}

/** Whether people go in time, and what the newest receipts of it say. */
export function keepingFacts({ config, store, clock, clockGuard }: KeepingSources): KeepingFacts {
  const dueBeforeMs = Math.round(clock.wallMs() - graceMs);
  const { trusted, problem } = clockGuard.status();
  const receipts = store.receipts.newest(newestReceipts);
  const purges = receipts.filter(({ kind }) => kind === 'purge');
  const withdrawals = receipts.filter(({ kind }) => kind === 'withdrawal');
  return {
    maxDays: config.site.retention.maxDays,
    justification: config.site.retention.justification,
    overdue: store.subjects.countDue(Number.MIN_SAFE_INTEGER, dueBeforeMs) + store.consents.countLapsed(dueBeforeMs),
    owed: store.consents.owingErasure().length,
    clockTrusted: trusted,
    clockProblem: problem,
    purgeReceipts: purges.length,
    newestPurgeReceiptId: purges[0]?.id,
    withdrawals: withdrawals.length,
    withdrawalsWithoutStatement: withdrawals.filter((receipt) => !saysWhatStays(receipt)).length,
    newestWithdrawalReceiptId: withdrawals[0]?.id,
    receiptsBadlySigned: receipts.filter((receipt) => !store.signers.verifies(receipt)).length,
  };
}

/** M6.3, unconfirmed wording. */
function saysWhatStays({ body }: ReceiptRow): boolean {
  const { pastProcessing } = JSON.parse(body) as { pastProcessing?: unknown };
  return typeof pastProcessing === 'string' && pastProcessing !== '';
}
