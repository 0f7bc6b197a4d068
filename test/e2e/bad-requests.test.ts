/** Requests that no honest client sends: each gets one problem that says what is wrong, and the service goes on. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallOptions } from '../support/panel.js';
import { addPerson, byPin, type Gate, openGate, type Person } from './gate.js';

const json = { 'content-type': 'application/json' };
const start = { doorId: 'main', purpose: 'entrance', nonce: 'nonce-of-a-panel', methods: ['pin'] };

const bodies: readonly [string, number, string, unknown, CallOptions?][] = [
  ['cut JSON', 400, 'body-invalid', undefined, { raw: '{"doorId": "main"', headers: json }],
  ['no JSON', 400, 'body-invalid', undefined, { raw: 'doorId=main', headers: json }],
  ['an empty body', 400, 'body-invalid', undefined, { raw: '', headers: json }],
  ['an array', 400, 'body-invalid', [start]],
  ['a number', 400, 'body-invalid', 7],
  ['a field of the wrong type', 400, 'body-invalid', { ...start, doorId: 7 }],
  ['an unknown field', 400, 'body-invalid', { ...start, threshold: 0.1 }],
  ['an unknown method', 400, 'body-invalid', { ...start, methods: ['master-key'] }],
  ['no method', 400, 'body-invalid', { ...start, methods: [] }],
  ['a nonce that is too short', 400, 'body-invalid', { ...start, nonce: 'x' }],
  ['a missing field', 400, 'body-invalid', { doorId: 'main' }],
  [
    'a polluted prototype',
    400,
    'body-invalid',
    undefined,
    { raw: `{"__proto__": {"role": "admin"}, ${JSON.stringify(start).slice(1)}`, headers: json },
  ],
  ['a time-out of a day', 400, 'body-invalid', { ...start, timeoutMs: 86_400_000 }],
  ['an unknown door', 404, 'door-unknown', { ...start, doorId: 'vault' }],
  [
    'a form',
    415,
    'media-type-unsupported',
    undefined,
    { raw: 'doorId=main', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  ],
  [
    'no content type',
    415,
    'media-type-unsupported',
    undefined,
    { raw: JSON.stringify(start), headers: { 'content-type': '' } },
  ],
  ['more than a request may have', 413, 'body-too-large', { ...start, nonce: 'x'.repeat(70_000) }],
  [
    'a nesting without end',
    400,
    'body-invalid',
    undefined,
    { raw: `${'['.repeat(20_000)}${']'.repeat(20_000)}`, headers: json },
  ],
  [
    'an idempotency key of 200 characters',
    400,
    'body-invalid',
    start,
    { headers: { 'idempotency-key': 'k'.repeat(200) } },
  ],
];

describe('a request with', () => {
  let gate: Gate;
  let person: Person;

  beforeAll(async () => {
    gate = await openGate();
    person = await addPerson(gate);
  });
  afterAll(() => gate.close());

  it.each(bodies)('%s is answered %i %s', async (_what, status, code, body, options) => {
    const answer = await gate.panel.post('/v1/verifications', body, options);
    expect([answer.status, answer.body.code, answer.headers['content-type']]).toEqual([
      status,
      code,
      expect.stringContaining('application/problem+json'),
    ]);
  });

  const paths: readonly [string, 'GET' | 'DELETE' | 'PATCH', string, number, string][] = [
    ['an unknown path', 'GET', '/v1/templates', 404, 'not-found'],
    ['a path that climbs', 'GET', '/v1/../../etc/passwd', 404, 'not-found'],
    ['a method that is not there', 'PATCH', '/v1/verifications', 404, 'not-found'],
    ['an unknown verification', 'GET', '/v1/verifications/v-unknown', 404, 'not-found'],
    ['an unknown query field', 'GET', '/v1/events?since=1', 400, 'body-invalid'],
    ['a page of a million', 'GET', '/v1/events?limit=1000000', 400, 'body-invalid'],
    ['an id of 90 characters', 'GET', `/v1/verifications/${'x'.repeat(90)}`, 400, 'body-invalid'],
  ];

  it.each(paths)('%s (%s %s) is answered %i %s', async (_what, method, path, status, code) => {
    const answer = await gate.panel.call(method, path);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it.each([
    ['a PIN with letters', { personNumber: 'P-1', pin: 'abcdef' }],
    ['a PIN of four digits', { personNumber: 'P-1', pin: '1234' }],
    ['a PIN alone', { pin: '123456' }],
  ])('%s is refused and costs the person no attempt', async (_what, presented) => {
    const { verificationId } = await gate.panel.start({ methods: ['pin'] });
    const answer = await gate.panel.post(`/v1/verifications/${verificationId}/pin`, presented);
    expect([answer.status, answer.body.code]).toEqual([400, 'body-invalid']);
  });

  it.each<[string, object | undefined, string, string]>([
    ['a PIN', { personNumber: 'P-1', pin: 'abcdef' }, '/pin', 'body/pin must be 6 to 12 digits.'],
    ['a time-out', { ...start, timeoutMs: 86_400_000 }, '', 'body/timeoutMs must be at most 120000.'],
    ['a list', { ...start, methods: [] }, '', 'body/methods must have at least 1 entry.'],
    ['a text', { ...start, doorId: 7 }, '', 'body/doorId must be a text.'],
    ['a missing field', { doorId: 'main' }, '', 'body lacks purpose, nonce.'],
    ['a query', undefined, '/v1/events?limit=1000000', 'querystring/limit must be at most 500.'],
  ])('%s that does not fit is told in words, with its place', async (_what, body, path, words) => {
    const { verificationId } = await gate.panel.start({ methods: ['pin'] });
    const answer =
      body === undefined
        ? await gate.panel.get<{ detail?: string }>(path)
        : await gate.panel.post<{ detail?: string }>(`/v1/verifications${path && `/${verificationId}${path}`}`, body);
    expect(answer.body.detail?.startsWith(words) ? words : answer.body.detail).toBe(words);
  });

  it('a body that never ends does not keep others waiting', async () => {
    const { hostname, port } = new URL(gate.daemon.url);
    const slow = connect(Number(port), hostname);
    slow.on('error', () => undefined);
    slow.write(
      `POST /v1/verifications HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer ${gate.keys.panel}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    );
    const decision = await byPin(gate, person);
    slow.destroy();
    expect(decision.decision).toBe('grant');
  });

  it('garbage instead of HTTP does not end the service', async () => {
    const { hostname, port } = new URL(gate.daemon.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.resume().end(Buffer.alloc(4096, 0xff));
    await new Promise((resolve) => socket.once('close', resolve));
    expect((await byPin(gate, person)).decision).toBe('grant');
  });

  it('anything above has told nothing of the inside: no path, no stack, no statement', async () => {
    const answers = await Promise.all(
      bodies.map(([, , , body, options]) => gate.panel.post('/v1/verifications', body, options)),
    );
    const told = answers
      .map(({ text }) => text)
      .filter((text) => /\/(work|home|dist|src|node_modules)\/|\bat \w+ \(|SELECT/.test(text));
    expect(told).toEqual([]);
  });
});
