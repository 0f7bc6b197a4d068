import { describe, expect, it, vi } from 'vitest';
import { ada, adaInDoubt, adaOnAScreen, bo, stranger } from '../support/fake-vision.js';
import { addEnrolled, consentRequest, newestAudit, type Site } from '../support/site.js';
import { adaAtTheDoor, allWiped, answerOf, base, pin } from './fixtures/verifying.js';

describe('a face that is claimed (1:1)', () => {
  it('is granted after as many frames as the site asks for, not before', async () => {
    const { site, subjectId, view } = await adaAtTheDoor();
    site.vision.show(ada, 2);
    const before = answerOf(view());
    site.vision.show(ada, 1);
    expect([before, view().decision]).toEqual([
      'waiting',
      expect.objectContaining({ decision: 'grant', method: 'face', reason: 'face-match', subjectId }),
    ]);
  });

  it('has its template opened once, in the frame that decides', async () => {
    const { site, view } = await adaAtTheDoor();
    const open = vi.spyOn(site.store.templates, 'withVector');
    site.vision.show(adaInDoubt, 2);
    site.vision.show(ada, 2);
    const before = [answerOf(view()), open.mock.calls.length];
    site.vision.show(ada, 4);
    expect([before, answerOf(view()), open.mock.calls.length]).toEqual([['waiting', 0], 'grant face-match', 1]);
  });

  it('of a stranger is denied after the last frame, and names nobody', async () => {
    const { site, view } = await adaAtTheDoor();
    site.vision.show(stranger, 11);
    const before = answerOf(view());
    site.vision.show(stranger, 1);
    expect([before, answerOf(view()), view().decision?.subjectId]).toEqual([
      'waiting',
      'deny face-non-match',
      undefined,
    ]);
  });

  it('of another enrolled person is denied', async () => {
    const { site, view } = await adaAtTheDoor();
    addEnrolled(site, bo);
    site.vision.show(bo, 12);
    expect(answerOf(view())).toBe('deny face-non-match');
  });

  it('is judged at the extrapolated threshold where a rate that nobody measured was accepted', async () => {
    const accepted = { acceptedBy: 'Ann', on: '2026-01-01', statement: 'few people pass here' };
    const strict = { 'face.falseMatchRate': 0.00005, 'face.unmeasuredFalseMatchRate': accepted };
    // Similarity 0.64: above the strictest measured threshold (0.6), below the extrapolated one (0.6635).
    const somewhatLikeAda = { vector: [0.64, 0.768, 0, 0] as const };
    const answers = [{}, strict].map(async (changes) => {
      const { site, view } = await adaAtTheDoor({}, { changes });
      site.vision.show(somewhatLikeAda, 12);
      return answerOf(view());
    });
    expect(await Promise.all(answers)).toEqual(['grant face-match', 'deny face-non-match']);
  });

  it('on a screen is denied as a suspected attack', async () => {
    const { site, view } = await adaAtTheDoor();
    site.vision.show(adaOnAScreen, 2);
    expect(answerOf(view())).toBe('deny presentation-attack-suspected');
  });

  it('on a screen while a PIN is checked is on the record of that PIN', async () => {
    const { site, verificationId } = await adaAtTheDoor({ methods: ['face', 'pin'] });
    site.hasher.hold();
    const checking = site.verifications.presentPin(verificationId, { personNumber: 'N-none', pin });
    site.vision.show(adaOnAScreen, 2);
    site.hasher.release();
    expect([answerOf(await checking), newestAudit(site, 'verification.decided')?.faceMeanwhile]).toEqual([
      'deny credential-rejected',
      'presentation-attack-suspected',
    ]);
  });

  it('is not granted on the frames of two faces together', async () => {
    const { site, view } = await adaAtTheDoor();
    for (const face of [ada, ada, stranger, ada, ada]) site.vision.show(face, 1);
    expect(answerOf(view())).toBe('waiting');
  });

  it('does not lend its attack detection to another face', async () => {
    const { site, view } = await adaAtTheDoor();
    site.vision.show(stranger, 5);
    site.vision.show(adaInDoubt, 5);
    expect(answerOf(view())).toBe('waiting');
  });

  it('captured before the act never counts', async () => {
    const { site, view } = await adaAtTheDoor();
    site.vision.show(ada, 20, site.clock.monotonicMs() - 1);
    site.vision.show(ada, 2);
    expect([answerOf(view()), allWiped(site)]).toEqual(['waiting', true]);
  });

  it('leaves no probe behind, whatever came of it', async () => {
    for (const faces of [[ada, ada, ada], [stranger], [adaOnAScreen, adaOnAScreen]]) {
      const { site, verificationId } = await adaAtTheDoor();
      for (const face of faces) site.vision.show(face, 1);
      if (site.verifications.view(verificationId).state === 'waiting') site.verifications.cancel(verificationId);
      expect([allWiped(site), site.vision.watching]).toEqual([true, 0]);
    }
  });

  it('guides by what is wrong, and not by how alike it is', async () => {
    const { site, view } = await adaAtTheDoor();
    site.vision.showUnusable('face-too-small', 1);
    const guided = view().guidance;
    site.vision.show(stranger, 1);
    expect([guided, view().guidance, JSON.stringify(view())]).toEqual([
      'come-closer',
      undefined,
      expect.not.stringMatching(/similarity|likelihood|score/i),
    ]);
  });

  it('ends the watch when the person uses a card instead', async () => {
    const { site, subjectId, verificationId } = await adaAtTheDoor();
    site.store.credentials.addCard(subjectId, '04A1', 1);
    const { decision } = site.verifications.presentCard(verificationId, '04A1');
    site.vision.show(ada, 5);
    expect([decision?.method, site.vision.watching, site.vision.probes]).toEqual(['card', 0, []]);
  });

  it('cancelled is not looked at any more', async () => {
    const { site, verificationId } = await adaAtTheDoor();
    site.verifications.cancel(verificationId);
    expect(site.vision.watching).toBe(0);
  });

  it('seen while a PIN is being checked does not decide', async () => {
    const { site, verificationId, view } = await adaAtTheDoor();
    site.hasher.hold();
    const checking = site.verifications.presentPin(verificationId, { personNumber: 'N-none', pin: '271828' });
    site.vision.show(ada, 3);
    const meanwhile = answerOf(view());
    site.hasher.release();
    await checking;
    expect([meanwhile, answerOf(view())]).toEqual(['waiting', 'deny credential-rejected']);
  });

  it('is on record with its act and claim, and no number of the comparison', async () => {
    const { site } = await adaAtTheDoor();
    site.vision.show(ada, 3);
    const entry = newestAudit(site, 'verification.decided');
    expect(entry).toMatchObject({ act: 'button', claimed: true, reason: 'face-match' });
    expect(JSON.stringify(entry)).not.toMatch(/similarity|likelihood|score|vector/i);
  });
});

