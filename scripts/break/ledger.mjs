/**
 * What a client was told, and so what must hold after a crash. Of a call that got no answer nobody knows whether it was
 * done: then both are possible, until somebody looks.
 */
export class Ledger {
  constructor() {
    /** @type {Set<Person>} */
    this.people = new Set();
    /** Decisions that were answered: serial → verification. @type {Map<number, string>} */
    this.decisions = new Map();
    /** Events that were read: serial → the whole event. @type {Map<number, string>} */
    this.events = new Map();
    /** Receipts and consent records that were answered: id → what was signed. @type {Map<string, string>} */
    this.receipts = new Map();
    /** No key of an epoch before this one may be on the disk any more. */
    this.epochAtLeast = 0;
    this.serialsCheckedUpTo = 0;
    /** People whose erasure a kill cut between its two steps. */
    this.owedAtKills = 0;
    this.acknowledged = 0;
    this.unanswered = 0;
    /** Answers with 4xx and 5xx, by code. @type {Record<string, number>} */
    this.refusals = {};
  }

  /** Those whom nobody is busy with. @param {(person: Person) => boolean} [fits] */
  free(fits = () => true) {
    return [...this.people].filter((person) => !person.busy && person.there.sure(true) && fits(person));
  }
}

/** Something that must never be, as against a call that the end of the service cut off. */
export class Broken extends Error {}

/** Refusals with 5xx that are documented: recognition is being started. */
const expected5xx = new Set(['vision-down']);

/**
 * Any other 5xx is a fault of the service, and no refusal.
 *
 * @template {{ status: number, body: any }} T
 * @param {T} answer
 */
export function unlessFault(answer) {
  const { status, body } = answer;
  if (status >= 500 && !expected5xx.has(body?.code)) throw new Broken(`an answer ${status} ${JSON.stringify(body)}`);
  return answer;
}

/** One fact about a person that may be in doubt. @template T */
export class Fact {
  /** @param {T} value */
  constructor(value) {
    this.possible = new Set([value]);
  }

  /** @param {T} value */
  may(value) {
    return this.possible.has(value);
  }

  /** @param {T} value */
  sure(value) {
    return this.possible.size === 1 && this.possible.has(value);
  }

  /** @param {T} value */
  settle(value) {
    this.possible = new Set([value]);
  }

  toString() {
    return [...this.possible].join(' or ');
  }
}

export class Person {
  /** @param {{ subjectId: string, personNumber: string, cardNumber?: string, face?: boolean, consent?: boolean, due?: 'person' | 'face' }} person */
  constructor({ subjectId, personNumber, cardNumber, face = false, consent = false, due }) {
    this.subjectId = subjectId;
    this.personNumber = personNumber;
    this.there = new Fact(true);
    this.face = new Fact(face);
    this.consent = new Fact(consent);
    /** @type {Fact<string | undefined>} */
    this.pin = new Fact(/** @type {string | undefined} */ (undefined));
    /** @type {Map<string, { there: Fact<boolean>, cardId?: string }>} */
    this.cards = new Map(cardNumber === undefined ? [] : [[cardNumber, { there: new Fact(true) }]]);
    /** One act at a time; several people at once. */
    this.busy = false;
    /** Something was begun since it was last looked at. */
    this.touched = true;
    /** Any sweep may erase them; whose answer says so, has. */
    this.due = due;
    this.mayBeSwept();
  }

  /** Until a sweep answers, who is due and still there may be gone at the next look; also after a look saw them. */
  mayBeSwept() {
    if (this.due !== undefined) for (const fact of [this.face, this.consent]) fact.possible.add(false);
    if (this.due === 'person') this.there.possible.add(false);
  }

  gone() {
    this.there.settle(false);
    this.faceGone();
    this.pin.settle(undefined);
    for (const card of this.cards.values()) card.there.settle(false);
  }

  faceGone() {
    this.face.settle(false);
    this.consent.settle(false);
  }
}

/**
 * Does an act whose outcome the ledger must know: possible before it is sent, sure once it is answered.
 *
 * @template T
 * @param {Ledger} ledger
 * @param {Fact<T>[]} facts
 * @param {T} value of each fact once it is done
 * @param {() => Promise<{ status: number, body: any }>} call
 * @returns {Promise<any>} the body; undefined when it was refused
 */
export async function attempt(ledger, facts, value, call) {
  const before = facts.map(({ possible }) => new Set(possible));
  for (const fact of facts) fact.possible.add(value);
  ledger.unanswered += 1;
  const { status, body } = unlessFault(await call());
  if (status >= 400) ledger.refusals[body?.code] = (ledger.refusals[body?.code] ?? 0) + 1;
  if (status >= 500) return undefined;
  ledger.unanswered -= 1;
  if (status >= 400) {
    // Refused: nothing was done, and what was in doubt before still is.
    facts.forEach((fact, index) => {
      fact.possible = before[index] ?? fact.possible;
    });
    return undefined;
  }
  ledger.acknowledged += 1;
  for (const fact of facts) fact.settle(value);
  return body ?? {};
}
