/** D12 and D16: where much hangs on it, a face match is never the final answer. */
import { expect, test } from 'vitest';
import type { Decision } from '#menshen/core/index.js';
import { canonicalJson, verifySignature } from '#menshen/crypto/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { ada, stranger } from '../support/fake-vision.js';
import { auditKinds, newestAudit, openSite, type Site } from '../support/site.js';
import { createTestStore, openTestStore, tempFolder } from '../support/temp-store.js';
import { adaAtTheDoor, base, pin } from '../unit/fixtures/verifying.js';

const declared = { involved: true, statement: 'benefits are paid out here', declaredBy: 'Ann', on: '2026-01-01' };
const majorInterests = { 'site.majorInterests': declared };
const reviewPeriodMs = 120_000;

/** Ada's face matched, and a review waits. */
async function adaWaits(changes: Record<string, unknown> = majorInterests, options = {}) {
  const door = await adaAtTheDoor({}, { changes, ...options });
  door.site.vision.show(ada, 3);
  const [review] = door.site.reviews.list();
  return { ...door, review, reviewId: review?.reviewId ?? 'none' };
}

const signatureHolds = ({ store }: Site, { signature, ...signed }: Decision): boolean =>
  verifySignature(
    store.signingKey.publicKey,
    canonicalJson({ ...signed }),
    new Uint8Array(Buffer.from(signature, 'base64')),
  );

test.each([
  ['D12', majorInterests],
  ['D16', { 'site.secrecyLawData': declared }],
])('%s: a face match answers manual-review, names nobody to the panel, and waits for staff', async (_id, changes) => {
  const { view, review, subjectId } = await adaWaits(changes);
  expect(view().decision).toMatchObject({ decision: 'use-alternative', method: 'face', reason: 'manual-review' });
  expect(view().decision?.subjectId).toBeUndefined();
  expect(review).toMatchObject({ state: 'waiting', subjectId, verificationId: view().verificationId });
});

test('D12: staff’s grant is a signed decision of its own with method staff, for the same verification and nonce', async () => {
  const { site, view, reviewId, subjectId } = await adaWaits();
  const decision = site.reviews.decide(reviewId, 'grant', 'op-1');
  expect(decision).toMatchObject({ decision: 'grant', method: 'staff', reason: 'staff-granted', subjectId });
  expect([decision.verificationId, decision.nonce]).toEqual([view().verificationId, base.nonce]);
  expect(decision.serial).toBeGreaterThan(view().decision?.serial ?? Number.NaN);
  expect(signatureHolds(site, decision)).toBe(true);
  expect(newestAudit(site, 'verification.decided')).toMatchObject({ reviewId, decidedBy: 'op-1', method: 'staff' });
});

test('D12: staff’s refusal is as final', async () => {
  const { site, reviewId } = await adaWaits();
  expect(site.reviews.decide(reviewId, 'deny', 'op-1')).toMatchObject({ decision: 'deny', reason: 'staff-denied' });
  expect(site.reviews.list()[0]).toMatchObject({ state: 'decided', decision: 'deny', decidedBy: 'op-1' });
});

test('D12: a review is decided once, whoever comes second', async () => {
  const { site, reviewId } = await adaWaits();
  site.reviews.decide(reviewId, 'deny', 'op-1');
  expect(() => site.reviews.decide(reviewId, 'grant', 'op-2')).toThrow('Staff decided this before');
});

test('D12: a review ends with the validity of the decision that opened it, also when the clock is set back', async () => {
  const { site, view, reviewId } = await adaWaits();
  const { decidedAt = '', expiresAt = '' } = view().decision ?? {};
  expect(Date.parse(expiresAt) - Date.parse(decidedAt)).toBe(reviewPeriodMs);
  site.clock.advance(reviewPeriodMs);
  site.clock.jumpWall(-reviewPeriodMs);
  expect(() => site.reviews.decide(reviewId, 'grant', 'op-1')).toThrow('The time for this review is over');
  expect(site.reviews.list()[0]?.state).toBe('lapsed');
});

test('D12: a review of before a restart has lapsed', async () => {
  const folder = tempFolder();
  const store = createTestStore(folder);
  const clock = new FakeClock();
  const { site, reviewId } = await adaWaits(majorInterests, { store, clock });
  site.store.close();
  const again = openSite({ changes: majorInterests, store: openTestStore(folder), clock, assessed: false });
  expect(() => again.reviews.decide(reviewId, 'grant', 'op-1')).toThrow('The time for this review is over');
});

test('D12: staff cannot grant a face whose consent was withdrawn while the review waited', async () => {
  const { site, reviewId, subjectId } = await adaWaits();
  await site.retention.withdraw({ subjectId, requester: 'self', operatorId: 'op-1' });
  expect(() => site.reviews.decide(reviewId, 'grant', 'op-1')).toThrow('holds no longer');
  expect(site.reviews.decide(reviewId, 'deny', 'op-1').decision).toBe('deny');
});

test('D12: an id that no review has is refused', async () => {
  const { site } = await adaWaits();
  expect(() => site.reviews.decide('review-of-nobody', 'grant', 'op-1')).toThrow('no such review');
});

test('D12: PIN and card stay final', async () => {
  const site = openSite({ changes: majorInterests });
  const { id } = site.store.subjects.add({ personNumber: 'N1' }, 'adult', { nowMs: 1, expiresAtMs: 2e12 });
  await site.pins.set(id, pin, 6);
  const { verificationId } = await site.verifications.start({ ...base, methods: ['pin'] });
  const { decision } = await site.verifications.presentPin(verificationId, { personNumber: 'N1', pin });
  expect([decision?.decision, decision?.method, site.reviews.list()]).toEqual(['grant', 'pin', []]);
});

test('D12: a non-match needs no staff, and a site without major interests none at all', async () => {
  const refused = await adaAtTheDoor({}, { changes: majorInterests });
  refused.site.vision.show(stranger, 12);
  const ordinary = await adaWaits({ 'site.majorInterests': { ...declared, involved: false } });
  expect([refused.view().decision?.reason, refused.site.reviews.list()]).toEqual(['face-non-match', []]);
  expect([ordinary.view().decision?.reason, ordinary.site.reviews.list()]).toEqual(['face-match', []]);
});

test('D12: what cannot be recorded opens no review', async () => {
  const { site, view } = await adaAtTheDoor({}, { changes: majorInterests });
  site.store.registers.add = () => {
    throw new Error('the disk is gone');
  };
  site.vision.show(ada, 3);
  expect([view().decision?.reason, site.reviews.list()]).toEqual(['audit-unavailable', []]);
  expect(auditKinds(site).filter((kind) => kind === 'verification.decided')).toEqual([]);
});

test('D12: nobody can ask for the method staff', async () => {
  const { site, subjectId } = await adaAtTheDoor({}, { changes: majorInterests });
  const methods = ['staff'] as unknown as ['pin'];
  await expect(site.verifications.start({ ...base, claim: { subjectId }, methods })).rejects.toThrow('not staff');
});