describe('a camera', () => {
  it('serves one face at a time, whichever door it is for', async () => {
    const { site, subjectId, verificationId } = await adaAtTheDoor();
    const second = site.verifications.start({ ...base, doorId: 'side', claim: { subjectId } });
    await expect(second).rejects.toMatchObject({
      code: 'camera-busy',
      detail: expect.stringContaining(verificationId),
    });
  });

  it('that is busy does not stop PIN and card', async () => {
    const { site, subjectId } = await adaAtTheDoor();
    site.store.credentials.addCard(subjectId, '04A1', 1);
    const { verificationId } = await site.verifications.start({ ...base, methods: ['card'] });
    expect(answerOf(site.verifications.presentCard(verificationId, '04A1'))).toBe('grant card-accepted');
  });

  it('is free again after the decision', async () => {
    const { site, subjectId } = await adaAtTheDoor();
    site.vision.show(ada, 3);
    const { face } = await site.verifications.start({ ...base, claim: { subjectId } });
    expect(face).toBe('in-progress');
  });

  it('refused because it is busy leaves no verification behind', async () => {
    const { site, subjectId, verificationId } = await adaAtTheDoor();
    await expect(site.verifications.start({ ...base, claim: { subjectId } })).rejects.toThrow();
    site.verifications.cancel(verificationId);
    expect([site.vision.watching, site.timers.pending]).toEqual([0, 1]);
  });

  it('never lets a face shown for one request answer the next', async () => {
    const { site, verificationId } = await adaAtTheDoor();
    site.vision.show(ada, 2);
    site.verifications.cancel(verificationId);
    const claim = { subjectId: addEnrolled(site, bo).id };
    const next = await site.verifications.start({ ...base, claim });
    site.vision.show(ada, 1);
    expect(answerOf(site.verifications.view(next.verificationId))).toBe('waiting');
  });

  it('lost mid-way sends the person to the alternative, which works', async () => {
    const { site, subjectId, view } = await adaAtTheDoor();
    site.store.credentials.addCard(subjectId, '04A1', 1);
    site.vision.show(ada, 2);
    site.vision.lose();
    const { verificationId } = await site.verifications.start(base);
    expect([answerOf(view()), answerOf(site.verifications.presentCard(verificationId, '04A1'))]).toEqual([
      'use-alternative camera-unavailable',
      'grant card-accepted',
    ]);
  });
});

