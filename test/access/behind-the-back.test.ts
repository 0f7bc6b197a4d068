/** Whoever writes to the database's file gets no rights by it: not by invitations, enrolment codes, panels, certificates or keys. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { keyedHash } from '#menshen/crypto/index.js';
import { tellEndings } from '#menshen/terminal/index.js';
import { type KeyPair, keyPair, requestOf, x509 } from '../support/certificates.js';
import { FakeClock } from '../support/fake-clock.js';
import { servicesOf } from '../support/screen.js';
import { dayMs, newestAudit, openSite, type Site } from '../support/site.js';
import { createTestStore, openTestStore, rawDatabase, tempFolder } from '../support/temp-store.js';

const invitation = { role: 'panel', label: 'north gate', days: 30 };
const refused = expect.objectContaining({ code: 'panel-refused' });
const notFound = expect.objectContaining({ code: 'not-found' });

interface Device {
  readonly site: Site;
  /** The service stops, somebody writes to its file, the service starts. */
  tampered(change: (db: Sqlite.Database) => unknown): Site;
}

function device(): Device {
  const folder = tempFolder();
  const clock = new FakeClock();
  const site = openSite({ store: createTestStore(folder), clock });
  return {
    site,
    tampered: (change) => {
      site.store.close();
      rawDatabase(folder, change);
      return openSite({ store: openTestStore(folder), clock, assessed: false });
    },
  };
}

const enrol = async (site: Site, code: string, keys?: KeyPair) =>
  site.panels.enrol(code, await requestOf(keys ?? (await keyPair())));

/** Who a panel is that shows this certificate. */
function whoIs(site: Site, pem: string) {
  const presented = site.panels.presented(new Uint8Array(new x509.X509Certificate(pem).rawData));
  return presented === undefined ? undefined : site.panels.callerOf(presented);
}

async function letIn(site: Site, wanted: Partial<typeof invitation> = {}) {
  return enrol(site, site.panels.invite({ ...invitation, ...wanted }, 'op-1').code);
}

describe('a row of an invitation', () => {
  test.each([
    ['a higher role', `role = 'operator'`],
    ['the role admin', `role = 'admin'`],
    ['more days', 'days = 730'],
    ['days beyond any grant', 'days = 36500'],
    ['another end of the code', 'expires_at = expires_at + 86400000'],
    ['another maker', `made_by = 'op-2'`],
    ['another label', `label = 'south gate'`],
    ['no code', 'code_hash = zeroblob(32)'],
  ])('that got %s lets nobody in, and that is on record', async (_what, change) => {
    const { site, tampered } = device();
    const { code } = site.panels.invite(invitation, 'op-1');
    const after = tampered((db) => db.exec(`UPDATE panel_invitation SET ${change}`));
    await expect(enrol(after, code)).rejects.toThrow(refused);
    expect(after.panels.list()).toEqual([]);
    expect(newestAudit(after, 'panel.enrolment-refused')).toMatchObject({ tries: 1 });
  });

  test('that nobody touched lets its panel in after a restart', async () => {
    const { site, tampered } = device();
    const { code } = site.panels.invite(invitation, 'op-1');
    const after = tampered(() => undefined);
    const { certificate } = await enrol(after, code);
    expect(whoIs(after, certificate)).toMatchObject({ role: 'panel' });
  });

  test('that takes its hash from an invitation of a higher role grants that to nobody', async () => {
    const { site, tampered } = device();
    const { code } = site.panels.invite(invitation, 'op-1');
    site.panels.invite({ ...invitation, role: 'operator' }, 'admin-1');
    const ofOperator = `(SELECT code_hash FROM panel_invitation WHERE role = 'operator')`;
    const after = tampered((db) =>
      db.exec(`UPDATE panel_invitation SET code_hash = ${ofOperator}, role = 'operator' WHERE role = 'panel'`),
    );
    await expect(enrol(after, code)).rejects.toThrow(refused);
  });

  test('that is put back after its use lets nobody in again', async () => {
    const { site } = device();
    const { code } = site.panels.invite(invitation, 'op-1');
    const row = site.store.panelInvitations.get(code.slice(0, 5));
    await enrol(site, code);
    if (row !== undefined) site.store.panelInvitations.add(row);
    await expect(enrol(site, code)).rejects.toThrow(refused);
    expect(site.panels.list().length).toBe(1);
  });

  test.each([{ role: 'admin' }, { role: 'kiosk' }, { days: 731 }, { days: 0 }, { days: 1.5 }])(
    'with %j is not made, and one that is there lets nobody in',
    async (change) => {
      const { site } = device();
      const wanted = { ...invitation, ...change };
      expect(() => site.panels.invite(wanted, 'op-1')).toThrow(/no other role|1 to 730 days/);
      if (!Number.isInteger(wanted.days)) return;

      // Even where whoever wrote it had the hashing key.
      const granted = { ...wanted, madeBy: 'op-1', expiresAtMs: site.clock.wallMs() + 60_000 };
      const letters = 'ABCDE0123456789ABCDE';
      const { role, label, days, madeBy, expiresAtMs } = granted;
      const hashed = `panel-invitation:${JSON.stringify([letters, role, label, days, madeBy, expiresAtMs])}`;
      const codeHash = keyedHash(site.store.keys.apiKeys, hashed);
      site.store.panelInvitations.add({ ...granted, codeHash, id: letters.slice(0, 5), tries: 0 });
      await expect(enrol(site, letters)).rejects.toThrow(refused);
    },
  );

  test('whose time is over is gone at the next look, also where nobody uses it', () => {
    const { site } = device();
    site.panels.invite(invitation, 'op-1');
    site.clock.advance(900_000);
    tellEndings(site);
    expect(site.store.panelInvitations.count()).toBe(0);
  });
});

