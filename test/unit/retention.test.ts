import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyAudit } from '#menshen/audit/index.js';
import { hash, verifySignature } from '#menshen/crypto/index.js';
import { systemRandomness } from '#menshen/platform/index.js';
import { type ReceiptRow, Store } from '#menshen/store/index.js';
import { ada, bo, packFacts } from '../support/fake-vision.js';
import { addEnrolled, addPerson, consentRequest, dayMs, newestAudit, openSite, type Site } from '../support/site.js';
import { copyOfFolder, createTestStore, openTestStore, rootKey, tempFolder } from '../support/temp-store.js';

const signed = ({ store }: Site, receipt: ReceiptRow | undefined): boolean =>
  receipt !== undefined && verifySignature(store.signingKey.publicKey, receipt.body, receipt.signature);
const bodyOf = (receipt: ReceiptRow | undefined): Record<string, unknown> => JSON.parse(receipt?.body ?? '{}');
const hasFace = ({ store }: Site, subjectId: string): boolean =>
  store.templates.ofSubject(subjectId, packFacts.modelId) !== undefined;

/** An enrolled person with PIN and card. */
async function addWithEverything(site: Site): Promise<string> {
  const { id } = addEnrolled(site, ada);
  await site.pins.set(id, '271828', 6);
  site.store.credentials.addCard(id, '04A1', site.clock.wallMs());
  return id;
}

describe('a withdrawal', () => {
  it('destroys the face and leaves PIN and card', async () => {
    const site = openSite();
    const id = await addWithEverything(site);
    await site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
    expect([
      hasFace(site, id),
      site.store.credentials.pin(id) !== undefined,
      site.store.credentials.cardHolder('04A1'),
    ]).toEqual([false, true, id]);
  });

  it('ends the consent, so that only a new one brings the face back', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    await site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
    expect(site.consents.state(id, site.policy.binding())).toEqual({ state: 'ended' });
  });

  it('moves the store to another epoch, so that old copies are of no use', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    await site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
    expect(site.store.vault.epoch).toBe(2);
  });

  it('gives a signed receipt with every field the law’s list names', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    const receipt = await site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
    const fields = Object.keys(bodyOf(receipt));
    expect([signed(site, receipt), receipt.keyId]).toEqual([true, site.store.signingKey.keyId]);
    expect(fields).toEqual(
      expect.arrayContaining([
        ...['receiptId', 'consentId', 'requestedAt', 'requester', 'effectiveAt', 'scope', 'purgeReceiptId'],
        ...['pastProcessing', 'alternativesNow', 'recordsRetained', 'contact'],
      ]),
    );
  });

  it('names the purge receipt, which is signed too', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    const receipt = await site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
    const purge = site.store.receipts.get(String(bodyOf(receipt).purgeReceiptId));
    expect([signed(site, purge), bodyOf(purge)]).toEqual([
      true,
      expect.objectContaining({ trigger: 'withdrawal', scope: 'face' }),
    ]);
  });

  it('is on record with who asked', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    await site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
    expect(newestAudit(site, 'consent.withdrawn')).toMatchObject({
      subjectId: id,
      requester: 'self',
      operatorId: 'op-1',
    });
  });

  it('holds from the moment it is asked for, before the template is destroyed', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    const running = site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
    const meanwhile = site.policy.person(id);
    await running;
    expect(meanwhile).toEqual({ ready: false, reason: 'ended' });
  });

  it('works before a template was made', async () => {
    const site = openSite();
    const { id } = addPerson(site);
    site.consents.give(consentRequest(site, id), site.policy.binding());
    await site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
    expect(site.consents.state(id, site.policy.binding())).toEqual({ state: 'ended' });
  });

  it('needs a consent to withdraw', async () => {
    const site = openSite();
    const { id } = addPerson(site);
    const refused = site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
    await expect(refused).rejects.toMatchObject({ code: 'consent-required' });
  });

  it('of somebody unknown is refused', async () => {
    const refused = openSite().retention.withdraw({ subjectId: 's-none', requester: 'self', operatorId: 'op-1' });
    await expect(refused).rejects.toMatchObject({ code: 'not-found' });
  });

  it('can never be refused because the clock is suspect', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    site.clock.jumpWall(-40 * dayMs);
    site.clockGuard.check();
    await site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
    expect(hasFace(site, id)).toBe(false);
  });
});

