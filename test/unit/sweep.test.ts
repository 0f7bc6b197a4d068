import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ada, bo, packFacts, stranger } from '../support/fake-vision.js';
import { addEnrolled, auditKinds, consentRequest, dayMs, openSite, type Site } from '../support/site.js';
import { createTestStore, openTestStore, tempFolder } from '../support/temp-store.js';

const hasFace = ({ store }: Site, subjectId: string): boolean =>
  store.templates.ofSubject(subjectId, packFacts.modelId) !== undefined;

describe('a sweep', () => {
  it('erases faces whose consent ran out and people whose time is over, and nobody else', async () => {
    const site = openSite();
    const lapsed = addEnrolled(site, ada).id;
    const over = addEnrolled(site, bo).id;
    site.store.subjects.setExpiry(over, site.clock.wallMs() + 5 * dayMs);
    site.clock.advance(15 * dayMs);
    const fresh = addEnrolled(site, stranger).id;
    site.clock.advance(6 * dayMs);
    const result = await site.retention.sweep();
    expect(result).toMatchObject({ facesErased: 1, personsErased: 1, held: 0 });
    expect([
      site.store.subjects.get(lapsed) !== undefined,
      hasFace(site, lapsed),
      site.store.subjects.get(over),
      hasFace(site, fresh),
    ]).toEqual([true, false, undefined, true]);
  });

  it('erases at the very moment of expiry, not after it', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    site.clock.advance(20 * dayMs - 1);
    const before = await site.retention.sweep();
    site.clock.advance(1);
    await site.retention.sweep();
    expect([before.facesErased, hasFace(site, id)]).toEqual([0, false]);
  });

  it('destroys what a withdrawal that was cut still owes, under the receipt that was announced', async () => {
    const folder = tempFolder();
    const first = openSite({ store: createTestStore(folder) });
    const { id } = addEnrolled(first, ada);
    first.eraser.erase = () => Promise.reject(new Error('pulled plug'));
    const cut = first.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
    await expect(cut).rejects.toThrow('pulled plug');
    const announced = JSON.parse(first.store.receipts.newest(1)[0]?.body ?? '{}').purgeReceiptId;
    first.store.close();
    const site = openSite({ store: openTestStore(folder), clock: first.clock });
    const { receipts } = await site.retention.sweep();
    expect([hasFace(site, id), receipts]).toEqual([false, [announced]]);
  });

  it('owes nothing that the clock could hold back', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    site.store.consents.endAll(id, 'withdrawn', site.clock.wallMs());
    site.clock.jumpWall(-7_200_000);
    await site.retention.sweep();
    expect([site.policy.clock().trusted, hasFace(site, id)]).toEqual([false, false]);
  });

  it('leaves a consent that was renewed before the face was enrolled anew', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    site.consents.give(consentRequest(site, id), site.policy.binding());
    await site.retention.sweep();
    expect(site.consents.state(id, site.policy.binding()).state).toBe('valid');
  });

  it('gives no receipt for a destruction that has not happened: the old epoch key is gone first', async () => {
    // eraser.ts finishInterrupted trusts that opening the store destroyed the key; within one run nothing did.
    const folder = tempFolder();
    const site = openSite({ store: createTestStore(folder) });
    const { id } = addEnrolled(site, ada);
    const { recover } = site.store.vault;
    site.store.vault.recover = () => {
      throw new Error('the disk refused');
    };
    await expect(site.retention.eraseSubject(id, 'order')).rejects.toThrow('the disk refused');
    site.store.vault.recover = recover;
    await site.retention.sweep();
    expect([site.store.receipts.newest(5).length, readdirSync(join(folder, 'epoch'))]).toEqual([1, ['epoch-2.key']]);
  });

  it('erases many in one epoch, with a receipt for each', async () => {
    const site = openSite();
    const people = Array.from({ length: 30 }, () => addEnrolled(site, ada).id);
    site.clock.advance(25 * dayMs);
    const { receipts } = await site.retention.sweep();
    expect([site.store.vault.epoch, new Set(receipts).size, people.filter((id) => hasFace(site, id))]).toEqual([
      2,
      30,
      [],
    ]);
  });

  it('does nothing, and opens no epoch, when nobody is due', async () => {
    const site = openSite();
    addEnrolled(site, ada);
    await site.retention.sweep();
    expect([site.store.vault.epoch, auditKinds(site)]).toEqual([1, expect.not.arrayContaining(['sweep.finished'])]);
  });

  it('holds everything while the clock is suspect, and says why', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    site.clock.jumpWall(400 * dayMs);
    const result = await site.retention.sweep();
    expect([result, hasFace(site, id)]).toEqual([
      expect.objectContaining({
        facesErased: 0,
        personsErased: 0,
        held: 1,
        heldBecause: expect.stringContaining('jumped'),
      }),
      true,
    ]);
  });

  it('holds, while the clock is suspect, even what is due by the time that passed', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    site.clock.jumpWall(-7_200_000);
    site.clockGuard.check();
    site.clock.advance(25 * dayMs);
    expect([await site.retention.sweep(), hasFace(site, id)]).toEqual([
      expect.objectContaining({ facesErased: 0, held: 1 }),
      true,
    ]);
  });

  it('erases what was held once the time is confirmed', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    site.clock.jumpWall(25 * dayMs);
    await site.retention.sweep();
    site.clockGuard.confirm('op-1');
    expect([(await site.retention.sweep()).facesErased, hasFace(site, id)]).toEqual([1, false]);
  });

  it('holds what is due only by a gap that nobody vouched for', async () => {
    const folder = tempFolder();
    const first = openSite({ store: createTestStore(folder) });
    const { id } = addEnrolled(first, ada);
    first.clock.advance(19 * dayMs);
    first.clockGuard.check();
    first.store.close();
    first.clock.reboot(2 * dayMs);
    const site = openSite({ store: openTestStore(folder), clock: first.clock });
    expect([await site.retention.sweep(), hasFace(site, id)]).toEqual([
      expect.objectContaining({ facesErased: 0, held: 1, heldBecause: expect.stringContaining('not confirmed') }),
      true,
    ]);
  });

  it('counts down-time within one boot: expiry during it is erased at the start', async () => {
    const folder = tempFolder();
    const first = openSite({ store: createTestStore(folder) });
    const { id } = addEnrolled(first, ada);
    first.store.close();
    first.clock.advance(21 * dayMs);
    const site = openSite({ store: openTestStore(folder), clock: first.clock });
    await site.retention.sweep();
    expect(hasFace(site, id)).toBe(false);
  });

  it('takes its turn when another one runs, and erases nobody twice', async () => {
    const site = openSite();
    addEnrolled(site, ada);
    site.clock.advance(25 * dayMs);
    const both = await Promise.all([site.retention.sweep(), site.retention.sweep()]);
    expect(both.map(({ facesErased }) => facesErased)).toEqual([1, 0]);
  });

  /** Of a person number, where neither door nor caller is named. */
  const anyPlace = '["number","",""]';

  it('forgets counters of failed attempts after a day, but not while the clock is suspect', async () => {
    const site = openSite();
    await site.pins.check('P-unknown', '271828');
    const failures = () =>
      site.store.credentials.attempts(site.store.subjects.personIndex('P-unknown'), anyPlace).failures;
    site.clock.jumpWall(2 * dayMs);
    await site.retention.sweep();
    const whileSuspect = failures();
    site.clockGuard.confirm('op-1');
    await site.retention.sweep();
    expect([whileSuspect, failures()]).toEqual([1, 0]);
  });
});

describe('a re-enrolment', () => {
  it('destroys the former template and leaves the consent', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    await site.retention.replaceTemplate(id, true);
    expect([hasFace(site, id), site.consents.state(id, site.policy.binding()).state]).toEqual([false, 'valid']);
  });
});

describe('the forecast', () => {
  it('counts who is due by when', () => {
    const site = openSite();
    addEnrolled(site, ada);
    const soon = addEnrolled(site, bo).id;
    site.store.subjects.setExpiry(soon, site.clock.wallMs() + 3 * dayMs);
    expect(site.retention.forecast()).toEqual([
      { within: 'now', faces: 0, persons: 0 },
      { within: '7 days', faces: 0, persons: 1 },
      { within: '30 days', faces: 2, persons: 1 },
      { within: '90 days', faces: 2, persons: 1 },
    ]);
  });

  it('names nobody', () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    expect(JSON.stringify(site.retention.forecast())).not.toContain(id);
  });
});