describe('an entry of an enrolment code', () => {
  const body = (change: string) => `UPDATE register_entry SET ${change} WHERE register = 'enrolment-code'`;
  const made = () => {
    const { site, tampered } = device();
    const [ann, bob] = ['ann', 'bob'].map((personNumber) => {
      const times = { nowMs: site.clock.wallMs(), expiresAtMs: site.clock.wallMs() + dayMs };
      return site.store.subjects.add({ personNumber }, 'adult', times).id;
    });
    const { code } = site.codes.make({ subjectId: ann ?? '', operatorId: 'op-1' });
    return { site, tampered, code, ann, bob };
  };

  test('that was given to another person in the file enrols nobody', () => {
    const { tampered, code, bob } = made();
    expect(tampered((db) => db.exec(body(`subject_id = '${bob}'`))).codes.redeem(code)).toBeUndefined();
  });

  test('whose end was moved in the file ends when it was to', () => {
    const { site, tampered, code } = made();
    const later = site.clock.wallMs() + dayMs;
    const after = tampered((db) => db.exec(body(`body = json_set(body, '$.expiresAtMs', ${later})`)));
    after.clock.advance(30 * 60_000);
    expect(after.codes.redeem(code)).toBeUndefined();
  });

  test.each(['used', 'replaced'])('that was %s is opened again by no word in the file', (how) => {
    const { site, tampered, code, ann = '' } = made();
    if (how === 'used') expect(site.codes.redeem(code)?.subjectId).toBe(ann);
    else site.codes.make({ subjectId: ann, operatorId: 'op-1' });
    expect(tampered((db) => db.exec(body(`state = 'open'`))).codes.redeem(code)).toBeUndefined();
  });

  test('names the operator who made it, whatever the file says', () => {
    const { tampered, code, ann } = made();
    const after = tampered((db) => db.exec(body(`body = json_set(body, '$.by', 'op-2')`)));
    expect(after.codes.redeem(code)).toEqual({ subjectId: ann, operatorId: 'op-1' });
  });
});