describe('what held at the start must hold at the grant', () => {
  it('a consent that is withdrawn mid-way gives no grant', async () => {
    const { site, subjectId, view } = await adaAtTheDoor();
    site.vision.show(ada, 2);
    await site.retention.withdraw({ subjectId, requester: 'self', operatorId: 'op-1' });
    site.vision.show(ada, 3);
    site.timers.advance(15_000);
    expect([view().state, view().decision?.decision === 'grant', allWiped(site)]).toEqual(['decided', false, true]);
  });

  it('a consent that is withdrawn before the time is over is no fault of ours either', async () => {
    const { site, subjectId, view } = await adaAtTheDoor();
    site.vision.show(adaInDoubt, 5);
    await site.retention.withdraw({ subjectId, requester: 'self', operatorId: 'op-1' });
    site.timers.advance(15_000);
    expect([answerOf(view()), site.vision.watching]).toEqual(['use-alternative face-not-available', 0]);
  });

  it('a consent that is withdrawn mid-way is no fault of ours: the answer is the alternative', async () => {
    const { site, subjectId, view } = await adaAtTheDoor();
    await site.retention.withdraw({ subjectId, requester: 'self', operatorId: 'op-1' });
    site.vision.show(ada, 3);
    expect(answerOf(view())).toBe('use-alternative face-not-available');
  });

  it.each<[string, (site: Site, subjectId: string) => void]>([
    ['a consent that ended', ({ store, clock }, id) => store.consents.endAll(id, 'withdrawn', clock.wallMs())],
    [
      'a consent that was replaced',
      (site, id) => void site.consents.give(consentRequest(site, id), site.policy.binding()),
    ],
    ['a person whose time ran out', ({ store, clock }, id) => store.subjects.setExpiry(id, clock.wallMs())],
    ['a clock that jumped', ({ clock }) => clock.jumpWall(7_200_000)],
    [
      'an alternative that broke',
      ({ hasher }) => {
        hasher.isBroken = true;
      },
    ],
    [
      'a disk that filled',
      ({ space }) => {
        space.left = false;
      },
    ],
  ])('%s mid-way sends to the alternative', async (_what, happen) => {
    const { site, subjectId, view } = await adaAtTheDoor();
    site.vision.show(ada, 2);
    happen(site, subjectId);
    site.vision.show(ada, 1);
    expect(answerOf(view())).toBe('use-alternative face-not-available');
  });
});
