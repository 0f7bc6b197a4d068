/** The examples that panels' makers copy: each checks a real decision, and refuses what was changed, replayed or kept. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageHolds } from '../../scripts/panel-examples/check-webhook.mjs';
import { addPerson, byPin, type Gate, openGate, type Person } from '../e2e/gate.js';
import { openOutbox } from '../outbox/line.js';
import { projectFolder } from '../support/files.js';
import type { Decision, View } from '../support/panel.js';
import { tempFolder } from '../support/temp-store.js';

const examples = join(projectFolder, 'scripts', 'panel-examples');
const runs = (program: string, ...words: string[]) => spawnSync(program, words).status === 0;
const classes = tempFolder();
const compiled = (file: string) =>
  runs('java', '-m', 'jdk.compiler/com.sun.tools.javac.Main', '-d', classes, join(examples, file));
const languages = [
  { language: 'Node', command: [process.execPath, join(examples, 'verify-decision.mjs')], here: true },
  {
    language: 'Python',
    command: ['python3', join(examples, 'verify_decision.py')],
    here: runs('python3', '--version') && runs('openssl', 'version'),
  },
  // Compiled once; `java VerifyDecision.java` does it anew at every start.
  { language: 'Java', command: ['java', '-cp', classes, 'VerifyDecision'], here: compiled('VerifyDecision.java') },
];
for (const { language, here } of languages)
  if (!here)
    console.log(`skipped: the example in ${language} needs what is not there (python3 and openssl, or a JDK 17).`);

/** Everything that JSON must escape, and what it must not. */
const nonce = 'a nonce "with" \\ quotes,\u0007\n\u007f, 门神 and 😀';
let gate: Gate;
let person: Person;
let publicKey: string;
let decision: Decision;
const later = (ms: number, from = String(decision.decidedAt)) => new Date(Date.parse(from) + ms).toISOString();

beforeAll(async () => {
  gate = await openGate();
  person = await addPerson(gate);
  ({ publicKey } = (await gate.panel.get<{ publicKey: string }>('/v1/device')).body);
  const { verificationId } = await gate.panel.start({ nonce });
  const { cardNumber } = person;
  const { body } = await gate.panel.post<View>(`/v1/verifications/${verificationId}/card`, { cardNumber });
  if (body.decision === undefined) throw new Error('no decision');
  decision = body.decision;
});
afterAll(() => gate.close());

describe.each(languages)('the example in $language', ({ command, here }) => {
  interface Asked {
    readonly given?: Readonly<Record<string, unknown>>;
    readonly state?: string;
    readonly now?: string;
    readonly key?: string;
    readonly expectedNonce?: string;
  }
  function asked({ given = decision, state, now = later(1000), key = publicKey, expectedNonce = nonce }: Asked = {}) {
    const [program = '', ...words] = command;
    const stateFile = state ?? join(tempFolder(), 'serial');
    const { stdout, status, stderr } = spawnSync(program, [...words, key, expectedNonce, stateFile, now], {
      input: JSON.stringify(given),
      encoding: 'utf8',
    });
    return { said: stdout.trim(), status, stderr };
  }

  it.skipIf(!here)('accepts a decision of the terminal once, and the next one, and neither of them again', async () => {
    const state = join(tempFolder(), 'serial');
    const next = await byPin(gate, person);
    const nextAsked = { given: next, state, now: later(1000, String(next.decidedAt)), expectedNonce: next.nonce };
    const said = [asked({ state }), asked({ state }), asked(nextAsked), asked(nextAsked), asked({ state })];
    expect(said.map((one) => [one.said, one.status])).toEqual([
      ['grant', 0],
      ['refused: replayed', 1],
      ['grant', 0],
      ['refused: replayed', 1],
      ['refused: replayed', 1],
    ]);
  });

  it.skipIf(!here)('refuses one that was changed, wherever', () => {
    const changed = [
      { ...decision, doorId: 'vault' },
      { ...decision, serial: decision.serial + 1 },
      { ...decision, expiresAt: later(3_600_000) },
      { ...decision, forAllDoors: 'yes' },
      { ...decision, signature: `A${decision.signature.slice(1)}` },
      { ...decision, signature: '' },
    ];
    expect(changed.map((given) => asked({ given }).said)).toEqual(changed.map(() => 'refused: bad-signature'));
  });

  it.skipIf(!here)('refuses one of another terminal, of another request, too old, or from the future', () => {
    const otherKey = Buffer.alloc(32, 7).toString('base64');
    const said = [
      asked({ expectedNonce: 'nonce-of-another-request' }),
      asked({ now: String(decision.expiresAt) }),
      asked({ now: later(-3_600_000) }),
    ];
    expect(said.map((one) => one.said)).toEqual(['refused: other-nonce', 'refused: stale', 'refused: from-the-future']);
    expect(asked({ key: otherKey }).status).not.toBe(0);
  });
});

describe('the example for listeners', () => {
  async function sent() {
    const { outbox, add, settle, happen, lan, clock } = openOutbox();
    outbox.start();
    const { secret } = add();
    happen(1);
    await settle();
    const call = lan.calls[0]?.call;
    return { headers: call?.headers ?? {}, body: Buffer.from(call?.body ?? ''), secret, nowMs: clock.wallMs() };
  }

  it('accepts what the terminal signed', async () => {
    const { headers, body, secret, nowMs } = await sent();
    expect(messageHolds(headers, body, secret, nowMs)).toBe(true);
  });

  it('refuses another secret, another body, another delivery, an old time stamp, and no signature at all', async () => {
    const { headers, body, secret, nowMs } = await sent();
    const refused = [
      messageHolds(headers, body, `${secret}x`, nowMs),
      messageHolds(headers, Buffer.concat([body, Buffer.from(' ')]), secret, nowMs),
      messageHolds({ ...headers, 'menshen-delivery': 'l-0-1' }, body, secret, nowMs),
      messageHolds(headers, body, secret, nowMs + 301_000),
      messageHolds({ ...headers, 'menshen-signature': 'v1=' }, body, secret, nowMs),
      messageHolds({}, body, secret, nowMs),
    ];
    expect(refused).toEqual(refused.map(() => false));
  });
});
