import { verifyAudit } from '../../audit/index.js';
import type { Store } from '../../store/index.js';
import type { AuditFacts } from '../facts.js';
import { DecisionFold } from './decisions.js';

/** 128 numbers as text are longer than any value that an entry has; a signature and a hash are shorter. */
const templateSized = /[A-Za-z0-9+/=_-]{340,}|(?:-?\d+(?:\.\d+)?(?:e-?\d+)?,){32}/;

/**
 * One walk over the chain that checks it and counts what is in it; in slices, so that panels are answered meanwhile.
 *
 * @param reviewsSinceMs since when face matches go to staff first; undefined where they do not.
 */
export async function auditFacts(
  store: Store,
  methods: readonly string[],
  reviewsSinceMs: number | undefined,
): Promise<AuditFacts> {
  const kinds = new Map<string, { count: number; seq: number; at: string }>();
  const decisions = new DecisionFold(methods, reviewsSinceMs);
  let oldestAt: string | undefined;
  let tooLong = 0;
  const { intact, problem, entries, headHash, checkpoint } = await verifyAudit(store, (row) => {
    const at = new Date(row.atMs).toISOString();
    oldestAt ??= at;
    kinds.set(row.kind, { count: (kinds.get(row.kind)?.count ?? 0) + 1, seq: row.seq, at });
    if (templateSized.test(row.body)) tooLong += 1;
    if (row.kind === 'verification.decided') decisions.take(row);
    if (row.kind === 'prompt.shown') decisions.prompted(row);
  });
  return {
    intact,
    problem,
    entries,
    headHash,
    oldestAt,
    prunedUntilSeq: checkpoint?.seq,
    kinds: Object.fromEntries(kinds),
    templateSized: tooLong,
    decisions: decisions.facts(),
  };
}