describe('erasing a person on request', () => {
  it('takes face, PIN, card and profile, and keeps consent record and receipt', async () => {
    const site = openSite();
    const id = await addWithEverything(site);
    const receipt = await site.retention.eraseSubject(id, 'order');
    const { store } = site;
    expect([
      store.subjects.get(id),
      hasFace(site, id),
      store.credentials.pin(id),
      store.credentials.cardHolder('04A1'),
      store.consents.ofSubject(id).map(({ endReason }) => endReason),
      signed(site, receipt),
    ]).toEqual([undefined, false, undefined, undefined, ['order'], true]);
  });

  it('counts in the receipt what went, under every field of the law’s list', async () => {
    const site = openSite();
    const id = await addWithEverything(site);
    const body = bodyOf(await site.retention.eraseSubject(id, 'order'));
    expect(body).toMatchObject({
      subjectPseudonym: id,
      trigger: 'order',
      items: { templates: 1, cards: 1, pins: 1, lastEntries: 0, profile: 1 },
      verification: { rowsLeft: 0, epochInForce: 2, formerEpochKeysOnDisk: 0 },
      deviceId: 'gate-1',
      failures: 'none',
    });
    expect(Object.keys(body)).toEqual(
      expect.arrayContaining(['receiptId', 'method', 'startedAt', 'completedAt', 'backupsAndCopies', 'prevHash']),
    );
  });

  it('chains each receipt to the one before', async () => {
    const site = openSite();
    const first = await site.retention.eraseSubject(addPerson(site).id, 'order');
    const second = bodyOf(await site.retention.eraseSubject(addPerson(site).id, 'order'));
    expect(second.prevHash).toBe(Buffer.from(hash(first.body)).toString('hex'));
  });

  it('is on record, in a chain that holds', async () => {
    const site = openSite();
    const id = await addWithEverything(site);
    const { id: receiptId } = await site.retention.eraseSubject(id, 'order');
    expect(newestAudit(site, 'subject.erased')).toEqual({ subjectId: id, trigger: 'order', templates: 1, receiptId });
    expect(await verifyAudit(site.store)).toMatchObject({ intact: true });
  });
});

describe('an erasure that was cut by a crash', () => {
  /** The moment between the commit of an erasure and its receipts. */
  async function cutErasure(): Promise<{ folder: string; people: string[] }> {
    const folder = tempFolder();
    const site = openSite({ store: createTestStore(folder) });
    const people = [addEnrolled(site, ada).id, addEnrolled(site, bo).id];
    const cut = new Error('pulled plug');
    site.store.vault.recover = () => {
      throw cut;
    };
    const orders = people.map((subjectId) => ({ subjectId, scope: 'person', trigger: 'expiry' }) as const);
    await expect(site.eraser.erase(orders)).rejects.toBe(cut);
    return { folder: copyOfFolder(folder), people };
  }

  it('is finished at the next start, with receipts for everybody in it', async () => {
    const { folder, people } = await cutErasure();
    const site = openSite({ store: openTestStore(folder) });
    const finished = await site.eraser.finishInterrupted();
    const receipts = site.store.receipts.newest(10);
    expect([
      finished,
      receipts.map(({ subjectId }) => subjectId).sort(),
      receipts.every((one) => signed(site, one)),
    ]).toEqual([1, [...people].sort(), true]);
  });

  it('at whatever step is finished by the next sweep: one receipt, one epoch key', async () => {
    const copies: string[] = [];
    let watching = false;
    const folder = tempFolder();
    const randomness = {
      bytes: (count: number) => {
        if (watching) copies.push(copyOfFolder(folder));
        return systemRandomness.bytes(count);
      },
    };
    const store = Store.create(folder, rootKey(), { randomness, auditReserveMiB: 1 });
    const site = openSite({ store });
    const { id } = addEnrolled(site, ada);
    addEnrolled(site, bo);
    site.store.subjects.setExpiry(id, site.clock.wallMs());
    watching = true;
    await site.retention.sweep();
    watching = false;
    store.close();
    const outcomes = [];
    for (const copy of copies) {
      const again = openSite({ store: openTestStore(copy), clock: site.clock });
      await again.retention.sweep();
      const receipts = again.store.receipts.newest(10).filter(({ subjectId }) => subjectId === id);
      outcomes.push([again.store.subjects.get(id), receipts.length, readdirSync(join(copy, 'epoch')).length]);
    }
    expect(outcomes.length).toBeGreaterThan(5);
    expect(outcomes).toEqual(outcomes.map(() => [undefined, 1, 1]));
  });

  it('is finished once', async () => {
    const { folder } = await cutErasure();
    const site = openSite({ store: openTestStore(folder) });
    await site.eraser.finishInterrupted();
    expect([await site.eraser.finishInterrupted(), site.store.receipts.newest(10).length]).toEqual([0, 2]);
  });

  it('leaves nothing of the people in it, and no second epoch', async () => {
    const { folder, people } = await cutErasure();
    const { store } = openSite({ store: openTestStore(folder) });
    expect([people.map((id) => store.subjects.get(id)), store.templates.count(), store.vault.epoch]).toEqual([
      [undefined, undefined],
      0,
      2,
    ]);
  });
});

describe('a sweep of many people', () => {
  it('spares whoever was given more time while it went on', async () => {
    const site = openSite();
    const ids = Array.from({ length: 100 }, () => addPerson(site).id).sort();
    for (const id of ids) site.store.subjects.setExpiry(id, site.clock.wallMs());
    // Runs between the first slice and the next one.
    setImmediate(() => {
      for (const id of ids) site.store.subjects.setExpiry(id, site.clock.wallMs() + dayMs);
    });
    const { personsErased, receipts } = await site.retention.sweep();
    const left = ids.filter((id) => site.store.subjects.get(id) !== undefined);
    // Erased in the order of their ids: nobody is passed over, and nobody behind the first slice goes.
    expect([receipts.length, left]).toEqual([personsErased, ids.slice(personsErased)]);
    expect([personsErased > 0, left.length > 0]).toEqual([true, true]);
  });
});
