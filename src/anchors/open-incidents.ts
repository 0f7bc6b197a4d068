import { MenshenError } from '../core/index.js';
import { incidentOffRecord, type Store } from '../store/index.js';

/** What the audit alone tells of incidents. */
export interface RecordedIncidents {
  /** Reported and not lifted, oldest first. */
  readonly open: readonly string[];
  readonly lifted: ReadonlySet<string>;
  /** The newest entry with which this device took over from a backup. */
  readonly restoredAtSeq?: number;
  /** False where entries were altered or are missing. */
  readonly whole: boolean;
}

/** P57: what is taken to be open where the row is in doubt that says which incidents are. */
export interface OpenInDoubt {
  /** What the store is to remember from now on. */
  readonly ids: readonly string[];
  readonly restoredAtSeq?: number;
  /** What a person should know of it; empty when none is open. */
  readonly detail: string;
}

/**
 * Whatever anything left says is open: the incidents' rows, an older sealed row, the audit. Only a lifting that stands
 * signed in the audit ends one. Where the audit has holes there may have been one more, which nobody can lift.
 */
export function openInDoubt(store: Store, { open, lifted, restoredAtSeq, whole }: RecordedIncidents): OpenInDoubt {
  const rows = store.registers.list('incident', { state: 'open', oldestFirst: true }).map(({ id }) => id);
  const said = (saidBySealedRow(store) ?? '').split(' ').filter(Boolean);
  const named = [...new Set([...open, ...rows, ...said])].filter((id) => id !== incidentOffRecord && !lifted.has(id));
  const mayBeMore = !whole || [...open, ...said].includes(incidentOffRecord);
  return {
    ids: mayBeMore ? [...named, incidentOffRecord] : named,
    ...(restoredAtSeq === undefined ? {} : { restoredAtSeq }),
    detail: detailOf(store, named, mayBeMore),
  };
}

/** The row itself does not say it where it is gone or altered. */
function saidBySealedRow({ state }: Store): string | undefined {
  try {
    return state.read('open-incidents');
  } catch (thrown) {
    if (thrown instanceof MenshenError && thrown.code === 'integrity-violation') return undefined;
    throw thrown;
  }
}

function detailOf(store: Store, named: readonly string[], mayBeMore: boolean): string {
  const gone = named.filter((id) => store.registers.get('incident', id) === undefined);
  return [
    ...(named.length === 0
      ? []
      : [`Incidents that count as open, also after that, until two people lift them: ${named.join(', ')}.`]),
    ...(gone.length === 0
      ? []
      : [`What was written about ${gone.join(', ')} is gone: face mode stays off ${untilRestored}.`]),
    ...(mayBeMore
      ? [
          `Entries of the audit were altered or taken away too, so that an incident may be open of which nothing is left: face mode stays off ${untilRestored}.`,
        ]
      : []),
  ].join(' ');
}

const untilRestored = 'until the device is restored from a backup into a new store';
