/** Panels that come with a certificate, over a real TLS listener. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { MenshenError } from '#menshen/core/index.js';
import { ForeignAuthority, type KeyKind, keyPair, requestOf, x509 } from '../support/certificates.js';
import { closeSecureSites, openSecureSite, type SecureSite } from '../support/secure-site.js';
import { auditKinds, dayMs, newestAudit } from '../support/site.js';
import { createTestStore, tempFolder } from '../support/temp-store.js';

afterEach(closeSecureSites);

const invitation = { role: 'panel', label: 'north gate', days: 30 };

describe('a panel with a certificate', () => {
  it('is let in by a code and calls without a key', async () => {
    const gate = await openSecureSite();
    const { id, shown } = await gate.letIn();
    const answer = await gate.call('GET', '/v1/events', shown);
    expect([answer.status, newestAudit(gate.site, 'panel.enrolled')]).toEqual([
      200,
      expect.objectContaining({ id, role: 'panel', label: 'north gate', by: 'op-1' }),
    ]);
  });

  it('may do what its role may and nothing else', async () => {
    const gate = await openSecureSite();
    const { shown } = await gate.letIn();
    expect((await gate.call('GET', '/v1/subjects', shown)).status).toBe(403);
  });

  it('is named in the audit by its own id', async () => {
    const gate = await openSecureSite();
    const { id, shown } = await gate.letIn();
    await gate.call('GET', '/v1/subjects', shown);
    expect(newestAudit(gate.site, 'access.denied')).toMatchObject({ caller: id, code: 'forbidden' });
  });

  it('gets a certificate that ends with the grant, proves clients only, and names nothing of the request', async () => {
    const gate = await openSecureSite();
    const keys = await keyPair();
    const { code } = gate.site.panels.invite(invitation, 'op-1');
    const request = await requestOf(keys, { name: 'CN=admin' });
    const { body } = await gate.call('POST', '/v1/panels/enrol', {}, { code, request });
    const certificate = new x509.X509Certificate(body.certificate);
    const usage = certificate.getExtension(x509.ExtendedKeyUsageExtension);
    expect([certificate.subject, usage?.usages, certificate.notAfter.toISOString(), body.expiresAt]).toEqual([
      `CN=${body.panelId}, OU=panel`,
      [x509.ExtendedKeyUsage.clientAuth],
      new Date(gate.site.clock.wallMs() + 30 * dayMs).toISOString(),
      certificate.notAfter.toISOString(),
    ]);
  });

  it('is nobody from the end of its grant on', async () => {
    const gate = await openSecureSite();
    const { shown } = await gate.letIn({ days: 1 });
    gate.site.clock.advance(dayMs - 1000);
    const before = await gate.call('GET', '/v1/events', shown);
    gate.site.clock.advance(1000);
    const after = await gate.call('GET', '/v1/events', shown);
    expect([before.status, after.status, after.body.detail]).toEqual([200, 401, expect.stringContaining('has ended')]);
  });

  it('stays ended when the wall clock is turned back', async () => {
    const gate = await openSecureSite();
    const { shown } = await gate.letIn({ days: 1 });
    gate.site.clock.advance(dayMs);
    gate.site.clockGuard.check();
    gate.site.clock.jumpWall(-10 * dayMs);
    expect((await gate.call('GET', '/v1/events', shown)).status).toBe(401);
  });

  it('is nobody once it is revoked', async () => {
    const gate = await openSecureSite();
    const { id, shown } = await gate.letIn();
    gate.site.panels.revoke(id, 'op-1');
    expect((await gate.call('GET', '/v1/events', shown)).status).toBe(401);
  });

  it('is cut off while it listens to the event stream, and hears nothing after its revocation', async () => {
    const gate = await openSecureSite();
    const { id, shown } = await gate.letIn();
    const stream = await gate.open('GET', '/v1/events?stream', shown);
    let heard = '';
    stream.on('data', (chunk) => {
      heard += String(chunk);
    });
    stream.on('error', () => undefined);
    const closed = new Promise((resolve) => stream.once('close', resolve));
    gate.site.panels.revoke(id, 'op-1');
    gate.site.audit.append('camera.failed', { cameraId: 'after-revocation' });
    await closed;
    expect([stream.statusCode, heard.includes('after-revocation')]).toEqual([200, false]);
  });

  it.each(['auditor', 'operator'])(
    'an operator cannot revoke the certificate of the role %s, an admin can',
    async (role) => {
      const gate = await openSecureSite();
      const { id } = await gate.letIn({ role });
      const panel = await gate.letIn();
      const key = (by: 'operator' | 'admin') => gate.site.apiKeys.add({ role: by, label: 'k', days: 1 }).secret;
      const revoke = async (by: 'operator' | 'admin', which: string) =>
        (await gate.call('DELETE', `/v1/panels/${which}`, { key: key(by) })).status;
      expect([await revoke('operator', id), await revoke('operator', panel.id), await revoke('admin', id)]).toEqual([
        403, 204, 204,
      ]);
    },
  );

  it('does not come back with a resumed TLS session after its revocation', async () => {
    const gate = await openSecureSite();
    const { id, shown } = await gate.letIn();
    const first = await gate.call('GET', '/v1/events', shown);
    const again = await gate.call('GET', '/v1/events', shown, undefined, first.session);
    gate.site.panels.revoke(id, 'op-1');
    const after = await gate.call('GET', '/v1/events', shown, undefined, first.session);
    expect([again.status, again.resumed, after.status]).toEqual([200, true, 401]);
  });

  it('that also sends a key is who the key says', async () => {
    const gate = await openSecureSite();
    const { shown } = await gate.letIn();
    const { secret } = gate.site.apiKeys.add({ role: 'auditor', label: 'a', days: 1 });
    const right = await gate.call('GET', '/v1/audit', { ...shown, key: secret });
    const wrong = await gate.call('GET', '/v1/events', { ...shown, key: 'mk_wrong' });
    expect([right.status, wrong.status]).toEqual([200, 401]);
  });

  it('whose role was raised in the database behind the daemon’s back is nobody', async () => {
    const gate = await openSecureSite();
    const { id, shown } = await gate.letIn();
    const { panels } = gate.site.store;
    const get = panels.get.bind(panels);
    panels.get = (asked) => {
      const row = get(asked);
      return row === undefined ? undefined : { ...row, role: 'admin' };
    };
    expect([panels.get(id)?.role, (await gate.call('GET', '/v1/events', shown)).status]).toEqual(['admin', 401]);
  });
});

describe('a certificate that is none of this device', () => {
  it('of another authority opens nothing', async () => {
    const gate = await openSecureSite();
    const keys = await keyPair();
    const foreign = await ForeignAuthority.of('CN=somebody else');
    const certificate = await foreign.certify('CN=panel-000000000000, OU=admin', keys);
    const answer = await gate.call('GET', '/v1/events', { certificate, privateKey: keys.privateKey });
    expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
  });

  it('of an authority with the same name, for a panel that exists, opens nothing', async () => {
    const gate = await openSecureSite();
    const { id } = await gate.letIn();
    const keys = await keyPair();
    const name = new x509.X509Certificate(gate.authority).subject;
    const foreign = await ForeignAuthority.of(name);
    const certificate = await foreign.certify(`CN=${id}, OU=panel`, keys);
    const answer = await gate.call('GET', '/v1/events', { certificate, privateKey: keys.privateKey });
    expect([foreign.certificate.subject, answer.status]).toEqual([name, 401]);
  });

  it('but the listener’s own opens nothing either', async () => {
    const gate = await openSecureSite();
    const own = await gate.site.authority.forListener(['127.0.0.1']);
    const answer = await gate.call('GET', '/v1/events', { certificate: own.pem, privateKey: own.privateKey });
    expect(answer.status).toBe(401);
  });

  it('of a former store of the same device opens nothing', async () => {
    const former = await openSecureSite();
    const { shown } = await former.letIn();
    const gate = await openSecureSite();
    expect((await gate.call('GET', '/v1/events', shown)).status).toBe(401);
  });

  it('does not keep anybody from what anyone may read', async () => {
    const gate = await openSecureSite();
    const keys = await keyPair();
    const foreign = await ForeignAuthority.of('CN=somebody else');
    const certificate = await foreign.certify('CN=x', keys);
    expect((await gate.call('GET', '/v1/health', { certificate, privateKey: keys.privateKey })).status).toBe(200);
  });
});

describe('a one-time code', () => {
  const enrol = async (gate: SecureSite, code: string, request?: string) =>
    gate.call('POST', '/v1/panels/enrol', {}, { code, request: request ?? (await requestOf(await keyPair())) });

  it('lets one panel in and no second one', async () => {
    const gate = await openSecureSite();
    const { code } = gate.site.panels.invite(invitation, 'op-1');
    const [first, second] = [await enrol(gate, code), await enrol(gate, code)];
    expect([first.status, second.status, second.body.code]).toEqual([201, 403, 'panel-refused']);
  });

  it('sent twice at once lets one panel in', async () => {
    const gate = await openSecureSite();
    const { code } = gate.site.panels.invite(invitation, 'op-1');
    const answers = await Promise.all([enrol(gate, code), enrol(gate, code)]);
    expect([answers.map(({ status }) => status).sort(), gate.site.panels.list().length]).toEqual([[201, 403], 1]);
  });

  it('replayed with the very same request gives nothing', async () => {
    const gate = await openSecureSite();
    const { code } = gate.site.panels.invite(invitation, 'op-1');
    const request = await requestOf(await keyPair());
    await enrol(gate, code, request);
    expect((await enrol(gate, code, request)).status).toBe(403);
  });

  it('is over after fifteen minutes', async () => {
    const gate = await openSecureSite();
    const { code } = gate.site.panels.invite(invitation, 'op-1');
    gate.site.clock.advance(15 * 60_000);
    expect((await enrol(gate, code)).status).toBe(403);
  });

  it('is void after five wrong guesses at its second half', async () => {
    const gate = await openSecureSite();
    const { code } = gate.site.panels.invite(invitation, 'op-1');
    const wrong = `${code.slice(0, 6)}00000-00000-00000`;
    for (let n = 0; n < 5; n += 1) await enrol(gate, wrong);
    expect([(await enrol(gate, code)).status, newestAudit(gate.site, 'panel.enrolment-refused')]).toEqual([
      403,
      expect.objectContaining({ tries: 5, void: true }),
    ]);
  });

  it('is not spent by whoever guesses blindly, and the guesses are on record', async () => {
    const gate = await openSecureSite();
    const { code } = gate.site.panels.invite(invitation, 'op-1');
    const other = code.startsWith('0') ? '1' : '0';
    for (let n = 0; n < 8; n += 1) await enrol(gate, `${other}${code.slice(1)}`);
    gate.site.timers.advance(10_000);
    const denied = gate.site.store.auditLog.page(0, 1000).filter(({ kind }) => kind === 'access.denied');
    const sum = denied.reduce((n, { body }) => n + 1 + Number(JSON.parse(body).unrecordedBefore), 0);
    expect([sum, (await enrol(gate, code)).status]).toEqual([8, 201]);
  });

  it('survives a restart, and is nowhere on the disk', async () => {
    const folder = tempFolder();
    const gate = await openSecureSite({ store: createTestStore(folder) });
    const { code } = gate.site.panels.invite(invitation, 'op-1');
    const letters = code.replaceAll('-', '').slice(5);
    const files = ['menshen.db', 'menshen.db-wal'].map((name) => readFileSync(join(folder, name)));
    expect(files.some((bytes) => bytes.includes(letters))).toBe(false);
  });

  it('is not made and opens nothing while the clock is in doubt', async () => {
    const gate = await openSecureSite();
    const { code } = gate.site.panels.invite(invitation, 'op-1');
    gate.site.clock.jumpWall(300_000);
    const answer = await enrol(gate, code);
    expect(() => gate.site.panels.invite(invitation, 'op-1')).toThrow(
      expect.objectContaining({ code: 'clock-suspect' }),
    );
    gate.site.clockGuard.confirm('op-1');
    expect([answer.status, answer.body.code, (await enrol(gate, code)).status]).toEqual([409, 'clock-suspect', 201]);
  });

  it('made by an operator lets in panels only', async () => {
    const gate = await openSecureSite();
    const { secret } = gate.site.apiKeys.add({ role: 'operator', label: 'o', days: 1 });
    const ask = (role: string) => gate.call('POST', '/v1/panels/invitations', { key: secret }, { ...invitation, role });
    expect([(await ask('panel')).status, (await ask('operator')).status, (await ask('admin')).status]).toEqual([
      201, 403, 400,
    ]);
  });
});

const derOf = (pem: string): Buffer => Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
const pemOf = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;

describe('a certificate request', () => {
  const tried = async (request: string) => {
    const gate = await openSecureSite();
    const { code } = gate.site.panels.invite(invitation, 'op-1');
    const answer = await gate.call('POST', '/v1/panels/enrol', {}, { code, request });
    const good = await requestOf(await keyPair());
    const afterwards = await gate.call('POST', '/v1/panels/enrol', {}, { code, request: good });
    return [answer.status, answer.body.code, afterwards.status];
  };
  const refusedAndCodeKept = [422, 'csr-refused', 201];

  it.each<KeyKind>(['P-256', 'P-384', 'RSA-2048'])('with a key of %s is taken, and TLS works with it', async (kind) => {
    const gate = await openSecureSite();
    const { shown } = await gate.letIn({}, await keyPair(kind));
    expect((await gate.call('GET', '/v1/events', shown)).status).toBe(200);
  });

  it.each<KeyKind>(['RSA-1024', 'P-521', 'Ed25519'])('with a key of %s is refused', async (kind) => {
    expect(await tried(await requestOf(await keyPair(kind)))).toEqual(refusedAndCodeKept);
  });

  it.each(['CN=panel, O=Menshen', 'CN=a, CN=b', 'O=only', 'CN=*', 'CN=a\u0000b'])(
    'with the subject %j is refused',
    async (name) => {
      expect(await tried(await requestOf(await keyPair(), { name }))).toEqual(refusedAndCodeKept);
    },
  );

  it.each<[string, x509.Extension]>([
    ['an authority', new x509.BasicConstraintsExtension(true, 5, true)],
    ['another name', new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'gate.lan' }])],
    ['proving a server', new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth])],
    [
      'proving a server too',
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth, x509.ExtendedKeyUsage.serverAuth]),
    ],
    ['signing certificates', new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign)],
  ])('for %s is refused', async (_what, extension) => {
    expect(await tried(await requestOf(await keyPair(), { extensions: [extension] }))).toEqual(refusedAndCodeKept);
  });

  it('with an attribute that nobody asked for is refused', async () => {
    const attributes = [new x509.ChallengePasswordAttribute('secret')];
    expect(await tried(await requestOf(await keyPair(), { attributes }))).toEqual(refusedAndCodeKept);
  });

  it('for the key of somebody else is refused', async () => {
    const der = derOf(await requestOf(await keyPair()));
    // The last byte belongs to the signature.
    der.writeUInt8(der.readUInt8(der.length - 1) ^ 1, der.length - 1);
    expect(await tried(pemOf(der))).toEqual(refusedAndCodeKept);
  });

  it('whose curve cannot be read is refused', async () => {
    const der = derOf(await requestOf(await keyPair('P-256')));
    // The name of P-256 becomes bytes: the parser looks at them only when it is asked for the key.
    const at = der.indexOf(Buffer.from('06082a8648ce3d030107', 'hex'));
    der.writeUInt8(0x04, at);
    expect(at).toBeGreaterThan(0);
    expect(await tried(pemOf(der))).toEqual(refusedAndCodeKept);
  });

  it.each(['nonsense', '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----'])(
    'that reads %j is refused',
    async (request) => {
      expect(await tried(request)).toEqual(refusedAndCodeKept);
    },
  );

  it('for a key that had a certificate before, also a revoked one, is refused', async () => {
    const gate = await openSecureSite();
    const keys = await keyPair();
    const { id } = await gate.letIn({}, keys);
    gate.site.panels.revoke(id, 'op-1');
    await expect(gate.letIn({}, keys)).rejects.toThrow(/409/);
  });
});

describe('a disk that takes nothing', () => {
  it('turns no panel with a valid certificate away, and its first use is noted later', async () => {
    const gate = await openSecureSite();
    const { shown } = await gate.letIn();
    const { panels } = gate.site.store;
    const use = panels.useCertificate.bind(panels);
    panels.useCertificate = () => {
      throw new MenshenError('store-full', 'full');
    };
    const meanwhile = await gate.call('GET', '/v1/events', shown);
    panels.useCertificate = use;
    await gate.call('GET', '/v1/events', shown);
    const [{ certificates } = { certificates: [] }] = gate.site.panels.list();
    expect([meanwhile.status, certificates.map(({ state }) => state)]).toEqual([200, ['used']]);
  });
});

describe('a panel’s renewal', () => {
  const renew = async (gate: SecureSite, shown: object, keys?: Awaited<ReturnType<typeof keyPair>>) => {
    const pair = keys ?? (await keyPair());
    const answer = await gate.call('POST', '/v1/panels/self/renewal', shown, { request: await requestOf(pair) });
    return { ...answer, shown: { certificate: answer.body.certificate, privateKey: pair.privateKey } };
  };

  it('gives a certificate to the end of the grant, which an operator moved', async () => {
    const gate = await openSecureSite();
    const { id, shown } = await gate.letIn({ days: 2 });
    gate.site.panels.extend(id, 60, 'op-1');
    const renewed = await renew(gate, shown);
    gate.site.clock.advance(3 * dayMs);
    const [old, fresh] = [
      await gate.call('GET', '/v1/events', shown),
      await gate.call('GET', '/v1/events', renewed.shown),
    ];
    expect([renewed.status, old.status, fresh.status]).toEqual([201, 401, 200]);
  });

  it('leaves the former certificate in force until the new one was used', async () => {
    const gate = await openSecureSite();
    const { shown } = await gate.letIn();
    const renewed = await renew(gate, shown);
    const before = await gate.call('GET', '/v1/events', shown);
    const used = await gate.call('GET', '/v1/events', renewed.shown);
    const after = await gate.call('GET', '/v1/events', shown);
    expect([before.status, used.status, after.status]).toEqual([200, 200, 401]);
  });

  it('whose answer was lost can be made again, and then counts alone', async () => {
    const gate = await openSecureSite();
    const { shown } = await gate.letIn();
    const lost = await renew(gate, shown);
    const second = await renew(gate, shown);
    const [first, last] = [
      await gate.call('GET', '/v1/events', lost.shown),
      await gate.call('GET', '/v1/events', second.shown),
    ];
    expect([first.status, last.status]).toEqual([401, 200]);
  });

  it('needs the certificate: a key of the same role is not enough', async () => {
    const gate = await openSecureSite();
    const { secret } = gate.site.apiKeys.add({ role: 'panel', label: 'p', days: 1 });
    expect((await renew(gate, { key: secret })).status).toBe(403);
  });

  it('needs a new key', async () => {
    const gate = await openSecureSite();
    const keys = await keyPair();
    const { shown } = await gate.letIn({}, keys);
    expect((await renew(gate, shown, keys)).body.code).toBe('conflict');
  });

  it('is bounded, so that a panel cannot fill the disk with it', async () => {
    const gate = await openSecureSite();
    const { shown } = await gate.letIn();
    const codes: number[] = [];
    for (let n = 0; n < 12; n += 1) codes.push((await renew(gate, shown)).status);
    expect([codes.at(0), codes.at(-1)]).toEqual([201, 429]);
  });

  it('of a revoked panel is refused', async () => {
    const gate = await openSecureSite();
    const { id, shown } = await gate.letIn();
    gate.site.panels.revoke(id, 'op-1');
    expect((await renew(gate, shown)).status).toBe(401);
  });
});

describe('a site that takes panels by certificate only', () => {
  const strict = { changes: { 'http.panels': 'certificate' } };

  it('refuses the key of a panel and says why, and takes its certificate', async () => {
    const gate = await openSecureSite(strict);
    const { secret } = gate.site.apiKeys.add({ role: 'panel', label: 'p', days: 1 });
    const { shown } = await gate.letIn();
    const [byKey, byCertificate] = [
      await gate.call('GET', '/v1/events', { key: secret }),
      await gate.call('GET', '/v1/events', shown),
    ];
    expect([byKey.status, byKey.body.detail, byCertificate.status]).toEqual([
      401,
      expect.stringContaining('menshen panels invite'),
      200,
    ]);
  });

  it('takes keys of people still', async () => {
    const gate = await openSecureSite(strict);
    const { secret } = gate.site.apiKeys.add({ role: 'operator', label: 'o', days: 1 });
    expect((await gate.call('GET', '/v1/subjects', { key: secret })).status).toBe(200);
  });
});

it('every step of a panel’s life is on record', async () => {
  const gate = await openSecureSite();
  const { id, shown } = await gate.letIn();
  await gate.call('POST', '/v1/panels/self/renewal', shown, { request: await requestOf(await keyPair()) });
  gate.site.panels.extend(id, 10, 'op-1');
  gate.site.panels.revoke(id, 'op-1');
  expect(auditKinds(gate.site)).toEqual(
    expect.arrayContaining([
      ...['authority.made', 'tls.certificate-made', 'panel.invited', 'panel.enrolled'],
      ...['panel.renewed', 'panel.extended', 'panel.revoked'],
    ]),
  );
});
