/** The yearly inspection: due, overdue, recorded, signed; and what no clock may do to it. */
import { describe, expect, it, test } from 'vitest';
import { verifySignature } from '#menshen/crypto/index.js';
import { type InspectionReport, inspectionForm, inspectorItems } from '#menshen/inspection/index.js';
import { loadLanguages } from '#menshen/language/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { auditKinds, type ConfigChanges, dayMs, newestAudit, openSite, type Site } from '../support/site.js';
import { copyOfFolder, createTestStore, openTestStore, tempFolder } from '../support/temp-store.js';

const year = 365;
const allSeen: InspectionReport = {
  findings: inspectorItems.map(({ id }) => ({ id, answer: 'in-order' as const })),
  conclusion: 'fit',
};
const incomplete = (detail: RegExp) =>
  expect.objectContaining({ code: 'inspection-incomplete', detail: expect.stringMatching(detail) });
const warnings = (site: Site) => auditKinds(site).filter((kind) => kind === 'inspection.overdue').length;

/** A device that was started for the first time and has run for so many days since. */
function deviceAfter(days: number, changes: ConfigChanges = {}): Site {
  const site = openSite({ changes });
  site.inspections.look();
  site.clock.advance(days * dayMs);
  site.inspections.look();
  return site;
}

async function inspected(site: Site, report = allSeen) {
  const { id } = await site.inspections.start('Ivy', 'op-1');
  return site.inspections.record(id, report, 'op-1');
}

describe('the inspection’s day', () => {
  test('D19a: a fresh device is due one interval after its first start', () => {
    const { inspections, clock } = deviceAfter(0);
    expect(inspections.due()).toEqual({
      ...{ dueMs: clock.wallMs() + year * dayMs, graceEndsMs: clock.wallMs() + (year + 30) * dayMs, state: 'current' },
    });
  });

  test('D19a: once it has passed panels are told, once, and the face goes on', () => {
    const site = deviceAfter(year + 1);
    site.clock.advance(dayMs);
    site.inspections.look();
    expect([warnings(site), site.policy.site()]).toEqual([1, { on: true }]);
  });

  test('D19a: after the grace period the face goes off', () => {
    expect(deviceAfter(year + 31).policy.site()).toMatchObject({ on: false, reason: 'inspection-overdue' });
  });

  test('D19a: a site that chose to be warned keeps its face', () => {
    const site = deviceAfter(year + 31, { 'inspection.whenOverdue': 'warn' });
    expect([site.policy.site(), warnings(site)]).toEqual([{ on: true }, 1]);
  });

  test('D19a: an inspection brings the face back and begins a new interval', async () => {
    const site = deviceAfter(year + 31);
    await inspected(site);
    expect([site.policy.site(), site.inspections.due().dueMs]).toEqual([
      { on: true },
      site.clock.wallMs() + year * dayMs,
    ]);
  });

  test('D19a: one that found the device not fit does not', async () => {
    const site = deviceAfter(year + 31);
    await inspected(site, { ...allSeen, conclusion: 'not-fit', measures: 'replace the camera' });
    expect(site.policy.site()).toMatchObject({ reason: 'inspection-overdue' });
  });

  test('D19a: one that was only begun does not', async () => {
    const site = deviceAfter(year + 31);
    await site.inspections.start('Ivy', 'op-1');
    expect(site.policy.site()).toMatchObject({ reason: 'inspection-overdue' });
  });

  it('does not begin anew with a restart', () => {
    const folder = tempFolder();
    const clock = new FakeClock();
    const first = openSite({ store: createTestStore(folder), clock });
    first.inspections.look();
    const { dueMs } = first.inspections.due();
    clock.advance(100 * dayMs);
    first.clockGuard.check();
    const again = openSite({ store: openTestStore(copyOfFolder(folder)), clock, assessed: false });
    again.inspections.look();
    expect(again.inspections.due().dueMs).toBe(dueMs);
  });
});

