/** What the people who wire panels rely on: events, streams, long polls, repeats, signatures. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Decision, type Json, signatureHolds, type View } from '../support/panel.js';
import { addPerson, byPin, type Gate, openGate, type Person, tomorrow } from './gate.js';

let gate: Gate;
let person: Person;

beforeAll(async () => {
  gate = await openGate();
  person = await addPerson(gate);
});
afterAll(() => gate.close());

interface Page {
  readonly events: readonly { serial: number; kind: string; verificationId?: string }[];
  readonly next: number;
  readonly newest: number;
  readonly more: boolean;
}

const start = { doorId: 'main', purpose: 'entrance', nonce: 'nonce-of-a-panel', methods: ['pin', 'card'] };
const idempotent = (key: string) => ({ headers: { 'idempotency-key': key } });

describe('events', () => {
  it('come in pages by serial number, without gaps or repeats', async () => {
    for (let round = 0; round < 4; round += 1) await byPin(gate, person);
    const serials: number[] = [];
    let page: Page = { events: [], next: 1, newest: 0, more: true };
    while (page.more) {
      ({ body: page } = await gate.panel.get<Page>(`/v1/events?from=${page.next}&limit=2`));
      serials.push(...page.events.map(({ serial }) => serial));
    }
    expect(serials).toEqual(Array.from({ length: page.newest }, (_value, index) => index + 1));
  });

  it('from a number that is still to come are none, and say where to go on', async () => {
    const { body } = await gate.panel.get<Page>('/v1/events?from=100000');
    expect([body.events, body.next, body.more]).toEqual([[], 100_000, false]);
  });

  it('are streamed as they happen', async () => {
    const stream = await gate.panel.stream();
    const { serial, verificationId } = await byPin(gate, person);
    const event = await stream.until(({ id }) => id === serial);
    await stream.close();
    expect([event.kind, event.text.includes(verificationId)]).toEqual(['verification.decided', true]);
  });

  it('a stream is open before anything happens on it', async () => {
    const { body } = await gate.panel.get<Page>('/v1/events');
    const late = new Promise((resolve) => setTimeout(resolve, 5000, 'no answer'));
    const stream = gate.panel.stream(body.newest);
    const first = await Promise.race([stream.then(({ status }) => status), late]);
    await stream.then((open) => open.close());
    expect(first).toBe(200);
  });

  it('that a stream missed while the daemon was restarted are given when it resumes', async () => {
    const stream = await gate.panel.stream();
    const before = await byPin(gate, person);
    await stream.until(({ id }) => id === before.serial);
    await gate.daemon.stop('SIGKILL');
    await stream.close();
    gate = await gate.again();
    const missed = await byPin(gate, person);
    const resumed = await gate.panel.stream(before.serial);
    await resumed.until(({ id }) => id === missed.serial);
    await resumed.close();
    expect(resumed.events.map(({ id }) => id)).toEqual(
      Array.from({ length: missed.serial - before.serial }, (_value, index) => before.serial + 1 + index),
    );
  });
});

describe('a long poll', () => {
  it('returns with the decision as soon as there is one', async () => {
    const { verificationId } = await gate.panel.start(start);
    // Longer than a test may take: only the decision ends it.
    const poll = gate.panel.get<View>(`/v1/verifications/${verificationId}?waitMs=30000`);
    const late = new Promise((resolve) => setTimeout(resolve, 20_000, 'still waiting'));
    await gate.panel.post(`/v1/verifications/${verificationId}/card`, { cardNumber: person.cardNumber });
    const answer = await Promise.race([poll.then(({ body }) => body.decision?.decision), late]);
    expect(answer).toBe('grant');
  });

  it('returns the open verification when its own time is over', async () => {
    const { verificationId } = await gate.panel.start(start);
    const { body } = await gate.panel.get<View>(`/v1/verifications/${verificationId}?waitMs=50`);
    expect([body.state, body.decision]).toEqual(['waiting', undefined]);
  });

  it('of a verification that nobody answers ends with a denial', async () => {
    const decision = await gate.panel.verify({ ...start, timeoutMs: 500 });
    expect(decision).toMatchObject({ decision: 'deny', reason: 'timed-out' });
  });
});

describe('a decision', () => {
  let publicKey: string;
  let decision: Decision;

  beforeAll(async () => {
    ({ publicKey } = (await gate.panel.get<{ publicKey: string }>('/v1/device')).body);
    decision = await byPin(gate, person);
  });

  it('carries a signature that holds with the public key of the device', () => {
    expect(signatureHolds(decision, publicKey)).toBe(true);
  });

  it.each(['decision', 'doorId', 'nonce', 'expiresAt', 'serial'])('no longer holds when its %s is changed', (field) => {
    const changed = field === 'serial' ? decision.serial + 1 : `${String(decision[field])}x`;
    expect(signatureHolds({ ...decision, [field]: changed }, publicKey)).toBe(false);
  });

  it('no longer holds when a field is added', () => {
    expect(signatureHolds({ ...decision, validForAllDoors: true }, publicKey)).toBe(false);
  });

  it('brings back the nonce of its own request, never that of another', async () => {
    const [one, other] = await Promise.all(
      ['nonce-number-one', 'nonce-number-two'].map(async (nonce) => {
        const { verificationId } = await gate.panel.start({ ...start, nonce });
        const { cardNumber } = person;
        return (await gate.panel.post<View>(`/v1/verifications/${verificationId}/card`, { cardNumber })).body.decision;
      }),
    );
    expect([one?.nonce, other?.nonce]).toEqual(['nonce-number-one', 'nonce-number-two']);
  });

  it('that was made is final: neither a card nor a cancellation changes it', async () => {
    const { verificationId } = decision;
    const card = await gate.panel.post(`/v1/verifications/${verificationId}/card`, { cardNumber: person.cardNumber });
    const cancelled = await gate.panel.call('DELETE', `/v1/verifications/${verificationId}`);
    expect([card.body.code, cancelled.body.code]).toEqual(['verification-ended', 'verification-ended']);
  });
});

describe('a repeated request with the same idempotency key', () => {
  it('gets the first answer, and starts nothing', async () => {
    const first = await gate.panel.post('/v1/verifications', start, idempotent('same'));
    const again = await gate.panel.post('/v1/verifications', start, idempotent('same'));
    expect([again.body, again.headers['idempotent-replay']]).toEqual([first.body, 'true']);
  });

  it('but another body is refused', async () => {
    await gate.panel.post('/v1/verifications', start, idempotent('other'));
    const { status, body } = await gate.panel.post(
      '/v1/verifications',
      { ...start, doorId: 'side' },
      idempotent('other'),
    );
    expect([status, body.code]).toEqual([422, 'idempotency-conflict']);
  });

  it('by somebody else is a request of its own', async () => {
    const mine = await gate.panel.post<View>('/v1/verifications', start, idempotent('shared'));
    const theirs = await gate.operator.post<View>('/v1/verifications', start, idempotent('shared'));
    expect(theirs.body.verificationId).not.toBe(mine.body.verificationId);
  });

  it('is tried again when the first one was refused for what has changed since', async () => {
    const subject = { personNumber: 'TAKEN', ageBand: 'adult', expiresAt: tomorrow() };
    const { body: holder } = await gate.operator.post<{ subjectId: string }>('/v1/subjects', subject);
    const refused = await gate.operator.post('/v1/subjects', subject, idempotent('later'));
    await gate.operator.call('DELETE', `/v1/subjects/${holder.subjectId}`);
    const again = await gate.operator.post<Json>('/v1/subjects', subject, idempotent('later'));
    expect([refused.status, again.status]).toEqual([409, 201]);
  });
});
