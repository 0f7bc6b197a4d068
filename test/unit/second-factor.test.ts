import { describe, expect, it } from 'vitest';
import { IdentificationGallery } from '#menshen/gallery/index.js';
import type { VerificationRequest } from '#menshen/verify/index.js';
import { ada, packFacts } from '../support/fake-vision.js';
import { addEnrolled, openSite } from '../support/site.js';
import { answerOf, base, pin } from './fixtures/verifying.js';

/** Ada, enrolled, with the person number N7, a PIN and the card 04A1, where a face alone is not enough. */
async function siteWithAda() {
  const site = openSite({ changes: { 'face.secondFactor': 'card-or-pin' } });
  const { id } = addEnrolled(site, ada);
  site.store.credentials.addCard(id, '04A1', 1);
  return { site, id };
}

describe('a site where a face alone never grants', () => {
  const startedWith = async (change: (id: string) => Partial<VerificationRequest>) => {
    const { site, id } = await siteWithAda();
    const { verificationId } = await site.verifications.start({ ...base, methods: ['face'], ...change(id) });
    site.vision.show(ada, 3);
    return { answer: answerOf(site.verifications.view(verificationId)), probes: site.vision.probes.length };
  };

  it('refuses a bare subject id, and looks at nobody', async () => {
    const { answer, probes } = await startedWith((subjectId) => ({ claim: { subjectId } }));
    expect([answer, probes]).toEqual(['use-alternative second-factor-required', 0]);
  });

  it('grants a subject id that a card named', async () => {
    const { answer } = await startedWith((subjectId) => ({ claim: { subjectId }, act: { kind: 'card' } }));
    expect(answer).toBe('grant face-match');
  });

  it('grants a card with the face', async () => {
    const { answer } = await startedWith(() => ({ claim: { cardNumber: '04A1' } }));
    expect(answer).toBe('grant face-match');
  });

  it('does not grant a card that was taken away while the camera looked', async () => {
    const { site, id } = await siteWithAda();
    const claim = { cardNumber: '04A1' };
    const { verificationId } = await site.verifications.start({ ...base, methods: ['face'], claim });
    for (const { id: cardId } of site.store.credentials.cardsOf(id)) site.store.credentials.removeCard(id, cardId);
    site.vision.show(ada, 3);
    expect(answerOf(site.verifications.view(verificationId))).toBe('use-alternative face-not-available');
  });

  it('takes a PIN with the face, and denies a wrong one before any frame', async () => {
    const { answer, probes } = await startedWith(() => ({ claim: { personNumber: 'N-none', pin } }));
    expect([answer, probes]).toEqual(['deny credential-rejected', 0]);
  });

  it('does not take the act of a PIN for the PIN itself', async () => {
    const { answer } = await startedWith((subjectId) => ({ claim: { subjectId }, act: { kind: 'pin' } }));
    expect(answer).toBe('use-alternative second-factor-required');
  });

  it('leaves card and PIN open to whoever came with a face alone', async () => {
    const { site, id } = await siteWithAda();
    const view = await site.verifications.start({ ...base, claim: { subjectId: id } });
    expect([view.state, view.face, view.methods]).toEqual([
      'waiting',
      'second-factor-required',
      ['pin', 'card', 'card+pin'],
    ]);
  });

  it('identifies nobody by face alone', async () => {
    const gallery = new IdentificationGallery(packFacts, 0.01);
    const changes = { 'face.secondFactor': 'card-or-pin', 'face.method': '1:N' };
    const site = openSite({ changes, gallery: () => gallery });
    addEnrolled(site, ada, true);
    await gallery.load(site.store);
    const view = await site.verifications.start({ ...base, methods: ['face'] });
    expect([answerOf(view), site.vision.watching]).toEqual(['use-alternative second-factor-required', 0]);
  });
});
