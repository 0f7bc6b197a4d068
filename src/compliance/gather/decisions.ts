import type { AuditRow } from '../../store/index.js';
import type { DecisionFacts, MethodStatistics } from '../facts.js';

/** What a decision's entry says; older entries lack the newer fields. */
interface DecisionBody {
  readonly mode?: string;
  readonly method: string;
  readonly decision: string;
  readonly act?: string;
  readonly nonce?: string;
  readonly durationMs?: number;
  readonly bystanders?: number;
}

/** Durations of the newest grants of a method that the statistics are taken from. */
const keptDurations = 1000;

interface Tally {
  decisions: number;
  grants: number;
  readonly durationsMs: number[];
}

const newTally = (): Tally => ({ decisions: 0, grants: 0, durationsMs: [] });

/** Counts decisions as they pass by; keeps no person, no door and no time of day. */
export class DecisionFold {
  readonly #methods: readonly string[];
  readonly #reviewsSinceMs: number | undefined;
  readonly #byMode = new Map<string, number>();
  readonly #tallies = new Map<string, Tally>();
  #total = 0;
  /** Nonces of verifications that began with a prompt and have no decision yet. */
  readonly #prompts = new Set<string>();
  #faceDecisions = 0;
  #facePrompted = 0;
  #faceWithoutAct = 0;
  #finalFaceGrants = 0;
  #bystanders = 0;

  /** @param reviewsSinceMs since when face matches go to staff first; undefined where they do not. */
  constructor(methods: readonly string[], reviewsSinceMs: number | undefined) {
    this.#methods = methods;
    this.#reviewsSinceMs = reviewsSinceMs;
  }

  take({ atMs, body }: Pick<AuditRow, 'atMs' | 'body'>): void {
    // Written by the decision recorder alone; the walk checked its hash and signature.
    const decision = JSON.parse(body) as DecisionBody;
    const mode = decision.mode ?? 'none';
    this.#total += 1;
    this.#byMode.set(mode, (this.#byMode.get(mode) ?? 0) + 1);
    this.#bystanders += decision.bystanders ?? 0;
    this.#tally(decision);
    const prompted = this.#prompts.delete(decision.nonce ?? '');
    // With a card or a PIN it is a decision on a face too.
    if (!['face', 'card+face', 'pin+face'].includes(decision.method)) return;
    this.#faceDecisions += 1;
    if (prompted) this.#facePrompted += 1;
    if (decision.act === undefined || decision.act === 'none') this.#faceWithoutAct += 1;
    const reviewed = this.#reviewsSinceMs !== undefined && atMs >= this.#reviewsSinceMs;
    if (reviewed && decision.decision === 'grant') this.#finalFaceGrants += 1;
  }

  /** The gate's screen said what begins. */
  prompted({ body }: Pick<AuditRow, 'body'>): void {
    const { nonce } = JSON.parse(body) as { nonce?: unknown };
    if (typeof nonce === 'string') this.#prompts.add(nonce);
  }

  facts(): DecisionFacts {
    return {
      total: this.#total,
      byMode: Object.fromEntries(this.#byMode),
      faceDecisions: this.#faceDecisions,
      facePrompted: this.#facePrompted,
      faceWithoutAct: this.#faceWithoutAct,
      finalFaceGrants: this.#finalFaceGrants,
      bystandersDropped: this.#bystanders,
      methods: this.#methods.map((method) => this.#statistics(method)),
    };
  }

  #tally({ method, decision, durationMs }: DecisionBody): void {
    const tally = this.#tallies.get(method) ?? newTally();
    this.#tallies.set(method, tally);
    tally.decisions += 1;
    if (decision !== 'grant') return;
    tally.grants += 1;
    if (durationMs === undefined) return;
    tally.durationsMs.push(durationMs);
    if (tally.durationsMs.length > keptDurations) tally.durationsMs.shift();
  }

  #statistics(method: string): MethodStatistics {
    const { decisions, grants, durationsMs } = this.#tallies.get(method) ?? newTally();
    const sorted = [...durationsMs].sort((a, b) => a - b);
    return {
      ...{ method, decisions, grants, steps: stepsOf(method) },
      medianMs: quantile(sorted, 0.5),
      ninetiethPercentileMs: quantile(sorted, 0.9),
    };
  }
}

/**
 * Acts of the person (M10.2): showing a card is one. Number and PIN, card and PIN, and a face (touch or card, then the
 * look) are two.
 */
const stepsOf = (method: string): number => (method === 'card' ? 1 : 2);

/** Nearest rank; undefined of nothing. */
function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