describe('a panel’s row', () => {
  test('whose revocation was taken away in the file is nobody, renews nothing, and is shown as altered', async () => {
    const { site, tampered } = device();
    const { panelId, certificate } = await letIn(site);
    expect(whoIs(site, certificate)).toMatchObject({ id: panelId });
    site.panels.revoke(panelId, 'op-1');
    const after = tampered((db) => db.exec('UPDATE panel SET revoked_at = NULL'));
    expect(whoIs(after, certificate)).toBeUndefined();
    expect(() => after.panels.extend(panelId, 10, 'op-1')).toThrow(notFound);
    await expect(after.panels.renew(panelId, await requestOf(await keyPair()))).rejects.toThrow(notFound);
    expect(after.panels.require(panelId).state).toBe('altered');
    after.panels.revoke(panelId, 'op-1');
    expect(after.panels.require(panelId).state).toBe('revoked');
  });

  test('that borrows the seal of a panel in force is nobody', async () => {
    const { site, tampered } = device();
    const revoked = await letIn(site);
    const inForce = await letIn(site);
    site.panels.revoke(revoked.panelId, 'op-1');
    const after = tampered((db) => {
      db.exec(`UPDATE panel SET revoked_at = NULL, seal = (SELECT seal FROM panel WHERE seal IS NOT NULL)
               WHERE id = '${revoked.panelId}'`);
      db.exec(`UPDATE panel_certificate SET seal = (SELECT seal FROM panel_certificate WHERE seal IS NOT NULL)
               WHERE panel_id = '${revoked.panelId}'`);
    });
    expect([whoIs(after, revoked.certificate), whoIs(after, inForce.certificate)?.id]).toEqual([
      undefined,
      inForce.panelId,
    ]);
  });

  test('whose end was moved in the file gets no longer certificate by it', async () => {
    const { site, tampered } = device();
    const { panelId, certificate } = await letIn(site, { days: 1 });
    const after = tampered((db) => db.exec(`UPDATE panel SET expires_at = expires_at + ${700 * dayMs}`));
    expect(whoIs(after, certificate)).toBeUndefined();
    await expect(after.panels.renew(panelId, await requestOf(await keyPair()))).rejects.toThrow(notFound);
  });

  test('that an operator extended counts on, also after a restart and a change of the sealing key', async () => {
    const { site, tampered } = device();
    const { panelId, certificate } = await letIn(site, { days: 2 });
    site.panels.extend(panelId, 60, 'op-1');
    const { rotation } = servicesOf(site);
    await rotation.rotate({ key: 'device-secrets', by: 'admin-1' });
    const after = tampered(() => undefined);
    expect(whoIs(after, certificate)).toMatchObject({ id: panelId });
  });
});

describe('a panel’s certificate', () => {
  test('that was replaced comes back by no mark in the file', async () => {
    const { site, tampered } = device();
    const first = await letIn(site);
    const second = await site.panels.renew(first.panelId, await requestOf(await keyPair()));
    expect([whoIs(site, second.certificate)?.id, whoIs(site, first.certificate)]).toEqual([first.panelId, undefined]);
    const after = tampered((db) => db.exec('UPDATE panel_certificate SET replaced_at = NULL'));
    expect([whoIs(after, first.certificate), whoIs(after, second.certificate)?.id]).toEqual([undefined, first.panelId]);
  });

  test('that the file gives to another panel makes nobody', async () => {
    const { site, tampered } = device();
    const [one, other] = [await letIn(site), await letIn(site)];
    const after = tampered((db) => {
      db.exec(`UPDATE panel_certificate SET panel_id = '${other.panelId}' WHERE panel_id = '${one.panelId}'`);
    });
    expect(whoIs(after, one.certificate)).toBeUndefined();
  });

  test.each(['admin', 'kiosk', 'nobody'])('of this very authority with the role %s makes nobody', async (role) => {
    const { site } = device();
    const { panelId } = await letIn(site);
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
    const nowMs = site.clock.wallMs();
    const times = { fromMs: nowMs, untilMs: nowMs + dayMs };
    const der = await site.authority.certifyPanel({ id: panelId, role, publicKey: spki, ...times });
    expect(site.panels.presented(der)).toBeUndefined();
  });
});

describe('a key’s row', () => {
  test('whose revocation was taken away in the file opens nothing', () => {
    const { site, tampered } = device();
    const { id, secret } = site.apiKeys.add({ role: 'operator', label: 'desk', days: 10 });
    site.apiKeys.revoke(id, 'admin-1');
    const after = tampered((db) => db.exec('UPDATE api_key SET revoked_at = NULL'));
    expect(after.apiKeys.list()).toMatchObject([{ id }]);
    expect(after.apiKeys.identify(secret)).toBeUndefined();
  });

  test('keeps nothing on the disk that its secret could fit', () => {
    const folder = tempFolder();
    const site = openSite({ store: createTestStore(folder) });
    const { id } = site.apiKeys.add({ role: 'operator', label: 'desk', days: 10 });
    const hash = Buffer.from(site.store.apiKeys.get(id)?.secretHash ?? []);
    const onDisk = () =>
      ['menshen.db', 'menshen.db-wal'].some((name) => readFileSync(join(folder, name)).includes(hash));
    expect([hash.length, onDisk()]).toEqual([32, true]);
    site.apiKeys.revoke(id, 'admin-1');
    expect(onDisk()).toBe(false);
  });
});
