/** The device's own certificates. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { request as https } from 'node:https';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { changeCertificate } from '#menshen/http/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { closeSecureSites, openSecureSite } from '../support/secure-site.js';
import { auditKinds, dayMs, openSite } from '../support/site.js';
import { createTestStore, openTestStore, tempFolder } from '../support/temp-store.js';

afterEach(closeSecureSites);

const names = ['gate.lan', '10.0.0.5', 'fd00::5'];

describe('the device authority', () => {
  it('is made once and stays', async () => {
    const { authority } = openSite();
    const [first, second] = await Promise.all([authority.ensure(), authority.ensure()]);
    expect([second, await authority.ensure()]).toEqual([first, first]);
  });

  it('may sign end certificates and nothing that signs in turn', async () => {
    const { authority } = openSite();
    const certificate = new X509Certificate((await authority.ensure()).pem);
    const { pem } = await authority.forListener(names);
    expect([certificate.ca, certificate.verify(certificate.publicKey), new X509Certificate(pem).ca]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('is valid whatever the clock said when it was made', async () => {
    const clock = new FakeClock();
    clock.jumpWall(-20 * 365 * dayMs);
    const { authority } = openSite({ clock, assessed: false });
    const certificate = new X509Certificate((await authority.ensure()).pem);
    expect([Date.parse(certificate.validFrom) < Date.now(), Date.parse(certificate.validTo) > Date.now()]).toEqual([
      true,
      true,
    ]);
  });

  it('leaves no private key in clear on the disk', async () => {
    const folder = tempFolder();
    const site = openSite({ store: createTestStore(folder) });
    const { privateKey } = await site.authority.forListener(names);
    const keys = [site.store.deviceCertificates.privateKey('authority') ?? new Uint8Array(1)];
    keys.push(new Uint8Array(createPrivateKey(privateKey).export({ type: 'pkcs8', format: 'der' })));
    site.store.close();
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const disk = Buffer.concat(files.map(({ parentPath, name }) => readFileSync(join(parentPath, name))));
    // The last 32 bytes of the private scalar's own bytes stand in every encoding of the key.
    const halves = keys.map((key) => Buffer.from(key).subarray(36, 68));
    expect(halves.map((half) => disk.includes(half))).toEqual([false, false]);
  });

  it('goes on after a restart', async () => {
    const folder = tempFolder();
    const first = openSite({ store: createTestStore(folder) });
    const made = await first.authority.forListener(names);
    first.store.close();
    const again = openSite({ store: openTestStore(folder), clock: first.clock });
    expect(await again.authority.forListener(names)).toEqual(made);
  });

  it('whose key was replaced by that of another device opens nothing', async () => {
    const [one, other] = [openSite(), openSite()];
    await Promise.all([one.authority.ensure(), other.authority.ensure()]);
    const key = one.store.deviceCertificates.privateKey('authority') ?? new Uint8Array();
    const signed = await other.authority.forListener(names);
    expect([key.length > 0, one.authority.signed(new X509Certificate(signed.pem))]).toEqual([true, false]);
  });

  it('keeps its keys through a rotation of what they are sealed with', async () => {
    const { authority, store } = openSite();
    await authority.forListener(names);
    const before = store.deviceCertificates.privateKey('authority');
    store.keys.change(() => store.keys.renew('device-secrets', 1));
    store.deviceCertificates.sealAnew();
    store.keys.change(() => store.keys.dropFormer('device-secrets'));
    expect(store.deviceCertificates.privateKey('authority')).toEqual(before);
  });
});

describe('the listener’s certificate', () => {
  it('is valid for its names and no others', async () => {
    const { authority } = openSite();
    const certificate = new X509Certificate((await authority.forListener(names)).pem);
    expect([
      certificate.checkHost('gate.lan'),
      certificate.checkIP('10.0.0.5'),
      certificate.checkIP('fd00::5') !== undefined,
      certificate.checkHost('other.lan'),
    ]).toEqual(['gate.lan', '10.0.0.5', true, undefined]);
  });

  it('stays as long as it lasts and the names are the same', async () => {
    const { authority, clock } = openSite();
    const first = await authority.forListener(names);
    clock.advance(100 * dayMs);
    expect((await authority.forListener([...names].reverse())).fingerprint).toBe(first.fingerprint);
  });

  it('is made anew before it ends', async () => {
    const site = openSite();
    const first = await site.authority.forListener(names);
    site.clock.advance(141 * dayMs);
    const second = await site.authority.forListener(names);
    const made = auditKinds(site).filter((kind) => kind === 'tls.certificate-made');
    expect([second.fingerprint === first.fingerprint, second.notAfterMs > first.notAfterMs, made.length]).toEqual([
      false,
      true,
      2,
    ]);
  });

  it('is made anew for other names', async () => {
    const { authority } = openSite();
    const first = await authority.forListener(names);
    expect((await authority.forListener(['gate.lan'])).fingerprint).not.toBe(first.fingerprint);
  });

  it('that was made under a clock which ran years ahead is made anew once the clock is right', async () => {
    const site = openSite();
    site.clock.jumpWall(3650 * dayMs);
    const ahead = await site.authority.forListener(names);
    site.clock.jumpWall(-3650 * dayMs);
    const right = await site.authority.forListener(names);
    expect([ahead.notAfterMs > right.notAfterMs, right.notAfterMs - site.clock.wallMs() <= 200 * dayMs]).toEqual([
      true,
      true,
    ]);
  });

  it('is changed while the listener runs, and a connection that is open goes on', async () => {
    const gate = await openSecureSite();
    const before = await gate.call('GET', '/v1/health');
    const stream = await gate.open('GET', '/v1/events?stream', {
      key: gate.site.apiKeys.add({ role: 'panel', label: 'p', days: 1 }).secret,
    });
    const heard = new Promise((resolve) =>
      stream.on('data', (chunk) => {
        if (String(chunk).includes('after-the-change')) resolve('heard');
      }),
    );
    stream.on('error', () => undefined);
    const { chain, privateKey } = await gate.site.authority.forListener(['127.0.0.1'], true);
    changeCertificate(gate.server, { chain, privateKey, panelAuthority: gate.authority });
    const after = await gate.call('GET', '/v1/health');
    gate.site.audit.append('camera.failed', { cameraId: 'after-the-change' });
    expect([after.status, after.serverFingerprint === before.serverFingerprint, await heard]).toEqual([
      200,
      false,
      'heard',
    ]);
    stream.destroy();
  });

  it('that does not fit its key is refused, and the former one goes on', async () => {
    const gate = await openSecureSite();
    const before = await gate.call('GET', '/v1/health');
    const { chain } = await gate.site.authority.forListener(['127.0.0.1']);
    const other = await openSite().authority.forListener(['127.0.0.1']);
    const wrong = { chain, privateKey: other.privateKey, panelAuthority: gate.authority };
    expect(() => changeCertificate(gate.server, wrong)).toThrow(expect.objectContaining({ code: 'listener-refused' }));
    expect((await gate.call('GET', '/v1/health')).serverFingerprint).toBe(before.serverFingerprint);
  });

  it('is refused by a client that trusts another authority of the same name', async () => {
    const gate = await openSecureSite();
    const other = await openSite().authority.ensure();
    const failed = await new Promise((resolve) => {
      const request = https({ host: '127.0.0.1', port: gate.port, path: '/v1/health', ca: other.pem }, () =>
        resolve('answered'),
      );
      request.on('error', () => resolve('refused')).end();
    });
    expect(failed).toBe('refused');
  });
});
