/** The client that panels get, against the real daemon. */
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPanelClient, type PanelClient, type PanelEvent, PanelProblem } from '#menshen/client/index.js';
import { clientTypes, clientTypesFile } from '../../scripts/build-client.mjs';
import { addPerson, byPin, type Gate, openGate, type Person } from '../e2e/gate.js';
import { projectFolder } from '../support/files.js';
import { signatureHolds } from '../support/panel.js';

const start = { doorId: 'main', purpose: 'entrance', nonce: 'nonce-of-a-panel' };

describe('against a gate', () => {
  let gate: Gate;
  let person: Person;
  let client: PanelClient;
  const clientOf = (token: string) => createPanelClient({ url: gate.daemon.url, token });

  beforeAll(async () => {
    gate = await openGate();
    person = await addPerson(gate);
    client = clientOf(gate.keys.panel);
  });
  afterAll(() => gate.close());

  it('verify waits for what the person does, tells its progress, and gives a decision whose signature holds', async () => {
    const seen: string[] = [];
    const decision = await client.verify(start, {
      onProgress: ({ state, verificationId, methods }) => {
        seen.push(state);
        if (state === 'waiting' && methods.includes('card'))
          void client.api.POST('/v1/verifications/{id}/card', {
            params: { path: { id: verificationId } },
            body: { cardNumber: person.cardNumber },
          });
      },
    });
    const { data: device } = await client.api.GET('/v1/device');
    expect([seen, decision.decision, decision.subjectId]).toEqual([['waiting', 'decided'], 'grant', person.subjectId]);
    expect(signatureHolds({ ...decision }, device?.publicKey ?? '')).toBe(true);
  });

  it('verify that is given up is cancelled at the terminal too', async () => {
    const leave = new AbortController();
    let id = '';
    const given = client.verify(start, {
      signal: leave.signal,
      onProgress: ({ verificationId }) => {
        id = verificationId;
        leave.abort();
      },
    });
    await expect(given).rejects.toThrow();
    const { data } = await client.api.GET('/v1/verifications/{id}', { params: { path: { id } } });
    expect(data?.decision).toMatchObject({ decision: 'deny', reason: 'cancelled' });
  });

  it.each([
    ['a key that is none', 'mk_000000000000_nothing', { ...start }, 401, 'unauthenticated'],
    ['a door that is not there', undefined, { ...start, doorId: 'moon' }, 404, 'door-unknown'],
    ['another purpose', undefined, { ...start, purpose: 'advertising' }, 403, 'purpose-refused'],
  ])('refuses %s as a typed problem with its code', async (_what, token, request, status, code) => {
    const refused = clientOf(token ?? gate.keys.panel).verify(request);
    await expect(refused).rejects.toBeInstanceOf(PanelProblem);
    await expect(refused).rejects.toMatchObject({ status, code, detail: expect.stringMatching(/\S/) });
  });

  it('says that a terminal is unreachable as a problem too', async () => {
    const nowhere = createPanelClient({ url: 'http://127.0.0.1:9', token: 'x' });
    await expect(nowhere.eventPage()).rejects.toMatchObject({ status: 0, code: 'unreachable' });
  });

  it('ends the events of a key that may not read them, instead of asking for ever', async () => {
    const stream = clientOf('mk_000000000000_nothing').events({ after: 0 });
    await expect(stream.next()).rejects.toMatchObject({ status: 401 });
  });

  it('brings every event once, in order, over a daemon that is killed and starts again', async () => {
    gate.site.write({ http: { ...gate.site.config.http, port: Number(new URL(gate.daemon.url).port) } });
    const leave = new AbortController();
    const seen: PanelEvent[] = [];
    const wanted = { serial: Number.MAX_SAFE_INTEGER };
    const reading = (async () => {
      for await (const event of client.events({ after: 0, signal: leave.signal, longestWaitMs: 200 })) {
        seen.push(event);
        if (event.serial >= wanted.serial) leave.abort();
      }
    })();
    await byPin(gate, person);
    await gate.daemon.stop('SIGKILL');
    gate = await gate.again();
    wanted.serial = (await byPin(gate, person)).serial;
    await reading;
    expect(seen.map(({ serial }) => serial)).toEqual(Array.from({ length: wanted.serial }, (_, index) => index + 1));
    expect(seen.at(-1)).toMatchObject({ kind: 'verification.decided', subjectId: person.subjectId, doorId: 'main' });
  });

  it('finds what its own types promise: no field of an answer is lost on the way', async () => {
    const [health, device, notice] = [
      await client.api.GET('/v1/health'),
      await client.api.GET('/v1/device'),
      await client.api.GET('/v1/notice', { params: { query: { language: 'en' } } }),
    ];
    expect(Object.keys(health.data ?? {}).sort()).toEqual(
      ['cameras', 'clock', 'deviceId', 'methods', 'mode', 'records', 'status', 'time', 'version'].sort(),
    );
    expect(health.data?.methods).toEqual({
      face: { works: false, reason: expect.any(String), detail: expect.any(String), reasons: [expect.any(Object)] },
      pin: { works: true },
      card: { works: true },
    });
    expect(Object.keys(device.data ?? {}).sort()).toEqual(
      ['algorithm', 'deviceId', 'keyId', 'keys', 'mode', 'publicKey', 'version'].sort(),
    );
    expect(notice.data).toMatchObject({
      language: 'en',
      optional: { statement: expect.any(String), alternatives: expect.arrayContaining([expect.any(String)]) },
      fields: { purposeCode: 'entrance', retentionDays: 30, complaintContacts: ['said for a test'] },
    });
    expect(notice.data?.sections.length).toBeGreaterThan(5);
  });

  it('calls staff and sees the call with all that belongs to it', async () => {
    const operator = clientOf(gate.keys.operator);
    const called = await operator.api.POST('/v1/staff-calls', { body: { doorId: 'main' } });
    const { data } = await client.api.GET('/v1/staff-calls');
    const callId = called.data?.callId ?? '';
    const answered = await client.api.POST('/v1/staff-calls/{id}/answer', { params: { path: { id: callId } } });
    expect(data?.calls).toEqual([{ callId, doorId: 'main', reason: 'help', state: 'open', at: expect.any(String) }]);
    expect(answered.data).toMatchObject({
      callId,
      state: 'answered',
      answeredBy: expect.any(String),
      answeredAt: expect.any(String),
    });
  });
});

describe('the client', () => {
  it('has the types of the interface as it is served now', async () => {
    // Run `node scripts/build-client.mjs` after a change of a route.
    expect(await clientTypes(projectFolder)).toBe(readFileSync(clientTypesFile(projectFolder), 'utf8'));
  });

  it('needs nothing of Node: it bundles for a browser', async () => {
    const { outputFiles, errors } = await build({
      entryPoints: [`${projectFolder}/src/client/index.ts`],
      ...{ bundle: true, write: false, platform: 'browser', format: 'esm', logLevel: 'silent', metafile: false },
    });
    expect([errors, outputFiles[0]?.text.includes('node:')]).toEqual([[], false]);
  });
});
