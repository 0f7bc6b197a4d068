import { randomUUID } from 'node:crypto';
import { MenshenError } from '../core/index.js';
import { type DeviceKeyName, deviceKeyNames, type RotationRow } from '../store/index.js';
import { moveAll } from './movers.js';
import { open, type RotationParts } from './parts.js';
import { abandonRoot, changeRoot, type RootPlace, resumeRoot } from './root.js';
import { changeSigningKey } from './signing.js';

export interface RotationProgress {
  readonly id: string;
  readonly key: string;
  readonly step: string;
  readonly startedAt: string;
  readonly finishedAt?: string;
  /** People or entries that moved to the new key so far. */
  readonly done: number;
  /** What is still open: PINs that hang on the old pepper, or what somebody must do. */
  readonly open?: string;
  /** When what still hangs on the old key ends with it. */
  readonly until?: string;
}

export interface RotationRequest {
  readonly key: DeviceKeyName | 'root';
  /** Who asked. */
  readonly by: string;
  /** For the root key: where the new one goes; the configured place when left out. */
  readonly to?: RootPlace;
  /** For PINs and API keys, which cannot be moved without their holders: when the old key ends. */
  readonly oldKeyUntilMs?: number;
}

const dayMs = 86_400_000;
/** A person who comes once in half a year has entered their PIN once. */
const defaultPepperDays = 180;
const longestDays = 730;
/** These hang on what only their holders know, and move when they come. */
const movedByHolders: ReadonlySet<string> = new Set<DeviceKeyName>(['pin-pepper', 'api-keys']);

/**
 * Changes each key of the device beside the running gate. One key at a time; what was cut by a crash goes on, or falls
 * back, with `resume` at the next start.
 */
export class RotationService {
  readonly #parts: RotationParts;
  readonly #place: RootPlace;
  #working: Promise<unknown> = Promise.resolve();

  /** @param place the configured place of the root key. */
  constructor(parts: RotationParts, place: RootPlace) {
    this.#parts = parts;
    this.#place = place;
  }

