import { describe, expect, test } from 'vitest';
import { readDigest, responseFor, secretOf } from '#menshen/isapi/digest.js';
import { IsapiUsers } from '#menshen/isapi/users.js';
import { systemRandomness } from '#menshen/platform/index.js';
import { auditKinds, dayMs, newestAudit, openSite } from '../support/site.js';
import { authorizationOf, challengeOf, openGate } from './panel.js';

const info = '/ISAPI/System/deviceInfo';

describe('the examples of RFC 7616', () => {
  // Section 3.9.1.
  const person = { username: 'Mufasa', realm: 'http-auth@example.org', password: 'Circle of Life' };
  const call = {
    ...{ nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v', nc: '00000001', uri: '/dir/index.html' },
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  };
  test.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const)('give the response that stands there, by %s', (algorithm, response) => {
    expect(responseFor(secretOf(algorithm, person), 'GET', { ...call, algorithm })).toBe(response);
  });

  test('are read as they stand there', () => {
    const header = `Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=SHA-256, nonce="${call.nonce}", nc=00000001, cnonce="${call.cnonce}", qop=auth, response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;
    expect(readDigest(header)).toMatchObject({
      username: 'Mufasa',
      algorithm: 'SHA-256',
      nc: '00000001',
      uri: call.uri,
    });
  });
});

describe('a handshake', () => {
  test('begins with a challenge that offers SHA-256 before MD5, and is no denial on record', async () => {
    const gate = await openGate();
    const answer = await gate.raw('GET', info);
    const lines = answer.headers['www-authenticate'] as string[];
    expect([answer.status, lines.map((line) => /algorithm=([\w-]+)/.exec(line)?.[1])]).toEqual([
      401,
      ['SHA-256', 'MD5'],
    ]);
    expect(auditKinds(gate.site)).not.toContain('access.denied');
  });

  test.each(['SHA-256', 'MD5'] as const)('lets a panel in by %s, and on with the same nonce', async (algorithm) => {
    const gate = await openGate();
    const panel = await gate.user('north');
    panel.algorithm = algorithm;
    expect([(await panel.call('GET', info)).status, (await panel.call('GET', info)).status]).toEqual([200, 200]);
  });

  test('offers MD5 alone where the site says so, and then takes nothing else', async () => {
    const gate = await openGate({ changes: { 'isapi.algorithms': ['MD5'] } });
    const panel = await gate.user('north');
    panel.algorithm = 'MD5';
    const { realm, nonce } = await panel.greet();
    const call = { method: 'GET', uri: info, algorithm: 'SHA-256', nc: '00000001', cnonce: 'c' } as const;
    const newer = authorizationOf(panel.credentials, { realm, nonce }, call);
    const refused = await gate.raw('GET', info, { authorization: newer });
    expect([[refused.headers['www-authenticate']].flat().length, refused.status]).toEqual([1, 401]);
    expect((await panel.call('GET', info)).status).toBe(200);
  });

  test('begins anew when the nonce has ended', async () => {
    const gate = await openGate();
    const panel = await gate.user('north');
    await panel.call('GET', info);
    gate.site.clock.advance(301_000);
    const late = await gate.raw('GET', info, { authorization: panel.authorization('GET', info) });
    expect([late.status, challengeOf(late, 'SHA-256').stale]).toEqual([401, true]);
    expect((await panel.call('GET', info)).status).toBe(200);
  });
});

describe('nobody is let in', () => {
  test('by a call that was heard on the wire and is sent again', async () => {
    const gate = await openGate();
    const panel = await gate.user('north');
    await panel.greet();
    const authorization = panel.authorization('GET', info);
    const first = await gate.raw('GET', info, { authorization });
    const again = await gate.raw('GET', info, { authorization });
    expect([first.status, again.status]).toEqual([200, 401]);
    expect(newestAudit(gate.site, 'access.denied')).toMatchObject({ code: 'unauthenticated' });
  });

  test('by an answer to another call, method or door', async () => {
    const gate = await openGate();
    const panel = await gate.user('north');
    await panel.greet();
    const other = await gate.raw('GET', '/ISAPI/AccessControl/capabilities', {
      authorization: panel.authorization('GET', info),
    });
    const method = await gate.raw('PUT', info, { authorization: panel.authorization('GET', info) });
    expect([other.status, method.status]).toEqual([401, 401]);
  });

  test('with a nonce that this terminal never gave', async () => {
    const gate = await openGate();
    const { credentials } = await gate.user('north');
    const call = { method: 'GET', uri: info, algorithm: 'SHA-256', nc: '00000001', cnonce: 'c' } as const;
    const authorization = authorizationOf(credentials, { realm: 'menshen', nonce: 'abc.def.0123' }, call);
    expect((await gate.raw('GET', info, { authorization })).status).toBe(401);
  });

  test('without the name, with another password, once revoked, and once the end has come', async () => {
    const gate = await openGate();
    const panel = await gate.user('north', 'panel', 1);
    const nobody = await gate.user('south');
    expect((await panel.call('GET', info)).status).toBe(200);
    await panel.greet();
    const { realm, nonce } = await panel.greet();
    const call = { method: 'GET', uri: info, algorithm: 'MD5', nc: '00000001', cnonce: 'c' } as const;
    const answers = [];
    for (const credentials of [
      { username: 'west', password: panel.credentials.password },
      { username: 'north', password: nobody.credentials.password },
    ])
      answers.push(
        (await gate.raw('GET', info, { authorization: authorizationOf(credentials, { realm, nonce }, call) })).status,
      );
    const { secret } = gate.site.apiKeys.add({ role: 'admin', label: 'owner', days: 30 });
    await gate.server.inject({
      method: 'DELETE',
      url: '/v1/isapi/users/south',
      headers: { authorization: `Bearer ${secret}` },
    });
    answers.push(
      (
        await nobody.gate.raw('GET', info, {
          authorization: authorizationOf(nobody.credentials, { realm, nonce }, call),
        })
      ).status,
    );
    gate.site.clock.advance(dayMs + 1000);
    answers.push((await panel.call('GET', info)).status);
    expect(answers).toEqual([401, 401, 401, 401]);
  });

  test('by a bearer key: this front takes Digest alone', async () => {
    const gate = await openGate();
    const { secret } = gate.site.apiKeys.add({ role: 'admin', label: 'owner', days: 30 });
    expect((await gate.raw('GET', info, { authorization: `Bearer ${secret}` })).status).toBe(401);
  });

  test('off loopback without TLS, whatever they know', async () => {
    const gate = await openGate();
    const panel = await gate.user('north');
    await panel.greet();
    const authorization = panel.authorization('GET', info);
    expect((await gate.raw('GET', info, { authorization }, undefined, '10.0.0.9')).status).toBe(403);
  });

  test('after ten wrong answers in a minute; another panel behind the same address goes on', async () => {
    const gate = await openGate();
    const [north, south] = [await gate.user('north'), await gate.user('south')];
    const { realm, nonce } = await north.greet();
    const call = { method: 'GET', uri: info, algorithm: 'MD5', nc: '00000001', cnonce: 'c' } as const;
    const wrong = authorizationOf({ username: 'north', password: 'guess' }, { realm, nonce }, call);
    for (let n = 0; n < 10; n += 1) await gate.raw('GET', info, { authorization: wrong });
    expect([(await north.call('GET', info)).status, (await south.call('GET', info)).status]).toEqual([429, 200]);
    gate.site.clock.advance(61_000);
    expect((await north.call('GET', info)).status).toBe(200);
  });

  test.each([
    'Digest',
    'Digest ',
    'Digest username="a"',
    'Digest username="a", username="b", realm="menshen", nonce="n", uri="/", qop=auth, nc=00000001, cnonce="c", response="0"',
    `Digest username="${'a'.repeat(5000)}"`,
    'Digest username="north", realm="menshen", nonce="n", uri="/ISAPI/System/deviceInfo", response="00000000000000000000000000000000"',
    'Digest username="north", realm="menshen", nonce="n", uri="/", qop=auth-int, nc=00000001, cnonce="c", response="00000000000000000000000000000000"',
    'Digest username="north", realm="menshen", nonce="n", uri="/", qop=auth, algorithm=MD5-sess, nc=00000001, cnonce="c", response="00000000000000000000000000000000"',
    'Digest username="north", realm="menshen", nonce="..", uri="/", qop=auth, nc=zzzzzzzz, cnonce="c", response="00000000000000000000000000000000"',
    'Digest username="\\x", realm="menshen"',
    `Digest ${',='.repeat(500)}`,
    'Basic bm9ydGg6eA==',
  ])('by a header such as %s', async (authorization) => {
    const gate = await openGate();
    await gate.user('north');
    expect((await gate.raw('GET', info, { authorization })).status).toBe(401);
  });
});

describe('users', () => {
  test('are 64 at most; whoever was revoked or has ended makes room for another', () => {
    const site = openSite();
    const users = new IsapiUsers({ ...site, randomness: systemRandomness });
    const add = (name: string) => users.add({ name, role: 'panel', label: 'one', days: 9 }, 'owner');
    for (let number = 0; number < 64; number += 1) add(`user-${number}`);
    expect(() => add('one-more')).toThrow(expect.objectContaining({ code: 'too-many-requests' }));
    users.revoke('user-7', 'owner');
    add('one-more');
    expect(users.list().filter(({ name }) => ['user-7', 'one-more'].includes(name))).toMatchObject([
      { name: 'one-more', state: 'active' },
    ]);
    site.clock.advance(10 * dayMs);
    add('another');
    expect(users.list()).toHaveLength(64);
  });
});

describe('the password', () => {
  test('is nowhere in the store, nor is what stands for it, and both go with the user', async () => {
    const gate = await openGate();
    const { credentials } = await gate.user('north');
    const secret = secretOf('MD5', { ...credentials, realm: 'menshen' });
    const everything =
      JSON.stringify(gate.site.store.registers.list('isapi-user')) +
      JSON.stringify(gate.site.store.auditLog.page(0, 1000));
    expect(everything.includes(credentials.password) || everything.includes(secret)).toBe(false);
    expect(gate.site.store.registers.confidential('isapi-user', 'north')).toMatchObject({ MD5: secret });
    const { secret: key } = gate.site.apiKeys.add({ role: 'admin', label: 'owner', days: 30 });
    await gate.server.inject({
      method: 'DELETE',
      url: '/v1/isapi/users/north',
      headers: { authorization: `Bearer ${key}` },
    });
    expect(gate.site.store.registers.confidential('isapi-user', 'north')).toEqual({});
  });

  test.each(['panel', 'operator', 'auditor'] as const)('is made by the owner alone, not by %s', async (role) => {
    const gate = await openGate();
    const { secret } = gate.site.apiKeys.add({ role, label: role, days: 30 });
    const answer = await gate.server.inject({
      ...{ method: 'POST', url: '/v1/isapi/users', headers: { authorization: `Bearer ${secret}` } },
      payload: { name: 'x', role: 'panel', label: 'x', days: 1 },
    });
    expect(answer.statusCode).toBe(403);
  });
});
