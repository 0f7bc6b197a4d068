/** Incidents, tampering, self-test and inspection as callers meet them: roles, two callers, a killed daemon. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { addPerson, faceSite, type Gate, openFaceGate, openGate } from '../e2e/gate.js';
import type { Health } from '../support/daemon.js';
import { footage, whyNoFootage } from '../support/files.js';

if (footage === undefined) console.log(whyNoFootage);

const leak = { kind: 'leak', severity: 'minor', dataKinds: ['name'], description: 'a list lay open' };
const told = { remedied: true, peopleTold: 'yes' };

describe('over the interface', () => {
  let gate: Gate;
  beforeAll(async () => {
    gate = await openGate();
  });
  afterAll(() => gate.close());
  const keyOf = async (holder: string) => {
    const { body } = await gate.daemon.owner.post<{ secret: string }>('/v1/keys', {
      ...{ role: 'operator', label: 'desk', days: 1, holder },
    });
    return gate.daemon.panel(body.secret);
  };
  const report = async () => (await gate.operator.post<{ incidentId: string }>('/v1/incidents', leak)).body.incidentId;

  test('P57: a panel can neither report nor lift an incident', async () => {
    const id = await report();
    const [reported, lifted] = [
      await gate.panel.post('/v1/incidents', leak),
      await gate.panel.post(`/v1/incidents/${id}/lift`, told),
    ];
    expect([reported.status, lifted.status]).toEqual([403, 403]);
  });

  test('P57: an auditor may report one and may not lift it', async () => {
    const { status, body } = await gate.auditor.post<{ incidentId: string }>('/v1/incidents', leak);
    const lifted = await gate.auditor.post(`/v1/incidents/${body.incidentId}/lift`, told);
    expect([status, lifted.status]).toEqual([201, 403]);
  });

  test('P57: two people lift it by an act, one of them alone does not', async () => {
    const [ann, ben] = [await keyOf('Ann'), await keyOf('Ben')];
    const id = await report();
    const act = await ann.post<{ actId: string; hash: string }>(`/v1/incidents/${id}/lift`, told);
    const word = { hash: act.body.hash };
    const refused = await ann.post(`/v1/acts/${act.body.actId}/confirmation`, word);
    const between = await ann.get<{ state: string }>(`/v1/incidents/${id}`);
    const done = await ben.post<{ state: string }>(`/v1/acts/${act.body.actId}/confirmation`, word);
    const after = await ann.get<{ state: string }>(`/v1/incidents/${id}`);
    expect([act.status, refused.status, between.body.state, done.body.state, after.body.state]).toEqual([
      ...[202, 403, 'open', 'done', 'lifted'],
    ]);
  });

  test('P57: is lifted on the command line by the owner and a person with a key of before', async () => {
    const { body } = await gate.daemon.owner.post<{ secret: string }>('/v1/keys', {
      ...{ role: 'operator', label: 'desk', days: 1, holder: 'Cleo' },
    });
    const keyFile = join(gate.site.folder, 'cleo.key');
    writeFileSync(keyFile, body.secret, { mode: 0o600 });
    const id = await report();
    const proposed = await gate.site.run(['incident', 'lift', id, '--people-told', 'yes']);
    const [actId, hash] = ['actId', 'hash'].map(
      (field) => new RegExp(`${field}"?: "?([\\w-]+)`).exec(proposed.stdout)?.[1] ?? '',
    );
    expect(proposed.stdout).toContain('Another person confirms it');
    await gate.site.run(['acts', 'confirm', actId ?? '', '--hash', hash ?? '', '--key-file', keyFile]);
    expect((await gate.operator.get<{ state: string }>(`/v1/incidents/${id}`)).body.state).toBe('lifted');
  });

  test('P57: lifting states that the cause is gone', async () => {
    const { status } = await gate.operator.post(`/v1/incidents/${await report()}/lift`, { peopleTold: 'yes' });
    expect(status).toBe(400);
  });

  test('P57: the notice comes as a page that runs nothing', async () => {
    const { body } = await gate.operator.get<{ html: string }>(`/v1/incidents/${await report()}/notice?language=en`);
    expect([body.html.startsWith('<!doctype html>'), /<script|https?:\/\//.test(body.html)]).toEqual([true, false]);
  });

  test('D19c: a panel reports tampering and cannot confirm that all is well', async () => {
    const { status, body } = await gate.panel.post<{ tamperId: string }>('/v1/tamper', {
      signal: 'case-opened',
      doorId: 'main',
    });
    const own = await gate.panel.post(`/v1/tamper/${body.tamperId}/confirmation`);
    const operators = await gate.operator.post<{ state: string }>(`/v1/tamper/${body.tamperId}/confirmation`);
    expect([status, own.status, operators.body.state]).toEqual([201, 403, 'confirmed']);
  });

  test('D19c: tampering at a door that is not there is refused', async () => {
    expect((await gate.panel.post('/v1/tamper', { signal: 'case-opened', doorId: 'cellar' })).status).toBe(404);
  });

  test('M14.5: alerts are for operators and auditors', async () => {
    const [panels, auditors] = [
      await gate.panel.get('/v1/alerts'),
      await gate.auditor.get<{ alerts: { id: string }[] }>('/v1/alerts'),
    ];
    expect([panels.status, auditors.body.alerts.map(({ id }) => id)]).toEqual([
      403,
      expect.arrayContaining(['tampering']),
    ]);
  });

  test('M4.4: the self-test of the start is in the audit', async () => {
    const { body } = await gate.auditor.get<{ entries: { kind: string }[] }>('/v1/audit?limit=500');
    expect(body.entries.filter(({ kind }) => kind === 'self-test.finished').length).toBeGreaterThan(0);
  });

  test('P57: an incident outlives a daemon that is killed right after it answered', async () => {
    const id = await report();
    await gate.daemon.stop('SIGKILL');
    gate = await gate.again();
    const { body } = await gate.operator.get<{ state: string }>(`/v1/incidents/${id}`);
    expect(body.state).toBe('open');
  });

  test('D19a: an inspection is begun, filled in and recorded on the command line', async () => {
    const { stdout } = await gate.site.run(['inspection', 'start', '--inspector', 'Ivy', '--language', 'en']);
    const id = /inspection record (\S+) FILE/.exec(stdout)?.[1] ?? '';
    const sheet = parse(stdout) as { findings: object[] };
    const file = join(gate.site.folder, 'inspection.yaml');
    const findings = sheet.findings.map((finding) => ({ ...finding, answer: 'in-order' }));
    writeFileSync(file, stringify({ findings, conclusion: 'fit-with-measures', measures: 'see to the incidents' }));
    const recorded = await gate.site.run(['inspection', 'record', id, file]);
    expect(JSON.parse(recorded.stdout)).toMatchObject({ state: 'done', next: { state: 'current' } });
  });
});

describe.skipIf(footage === undefined)('M4.4: a device whose self-test fails', () => {
  let gate: Gate;
  beforeAll(async () => {
    if (footage !== undefined) gate = await openFaceGate(faceSite(footage, ['person-a']));
  });
  afterAll(() => gate?.close());
  const face = async () => (await gate.panel.get<Health>('/v1/health')).body.methods.face;
  const keyFile = () => join(gate.site.folder, 'root.key');

  test('M4.4: has no face mode, says why, and lets people in by PIN', async () => {
    chmodSync(keyFile(), 0o644);
    await gate.operator.post('/v1/self-test');
    const { personNumber, pin } = await addPerson(gate);
    const { body } = await gate.panel.post<{ verificationId: string }>('/v1/verifications', {
      ...{ doorId: 'main', purpose: 'entrance', nonce: 'nonce-of-a-panel', methods: ['pin'] },
    });
    const answer = await gate.panel.post(`/v1/verifications/${body.verificationId}/pin`, { personNumber, pin });
    expect([await face(), answer.text]).toEqual([
      expect.objectContaining({ works: false, reason: 'self-test-failed', detail: expect.stringContaining('chmod') }),
      expect.stringContaining('pin-accepted'),
    ]);
  });

  test('M4.4: has it back when the cause is gone and the self-test ran again', async () => {
    chmodSync(keyFile(), 0o600);
    await gate.operator.post('/v1/self-test');
    expect(await face()).toMatchObject({ works: true });
  });

  test('P57: loses it with an incident at once', async () => {
    await gate.operator.post('/v1/incidents', leak);
    expect(await face()).toMatchObject({ works: false, reason: 'incident' });
  });
});