  /**
   * Resolves when the change is done as far as it can be now.
   *
   * @throws MenshenError `rotation-refused` when one of this key is under way, `expiry-invalid`.
   */
  rotate(request: RotationRequest): Promise<RotationProgress> {
    const turn = this.#working.then(async () => {
      const id = randomUUID();
      this.#finishRoot();
      this.#checkFree(request.key);
      if (request.key === 'root') {
        await request.to?.ready?.();
        changeRoot(this.#parts, id, this.#place.description, request.to ?? this.#place, request.by);
      } else await this.#rotateDeviceKey(id, request.key, request);
      return this.#progressOf(id);
    });
    this.#working = turn.catch(() => undefined);
    return turn;
  }

  /** A former change whose old key went when the store was opened: nothing of it is under way any more. */
  #finishRoot(): void {
    for (const row of this.#parts.store.rotations.unfinished())
      if (row.key === 'root' && row.step === 'old-out') resumeRoot(this.#parts, row, this.#place);
  }

  /** What a crash or a stop cut: called once at each start, after the gate answers. */
  async resume(): Promise<void> {
    for (const row of this.#parts.store.rotations.unfinished()) {
      if (row.key === 'root') resumeRoot(this.#parts, row, this.#place);
      else if (!movedByHolders.has(row.key)) await this.#move(row);
    }
    this.look();
  }

  /** Ends old keys of PINs and API keys that nobody needs any more, or whose time is over. */
  look(): void {
    for (const row of this.#parts.store.rotations.unfinished()) if (movedByHolders.has(row.key)) this.#endIfDue(row);
  }

  /** @throws MenshenError `not-found`, `rotation-refused`. */
  abandon(id: string, by: string): void {
    const row = this.#parts.store.rotations.unfinished().find((each) => each.id === id);
    if (row === undefined) throw new MenshenError('not-found', 'No change of a key with this id is under way.');
    if (row.key !== 'root')
      throw new MenshenError('rotation-refused', 'Only the change of a root key can be abandoned; others go on.');
    abandonRoot(this.#parts, row, this.#place, by);
  }

  /** Newest first. */
  list(): RotationProgress[] {
    return this.#parts.store.rotations.list().map((row) => this.#viewOf(row));
  }

  async #rotateDeviceKey(id: string, key: DeviceKeyName, request: RotationRequest): Promise<void> {
    const { store, audit, clock } = this.#parts;
    if (key === 'signing') return changeSigningKey(this.#parts, id, request.by);
    const nowMs = Math.round(clock.wallMs());
    const untilMs = movedByHolders.has(key) ? this.#oldKeyUntil(key, request, nowMs) : undefined;
    store.keys.change(() => {
      store.keys.renew(key, nowMs, untilMs);
      const body = JSON.stringify({ untilMs: untilMs ?? null });
      store.rotations.begin({ id, key, step: 'moving', startedAtMs: nowMs, body });
      audit.append('keys.rotation-begun', { id, key, oldKeyUntilMs: untilMs ?? null, by: request.by });
    });
    this.#parts.afterStep('begun');
    const row = store.rotations.unfinished().find((each) => each.id === id);
    if (row === undefined) return;
    if (movedByHolders.has(key)) this.#endIfDue(row);
    else await this.#move(row);
  }

  async #move(row: RotationRow): Promise<void> {
    const { store, logger } = this.#parts;
    const { done, ...others } = await moveAll(this.#parts, row);
    const figures = { moved: done, ...others };
    this.#finish(row, figures);
    logger.log('info', 'keys.rotated', { key: row.key, ...figures });
    store.truncateLog();
    this.#parts.afterStep('finished');
  }

  #endIfDue(row: RotationRow): void {
    const { store, clock, audit } = this.#parts;
    const { untilMs } = open<{ untilMs: number }>(row.body);
    const isPepper = row.key === 'pin-pepper';
    const version = store.keys.current('pin-pepper').version;
    const left = isPepper ? store.credentials.countPinsNotOf(version) : 1;
    if (left > 0 && clock.wallMs() < untilMs) return;
    store.keys.change(() => {
      const gone = isPepper ? store.credentials.removePinsNotOf(version) : [];
      for (const subjectId of gone) audit.append('pin.removed', { subjectId, why: 'the old pepper ended' });
      this.#dropFormer(row, { pinsRemoved: gone.length });
    });
    store.truncateLog();
    this.#parts.afterStep('finished');
  }

  #finish(row: RotationRow, figures: Readonly<Record<string, number>>): void {
    this.#parts.store.keys.change(() => this.#dropFormer(row, figures));
  }

  #dropFormer({ id, key }: RotationRow, figures: Readonly<Record<string, number>>): void {
    const { store, audit, clock } = this.#parts;
    store.keys.dropFormer(nameOf(key));
    store.rotations.finish(id, 'finished', clock.wallMs());
    audit.append('keys.rotated', { id, key, ...figures });
  }

  #oldKeyUntil(key: DeviceKeyName, { oldKeyUntilMs }: RotationRequest, nowMs: number): number {
    const longest = nowMs + longestDays * dayMs;
    if (oldKeyUntilMs !== undefined && (oldKeyUntilMs <= nowMs || oldKeyUntilMs > longest))
      throw new MenshenError('expiry-invalid', `The old key ends within ${longestDays} days, and not in the past.`);
    if (key === 'pin-pepper') return oldKeyUntilMs ?? nowMs + defaultPepperDays * dayMs;
    const ends = this.#parts.store.apiKeys
      .list()
      .filter((each) => each.revokedAtMs === undefined)
      .map(({ expiresAtMs }) => expiresAtMs);
    return oldKeyUntilMs ?? Math.min(longest, Math.max(nowMs, ...ends));
  }

  #checkFree(key: string): void {
    if (this.#parts.store.rotations.unfinished().some((row) => row.key === key))
      throw new MenshenError('rotation-refused', `A change of this key (${key}) is under way: menshen keys rotation.`);
  }

  #progressOf(id: string): RotationProgress {
    const row = this.#parts.store.rotations.list().find((each) => each.id === id);
    if (row === undefined) throw new MenshenError('internal', 'a rotation left no record');
    return this.#viewOf(row);
  }

  #viewOf(row: RotationRow): RotationProgress {
    const { store } = this.#parts;
    const { untilMs, configured } = open<{ untilMs?: number | null; configured?: boolean }>(row.body);
    const unfinished = row.finishedAtMs === undefined;
    const waits = unfinished && row.key === 'root' && row.step === 'both' && configured === false;
    const pins = store.credentials.countPinsNotOf(store.keys.current('pin-pepper').version);
    const stillOpen = waits
      ? 'both root keys open the store: name the new one in store.key and restart; then the old one is out'
      : unfinished && row.key === 'pin-pepper'
        ? `${pins} PINs hang on the old pepper; each moves when it is next entered, one with a duress PIN when it is set anew`
        : undefined;
    return {
      id: row.id,
      key: row.key,
      step: row.step,
      startedAt: new Date(row.startedAtMs).toISOString(),
      ...(row.finishedAtMs === undefined ? {} : { finishedAt: new Date(row.finishedAtMs).toISOString() }),
      done: row.done,
      ...(stillOpen === undefined ? {} : { open: stillOpen }),
      ...(unfinished && typeof untilMs === 'number' ? { until: new Date(untilMs).toISOString() } : {}),
    };
  }
}

function nameOf(key: string): DeviceKeyName {
  const name = deviceKeyNames.find((known) => known === key);
  if (name === undefined) throw new MenshenError('internal', `no key is called ${key}`);
  return name;
}