describe('a clock in doubt', () => {
  it('that jumped ahead makes nothing overdue', () => {
    const site = deviceAfter(1);
    site.clock.jumpWall(1000 * dayMs);
    site.inspections.look();
    expect([site.inspections.due().state, warnings(site)]).toEqual(['current', 0]);
  });

  it('from before the product was there, set right later, gives the device its whole first interval', () => {
    const clock = new FakeClock();
    const rightMs = clock.wallMs();
    clock.jumpWall(-rightMs);
    const site = openSite({ clock, assessed: false });
    site.inspections.look();
    clock.jumpWall(rightMs);
    site.clockGuard.check();
    site.clockGuard.confirm('op-1');
    site.inspections.look();
    expect(site.inspections.due()).toMatchObject({ state: 'current', dueMs: site.clock.wallMs() + year * dayMs });
  });

  it('that ran ahead at the first start and was set back does not put the inspection off for years', () => {
    const clock = new FakeClock();
    clock.jumpWall(4000 * dayMs);
    const site = openSite({ clock, assessed: false });
    site.inspections.look();
    clock.jumpWall(-4000 * dayMs);
    site.clockGuard.check();
    site.clockGuard.confirm('op-1');
    site.inspections.look();
    expect(site.inspections.due().dueMs).toBe(site.clock.wallMs() + year * dayMs);
  });

  it('dates no inspection', async () => {
    const site = deviceAfter(1);
    site.clock.jumpWall(100 * dayMs);
    await expect(site.inspections.start('Ivy', 'op-1')).rejects.toMatchObject({ code: 'clock-suspect' });
  });
});

describe('the record of an inspection', () => {
  test('D19a: is signed, and names what machine and inspector found and when the next is due', async () => {
    const site = deviceAfter(300);
    const { receiptId = '' } = await inspected(site);
    const receipt = site.store.receipts.get(receiptId);
    if (receipt === undefined) throw new Error('no receipt');
    expect(verifySignature(site.store.signingKey.publicKey, receipt.body, receipt.signature)).toBe(true);
    expect(JSON.parse(receipt.body)).toMatchObject({
      ...{ kind: 'inspection', inspector: 'Ivy', conclusion: 'fit', nextDue: '2027-12-27' },
      machine: { 'audit-chain': { answer: 'in-order' } },
    });
  });

  it('is complete or refused', async () => {
    const missing = { ...allSeen, findings: allSeen.findings.slice(1) };
    await expect(inspected(deviceAfter(1), missing)).rejects.toEqual(incomplete(/sign-hangs/));
  });

  it('cannot say simply fit when something is not in order', async () => {
    const site = deviceAfter(1);
    site.measured['audit-chain'] = { answer: 'not-in-order', evidence: 'entry 7 was changed' };
    await expect(inspected(site)).rejects.toEqual(incomplete(/audit-chain/));
  });

  it('states measures unless all is fit', async () => {
    await expect(inspected(deviceAfter(1), { ...allSeen, conclusion: 'fit-with-measures' })).rejects.toEqual(
      incomplete(/measures/),
    );
  });

  it('answers each question once', async () => {
    const [first] = allSeen.findings;
    if (first === undefined) throw new Error('no questions');
    const twice = { ...allSeen, findings: [...allSeen.findings, { ...first, answer: 'not-in-order' as const }] };
    await expect(inspected(deviceAfter(1), twice)).rejects.toEqual(incomplete(/twice/));
  });

  it('is made once, also when two hand it in at the same time', async () => {
    const site = deviceAfter(1);
    const { id } = await site.inspections.start('Ivy', 'op-1');
    const both = await Promise.allSettled([1, 2].map(() => site.inspections.record(id, allSeen, 'op-1')));
    expect([both.map(({ status }) => status).sort(), site.store.receipts.newest(10).length]).toEqual([
      ['fulfilled', 'rejected'],
      1,
    ]);
  });

  it('is in the audit with what was not in order', async () => {
    const site = deviceAfter(1);
    site.measured.denials = { answer: 'not-in-order', evidence: '40 callers' };
    await inspected(site, { ...allSeen, conclusion: 'fit-with-measures', measures: 'find the script' });
    expect(newestAudit(site, 'inspection.recorded')).toMatchObject({ inspector: 'Ivy', notInOrder: 'denials' });
  });
});

test.each(['zh', 'en'])('D19a: the checklist is asked in %s', async (language) => {
  const { machine } = await deviceAfter(1).inspections.start('Ivy', 'op-1');
  const form = inspectionForm(loadLanguages().texts(language, 'inspection'), machine);
  expect([form.machine.length, form.inspector.length]).toEqual([11, 14]);
});
