import { describe, expect, it } from 'vitest';
import { IdentificationGallery } from '#menshen/gallery/index.js';
import type { VerificationRequest } from '#menshen/verify/index.js';
import { ada, bo, packFacts, type SeenFace, stranger } from '../support/fake-vision.js';
import { addEnrolled, addPerson, consentRequest, openSite, type Site } from '../support/site.js';
import { allWiped, answerOf, base } from './fixtures/verifying.js';

describe('a claim that cannot be verified by face', () => {
  async function startedFor(claim: (site: Site) => NonNullable<VerificationRequest['claim']>) {
    const site = openSite();
    const view = await site.verifications.start({ ...base, claim: claim(site) });
    const { face, methods, state } = view;
    return { seen: { face, methods, state }, watching: site.vision.watching };
  }

  it('gets the same answer whether the person is unknown, has no consent or is not enrolled, and no frame is looked at', async () => {
    const answers = await Promise.all([
      startedFor(() => ({ subjectId: 's-none' })),
      startedFor(() => ({ cardNumber: 'FFFF' })),
      startedFor((site) => ({ subjectId: addPerson(site).id })),
      startedFor((site) => {
        const { id } = addPerson(site);
        site.consents.give(consentRequest(site, id), site.policy.binding());
        return { subjectId: id };
      }),
      startedFor((site) => {
        site.store.credentials.addCard(addPerson(site).id, '04A1', 1);
        return { cardNumber: '04A1' };
      }),
    ]);
    const seen = { face: 'face-not-available', methods: ['pin', 'card', 'card+pin'], state: 'waiting' };
    expect(answers).toEqual(answers.map(() => ({ seen, watching: 0 })));
  });

  it('with the face as the only method is sent to the alternative', async () => {
    const site = openSite();
    const view = await site.verifications.start({ ...base, methods: ['face'], claim: { subjectId: 's-none' } });
    expect(answerOf(view)).toBe('use-alternative face-not-available');
  });

  it('by card finds the holder', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    site.store.credentials.addCard(id, '04A1', 1);
    const { verificationId } = await site.verifications.start({ ...base, claim: { cardNumber: '04 a1' } });
    site.vision.show(ada, 3);
    expect(site.verifications.view(verificationId).decision).toMatchObject({ reason: 'face-match', subjectId: id });
  });

  it('by a wrong PIN is denied before any frame is looked at', async () => {
    const site = openSite();
    const claim = { personNumber: 'N-none', pin: '271828' };
    const view = await site.verifications.start({ ...base, claim });
    expect([answerOf(view), site.vision.watching]).toEqual(['deny credential-rejected', 0]);
  });

  it('by the right PIN leads to the face, not past it', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    const other = site.store.subjects.add({ personNumber: 'N9' }, 'adult', { nowMs: 1, expiresAtMs: 2e12 });
    await site.pins.set(other.id, '271828', 6);
    const claim = { personNumber: 'N9', pin: '271828' };
    const view = await site.verifications.start({ ...base, claim });
    expect([view.state, view.face, id === other.id]).toEqual(['waiting', 'face-not-available', false]);
  });
});

describe('a face that names itself (1:N)', () => {
  async function siteWithGallery(...people: readonly SeenFace[]) {
    const gallery = new IdentificationGallery(packFacts, 0.01);
    const site = openSite({ changes: { 'face.method': '1:N' }, gallery: () => gallery });
    const ids = people.map((face) => addEnrolled(site, face, true).id);
    await gallery.load(site.store);
    const { verificationId } = await site.verifications.start(base);
    return { site, ids, view: () => site.verifications.view(verificationId) };
  }

  it('is granted with the name of the person it is', async () => {
    const { site, ids, view } = await siteWithGallery(ada, bo);
    site.vision.show(bo, 3);
    expect(view().decision).toMatchObject({ decision: 'grant', reason: 'face-match', subjectId: ids[1] });
  });

  it('of a stranger is denied, and its probes are gone', async () => {
    const { site, view } = await siteWithGallery(ada, bo);
    site.vision.show(stranger, 12);
    expect([answerOf(view()), allWiped(site)]).toEqual(['deny face-non-match', true]);
  });

  it('of somebody whose consent ended is a stranger’s', async () => {
    const { site, ids, view } = await siteWithGallery(ada, bo);
    site.store.consents.endAll(ids[0] ?? '', 'withdrawn', site.clock.wallMs());
    site.vision.show(ada, 12);
    expect(answerOf(view())).toBe('deny face-non-match');
  });

  it('is not looked at when nobody is enrolled', async () => {
    const { site, view } = await siteWithGallery();
    expect([view().face, site.vision.watching]).toEqual(['face-not-available', 0]);
  });

  it('is compared with the named person alone when there is a claim', async () => {
    const { site, ids } = await siteWithGallery(ada, bo);
    site.verifications.close();
    const claim = { subjectId: ids[0] ?? '' };
    const { verificationId } = await site.verifications.start({ ...base, claim });
    site.vision.show(bo, 12);
    expect(answerOf(site.verifications.view(verificationId))).toBe('deny face-non-match');
  });
});
