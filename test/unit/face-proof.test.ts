import { describe, expect, it } from 'vitest';
import { ada, adaOnAScreen, bo, stranger } from '../support/fake-vision.js';
import { addEnrolled, auditKinds, newestAudit, openSite, type Site, type SiteOptions } from '../support/site.js';
import { allWiped, base } from './fixtures/verifying.js';

const claim = { cardNumber: '04A1' };

/** A site whose Ada holds the card 04A1 and has a face here. */
function siteOfAda(options: SiteOptions = {}) {
  const site = openSite(options);
  const { id } = addEnrolled(site, ada);
  site.store.credentials.addCard(id, claim.cardNumber, 1);
  const prove = () => site.verifications.proofs.prove({ doorId: 'main', claim });
  return { site, id, prove };
}

const refusal = (site: Site) => newestAudit(site, 'visit.face-refused')?.reason;

describe('a face shown to prove who somebody is', () => {
  it('names its owner, opens no door and makes no decision', async () => {
    const { site, id, prove } = siteOfAda();
    const proven = prove();
    site.vision.show(ada, 3);
    expect([await proven, newestAudit(site, 'visit.face-proved'), auditKinds(site)]).toEqual([
      id,
      expect.objectContaining({ subjectId: id, doorId: 'main', claimed: true }),
      expect.not.arrayContaining(['verification.decided']),
    ]);
    expect([site.verifications.atDoor('main'), site.store.auditLog.events(1, 10)]).toEqual([undefined, []]);
  });

  it.each([
    ['of a stranger', stranger, 12, 'face-non-match'],
    ['on a screen', adaOnAScreen, 2, 'presentation-attack-suspected'],
  ] as const)('%s proves nothing, and is on record without a name', async (_what, face, frames, reason) => {
    const { site, prove } = siteOfAda();
    const proven = prove();
    site.vision.show(face, frames);
    expect([await proven, refusal(site), newestAudit(site, 'visit.face-refused')?.subjectId]).toEqual([
      undefined,
      reason,
      undefined,
    ]);
  });

  it('needs as many frames as a pass, and none from before the act', async () => {
    const { site, prove } = siteOfAda();
    const proven = prove();
    site.vision.show(ada, 20, site.clock.monotonicMs() - 1);
    site.vision.show(ada, 2);
    const running = site.verifications.proofs.at('main') !== undefined;
    site.timers.advance(15_000);
    expect([running, await proven]).toEqual([true, undefined]);
  });

  it('whose end fails inside is told so, and the camera is free again', async () => {
    const { site, prove } = siteOfAda();
    const proven = prove();
    const { cameras } = site.vision;
    site.vision.cameras = () => {
      throw new Error('a fault of ours');
    };
    site.timers.advance(15_000);
    site.vision.cameras = cameras;
    await expect(proven).rejects.toMatchObject({ code: 'internal' });
    const again = prove();
    site.vision.show(ada, 3);
    expect([await again, site.vision.watching]).toEqual([expect.any(String), 0]);
  });

  it('is not even looked at when the card names nobody with a face here', async () => {
    const site = openSite();
    const proven = await site.verifications.proofs.prove({ doorId: 'main', claim });
    expect([proven, site.vision.watching, refusal(site)]).toEqual([undefined, 0, 'face-not-available']);
  });

  it('without a card proves nothing at a 1:1 site, nor where a second factor is asked for', async () => {
    const oneToOne = openSite().verifications.proofs.prove({ doorId: 'main' });
    const twoFactors = { 'face.method': '1:N', 'face.secondFactor': 'card-or-pin' };
    const both = openSite({ changes: twoFactors }).verifications.proofs.prove({ doorId: 'main' });
    await expect(oneToOne).rejects.toMatchObject({ code: 'method-not-allowed' });
    await expect(both).rejects.toMatchObject({ code: 'method-not-allowed' });
  });

  const majorInterests = {
    involved: true,
    statement: 'benefits are paid out here',
    declaredBy: 'Ann',
    on: '2026-01-01',
  };

  it('proves nothing where major interests are at stake: there it is only auxiliary (D12)', async () => {
    const { site, prove } = siteOfAda({ changes: { 'site.majorInterests': majorInterests } });
    await expect(prove()).rejects.toMatchObject({ code: 'method-not-allowed' });
    expect(site.vision.watching).toBe(0);
  });

  it('is not looked at while face mode is off', async () => {
    const { site, prove } = siteOfAda({ assessed: false });
    await expect(prove()).rejects.toMatchObject({ code: 'face-mode-off' });
    expect(site.vision.watching).toBe(0);
  });

  it('counts no more when the consent went while the camera looked', async () => {
    const { site, id, prove } = siteOfAda();
    const proven = prove();
    site.vision.show(ada, 2);
    site.store.consents.endAll(id, 'withdrawn', site.clock.wallMs());
    site.vision.show(ada, 1);
    expect([await proven, refusal(site)]).toEqual([undefined, 'face-not-available']);
  });

  it('never shares its camera: neither with a pass nor with another proof', async () => {
    const { site, id, prove } = siteOfAda();
    const first = prove();
    await expect(prove()).rejects.toMatchObject({ code: 'camera-busy' });
    await expect(site.verifications.start({ ...base, claim: { subjectId: id } })).rejects.toMatchObject({
      code: 'camera-busy',
    });
    site.verifications.proofs.cancel('main');
    expect([await first, refusal(site)]).toEqual([undefined, 'cancelled']);
  });

  it('waits for no camera that serves a pass', async () => {
    const { site, id, prove } = siteOfAda();
    const { verificationId } = await site.verifications.start({ ...base, claim: { subjectId: id } });
    await expect(prove()).rejects.toMatchObject({ code: 'camera-busy' });
    site.vision.show(ada, 3);
    expect(site.verifications.view(verificationId).decision?.reason).toBe('face-match');
  });

  it('leaves no probe, no watch and no outline behind', async () => {
    for (const face of [ada, bo, adaOnAScreen]) {
      const { site, prove } = siteOfAda();
      const proven = prove();
      site.vision.show(face, 2);
      const drawn = site.verifications.proofs.at('main')?.guide !== undefined || face === adaOnAScreen;
      site.timers.advance(15_000);
      await proven;
      expect([drawn, allWiped(site), site.vision.watching, site.verifications.proofs.at('main')]).toEqual([
        true,
        true,
        0,
        undefined,
      ]);
    }
  });

  it('ends with the service', async () => {
    const { site, prove } = siteOfAda();
    const proven = prove();
    site.verifications.close();
    expect([await proven, site.vision.watching]).toEqual([undefined, 0]);
  });

  it('ends as nobody’s when recognition goes away', async () => {
    const { site, prove } = siteOfAda();
    const proven = prove();
    site.vision.lose();
    expect([await proven, refusal(site)]).toEqual([undefined, 'camera-unavailable']);
  });
});
