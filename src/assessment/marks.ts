import type { RegisterEntry, Store } from '../store/index.js';
import type { AssessedPack, AssessedSettings, AssessmentTrigger } from './scope.js';

/** What became of a version after it was recorded: what it turned out to cover, and what voided it. */
export class AssessmentMarks {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** `void` stays for ever; `noted` ends when the change is taken back before anybody was processed under it. */
  add(version: number, trigger: AssessmentTrigger, state: 'void' | 'noted', atMs: number): void {
    this.#store.registers.add('assessment-mark', { id: idOf(version, trigger), atMs, state, body: {} });
  }

  has(version: number, trigger: AssessmentTrigger): boolean {
    return this.#get(version, trigger) !== undefined;
  }

  /** What voided this version for ever. Asked before every grant, so it is one look into the register. */
  lasting(version: number): ReadonlySet<string> {
    const prefix = idOf(version, '');
    const ids = this.#store.registers.list('assessment-mark', { state: 'void' }).map(({ id }) => id);
    return new Set(ids.filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length)));
  }

  remove(version: number, trigger: AssessmentTrigger): void {
    this.#store.registers.remove('assessment-mark', idOf(version, trigger));
  }

  /** When the newest major incident was reported; undefined when there was none. */
  newestIncidentMs(): number | undefined {
    const incidents = this.#store.registers
      .list('assessment-mark', { state: 'void' })
      .filter(({ id }) => id.endsWith(':major-incident'));
    return incidents.length === 0 ? undefined : Math.max(...incidents.map(({ atMs }) => atMs));
  }

  settings(version: number): AssessedSettings | undefined {
    return this.#get(version, 'settings')?.body.value as AssessedSettings | undefined;
  }

  pack(version: number): AssessedPack | undefined {
    return this.#get(version, 'pack')?.body.value as AssessedPack | undefined;
  }

  bindSettings(version: number, value: AssessedSettings, atMs: number): void {
    this.#bind(version, 'settings', { ...value }, atMs);
  }

  bindPack(version: number, value: AssessedPack, atMs: number): void {
    this.#bind(version, 'pack', { ...value }, atMs);
  }

  #bind(
    version: number,
    what: string,
    value: Readonly<Record<string, string | number | boolean | readonly string[]>>,
    atMs: number,
  ): void {
    this.#store.registers.add('assessment-mark', { id: idOf(version, what), atMs, state: 'covered', body: { value } });
  }

  #get(version: number, what: string): RegisterEntry | undefined {
    return this.#store.registers.get('assessment-mark', idOf(version, what));
  }
}

const idOf = (version: number, what: string): string => `v${version}:${what}`;
