/** What the audit shows of attacks and failing defences, counted and nothing else. */
import { describe, expect, it, test } from 'vitest';
import { alertsIn, recentAudit } from '#menshen/audit/index.js';
import type { AuditBody, AuditKind } from '#menshen/core/index.js';
import { adaOnAScreen } from '../support/fake-vision.js';
import { addEnrolled, dayMs, openSite, purpose, type Site } from '../support/site.js';

async function alertsOf(site: Site, hours = 24) {
  const { rows } = await recentAudit(site.store, site.clock.wallMs() - hours * 3_600_000);
  return alertsIn(rows);
}

function siteWith(...entries: readonly (readonly [AuditKind, AuditBody])[]): Site {
  const site = openSite();
  for (const [kind, body] of entries) site.audit.append(kind, body);
  return site;
}

test('D19c: a picture held up to the camera is counted as a suspected attack', async () => {
  const site = openSite();
  const { id } = addEnrolled(site, adaOnAScreen);
  await site.verifications.start({
    doorId: 'main',
    purpose,
    nonce: 'n',
    act: { kind: 'button' },
    claim: { subjectId: id },
  });
  site.vision.show(adaOnAScreen, 30);
  expect(await alertsOf(site)).toContainEqual(
    expect.objectContaining({ id: 'presentation-attack', count: 1, raised: true }),
  );
});

test('D19c: one that came while a PIN was checked counts too', async () => {
  const body = { reason: 'pin-accepted', faceMeanwhile: 'presentation-attack-suspected' };
  expect(await alertsOf(siteWith(['verification.decided', body]))).toEqual([
    expect.objectContaining({ id: 'presentation-attack', count: 1 }),
  ]);
});

describe('M14.5: alerts', () => {
  it.each([
    ['locked-out', 'verification.decided', { reason: 'locked-out' }],
    ['tampering', 'tamper.reported', {}],
    ['incident', 'incident.reported', {}],
    ['self-test-failed', 'self-test.finished', { sound: false }],
    ['purpose-refused', 'purpose.refused', {}],
    ['store-rolled-back', 'store.rolled-back', {}],
    ['records-refused', 'audit.resumed', { refused: 0 }],
    ['assessment-invalidated', 'assessment.invalidated', {}],
  ] as const)('are raised by one: %s', async (id, kind, body) => {
    expect(await alertsOf(siteWith([kind, body]))).toEqual([expect.objectContaining({ id, count: 1, raised: true })]);
  });

  it('count denials that were not recorded one by one', async () => {
    const site = siteWith(['access.denied', { unrecordedBefore: 0 }], ['access.denied', { unrecordedBefore: 30 }]);
    expect(await alertsOf(site)).toEqual([expect.objectContaining({ id: 'access-denied', count: 32, raised: true })]);
  });

  it('count a few wrong PINs without raising anything', async () => {
    const site = siteWith(['verification.decided', { reason: 'credential-rejected' }]);
    expect(await alertsOf(site)).toEqual([expect.objectContaining({ id: 'credentials-rejected', raised: false })]);
  });

  it('are silent about what went well', async () => {
    const site = siteWith(['self-test.finished', { sound: true }], ['verification.decided', { reason: 'face-match' }]);
    expect(await alertsOf(site)).toEqual([]);
  });

  it('leave out what is older than was asked for', async () => {
    const site = siteWith(['tamper.reported', {}]);
    site.clock.advance(3 * dayMs);
    expect([await alertsOf(site, 24), (await alertsOf(site, 96)).length]).toEqual([[], 1]);
  });

  it('are found behind more entries than one slice holds', async () => {
    const site = siteWith(['tamper.reported', {}]);
    site.audit.appendAll(Array.from({ length: 1200 }, (_, n) => ({ kind: 'pin.set' as const, body: { n } })));
    expect(await alertsOf(site)).toEqual([expect.objectContaining({ id: 'tampering' })]);
  });
});
