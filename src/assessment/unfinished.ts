import { type Static, Type } from '#typebox';
import { Value } from '#typebox/value';
import { type Clock, MenshenError } from '../core/index.js';
import type { Store } from '../store/index.js';
import { draftFields } from './document.js';
import { refuseFindings, schemaFindings } from './field-problems.js';

export const unfinishedState = 'writing';

/** Answers so far, by field: any of them may be missing, short or wrong, but each is a field of the form. */
export const answersSchema = Type.Object(
  Object.fromEntries(
    draftFields.map((field) => [
      field,
      Type.Optional(
        field === 'triggers'
          ? Type.Array(Type.String({ maxLength: 20_000 }), { maxItems: 50 })
          : Type.String({ maxLength: 20_000 }),
      ),
    ]),
  ),
  { additionalProperties: false },
);
export type Answers = Static<typeof answersSchema>;

export interface Unfinished {
  /** Rises with every saving: whoever saves says which one they went on from. */
  readonly revision: number;
  readonly savedAtMs: number;
  readonly answers: Answers;
}

/** One unfinished assessment for each caller, sealed like what people are told in confidence. It has no effect on anything. */
export class UnfinishedAssessments {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  of(caller: string): Unfinished | undefined {
    const entry = this.#store.registers.get('assessment-draft', idOf(caller));
    if (entry === undefined) return undefined;
    const answers = this.#store.registers.confidential('assessment-draft', idOf(caller))?.answers;
    // Written by `save` alone.
    return { revision: Number(entry.body.revision), savedAtMs: entry.atMs, answers: answers as Answers };
  }

  /**
   * Replaces what this caller saved before.
   *
   * @param basedOn revision that the answers go on from, 0 for none
   * @throws MenshenError `conflict` when it was saved elsewhere meanwhile, `assessment-invalid` for what is no answer
   */
  save(caller: string, answers: unknown, basedOn: number): Unfinished {
    refuseFindings(schemaFindings(answersSchema, answers));
    if (!Value.Check(answersSchema, answers)) throw new MenshenError('assessment-invalid', 'These are no answers.');
    return this.#store.transaction(() => {
      const before = this.of(caller)?.revision ?? 0;
      if (before !== basedOn) throw savedElsewhere();
      const revision = before + 1;
      const atMs = Math.round(this.#clock.wallMs());
      this.#forgetAbandoned(atMs);
      this.discard(caller);
      const entry = { id: idOf(caller), atMs, state: unfinishedState, body: { revision } };
      this.#store.registers.add('assessment-draft', entry, { answers: { ...answers } });
      return { revision, savedAtMs: atMs, answers };
    });
  }

  discard(caller: string): void {
    this.#store.registers.remove('assessment-draft', idOf(caller));
  }

  /** Its author's key has ended, or its author has: nobody reads it any more. */
  #forgetAbandoned(nowMs: number): void {
    for (const { id } of this.#store.registers.due('assessment-draft', unfinishedState, nowMs - abandonedAfterMs))
      this.#store.registers.remove('assessment-draft', id);
  }
}

const abandonedAfterMs = 365 * 86_400_000;

const idOf = (caller: string): string => `unfinished:${caller}`;

const savedElsewhere = (): MenshenError =>
  new MenshenError(
    'conflict',
    'This was saved from another page or window meanwhile. Take over what was saved there, or save over it.',
  );
