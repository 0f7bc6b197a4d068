import type { Panel } from '../support/panel.js';

type Call = (
  route: string,
  body?: unknown,
  ids?: readonly string[],
  expected?: number,
) => Promise<Record<string, string>>;

/** Doors, groups, duress PINs; panels, listeners, acts of two people; keys and the audit's head. */
export async function walkPanels(call: Call, subjectId: string): Promise<void> {
  await walkDoors(call, subjectId);
  await call('GET /v1/caller');
  await call('GET /v1/tls');
  await call('POST /v1/panels/invitations', { role: 'panel', label: 'walked', days: 1 });
  await call('GET /v1/panels');
  // Certificates are given over TLS and to panels; test/access has those answers.
  const request = 'x'.repeat(200);
  await call('POST /v1/panels/enrol', { code: '0000000000', request }, [], 403);
  await call('POST /v1/panels/self/renewal', { request }, [], 403);
  await call('PUT /v1/panels/{id}/grant', { days: 2 }, ['none'], 404);
  await call('DELETE /v1/panels/{id}', undefined, ['none'], 404);
  const { id: listenerId = '' } = await call('POST /v1/listeners', { url: 'http://127.0.0.1:9/nobody' });
  await call('GET /v1/listeners');
  await call('POST /v1/listeners/{id}/test', undefined, [listenerId]);
  await call('GET /v1/listeners/{id}/dead-letters', undefined, [listenerId]);
  await call('POST /v1/listeners/{id}/dead-letters/redeliver', {}, [listenerId]);
  await call('DELETE /v1/listeners/{id}', undefined, [listenerId]);
  // Nothing waits for a second person at this site; test/access/acts has one where it does.
  await call('GET /v1/acts');
  await call('GET /v1/acts/{id}', undefined, ['none'], 404);
  await call('POST /v1/acts/{id}/confirmation', { hash: '0'.repeat(64) }, ['none'], 404);
  await call('DELETE /v1/acts/{id}', undefined, ['none'], 404);
  await call('POST /v1/erasures', { criteria: { createdBefore: '2000-01-01T00:00:00Z' } }, [], 404);
  // No door of this site asks a panel, no threshold changed; test/check and test/law have those answers.
  const answer = { serial: 1, nonce: 'nonce-of-a-panel', result: 'success' };
  await call('POST /v1/verifications/{id}/check', answer, ['none'], 409);
  await call('GET /v1/thresholds/unconfirmed');
  await call('POST /v1/thresholds/confirmation', undefined, [], 409);
  // A backup is ciphertext; test/backup opens one and searches it.
  await call('POST /v1/backups', {}, [], 400);
  await walkKeys(call);
}

async function walkDoors(call: Call, subjectId: string): Promise<void> {
  const change = { state: 'lock-down', reason: 'written for a test' };
  await call('GET /v1/doors');
  await call('PUT /v1/doors/{id}/state', change, ['main']);
  await call('PUT /v1/doors/state', { ...change, state: 'normal' });
  // This site has no door rules; test/doors has the answers of one that has.
  await call('POST /v1/doors/{id}/passages', { serial: 1, outcome: 'entered' }, ['main'], 409);
  await call('POST /v1/doors/{id}/contact', { state: 'closed' }, ['main'], 409);
  await call('PUT /v1/subjects/{id}/groups', { groups: [] }, [subjectId], 409);
  await call('PUT /v1/subjects/{id}/pin', { pin: '428913' }, [subjectId]);
  await call('PUT /v1/subjects/{id}/duress-pin', { pin: '628317' }, [subjectId]);
  await call('DELETE /v1/subjects/{id}/duress-pin', undefined, [subjectId]);
}

async function walkKeys(call: Call): Promise<void> {
  await call('POST /v1/keys/rotation', { key: 'confidential' });
  await call('GET /v1/keys/rotation');
  await call('DELETE /v1/keys/rotation/{id}', undefined, ['none'], 404);
  const { body = '', keyId = '', signature = '' } = await call('GET /v1/audit/head');
  await call('POST /v1/audit/head/check', { body, keyId, signature });
  await call('POST /v1/audit/prune');
  await call('GET /v1/store/rollback');
  await call('POST /v1/store/rollback/confirmation', undefined, [], 404);
}

/** One person from a table of one row. */
export async function walkImport(owner: Panel, call: Call, answers: { route: string; text: string }[]): Promise<void> {
  const raw = 'personNumber,displayName,ageBand,expiresAt,pin\nW-1,Walked,adult,30,428913\n';
  const path = '/v1/subjects/import';
  const answer = await owner.call<{ importId?: string }>('POST', path, undefined, {
    raw,
    headers: { 'content-type': 'text/csv' },
  });
  if (answer.status !== 202) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  answers.push({ route: `POST ${path}`, text: answer.text });
  const id = answer.body.importId ?? '';
  await call('GET /v1/subjects/import/{id}', undefined, [id]);
  await call('DELETE /v1/subjects/import/{id}', undefined, [id], 409);
}
