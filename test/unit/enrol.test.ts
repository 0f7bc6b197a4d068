import { describe, expect, it } from 'vitest';
import { ada, adaInDoubt, adaOnAScreen, bo, packFacts } from '../support/fake-vision.js';
import { addEnrolled, addPerson, type ConfigChanges, newestAudit, openSite, type Site } from '../support/site.js';
import { addConsenting, allWiped, fromCamera, hasFace, requestFor, timeoutMs } from './fixtures/enrolling.js';

describe('an enrolment from the camera', () => {
  it('stores a reference bound to the consent', async () => {
    const site = openSite();
    const id = addConsenting(site);
    const result = await fromCamera(site, requestFor(id), [ada, 5]);
    expect(result).toMatchObject({
      subjectId: id,
      modelId: packFacts.modelId,
      frames: 5,
      identification: { state: 'not-requested' },
    });
    expect(site.policy.person(id)).toMatchObject({ ready: true, template: { consentId: result.consentId } });
  });

  it('is on record with who did it and that attack detection ran', async () => {
    const site = openSite();
    const id = addConsenting(site);
    await fromCamera(site, requestFor(id), [ada, 5]);
    expect(newestAudit(site, 'template.enrolled')).toMatchObject({
      subjectId: id,
      operatorId: 'op-1',
      attackDetection: 'assessed',
    });
  });

  it('wipes every probe and ends its watch', async () => {
    const site = openSite();
    await fromCamera(site, requestFor(addConsenting(site)), [ada, 5]);
    expect([allWiped(site), site.vision.watching]).toEqual([true, 0]);
  });

  it('ends with the frame after the person withdrew, and looks at none beyond', async () => {
    const site = openSite();
    const id = addConsenting(site);
    const running = site.enrolments.fromCamera(requestFor(id), 'front', timeoutMs);
    site.vision.show(ada, 2);
    site.store.consents.endAll(id, 'withdrawn', site.clock.wallMs());
    site.vision.show(ada, 1);
    const watching = site.vision.watching;
    await expect(running).rejects.toMatchObject({ code: 'consent-required' });
    expect([watching, hasFace(site, id), allWiped(site)]).toEqual([0, false, true]);
  });

  it('does not count frames from before it began', async () => {
    const site = openSite();
    const running = site.enrolments.fromCamera(requestFor(addConsenting(site)), 'front', timeoutMs);
    site.vision.show(ada, 9, site.clock.monotonicMs() - 1);
    site.timers.advance(timeoutMs);
    await expect(running).rejects.toMatchObject({ code: 'enrolment-failed' });
    expect(allWiped(site)).toBe(true);
  });

  it('starts over when another person steps in', async () => {
    const site = openSite();
    const id = addConsenting(site);
    await fromCamera(site, requestFor(id), [ada, 4], [bo, 5]);
    const template = site.store.templates.ofSubject(id, packFacts.modelId);
    expect(site.store.templates.withVector(template?.id ?? '', (vector) => [...vector])).toEqual([...bo.vector]);
  });

  it('of a suspected attack is refused, at once', async () => {
    const site = openSite();
    const id = addConsenting(site);
    await expect(fromCamera(site, requestFor(id), [adaOnAScreen, 2])).rejects.toMatchObject({
      code: 'enrolment-failed',
    });
    expect([hasFace(site, id), newestAudit(site, 'enrolment.refused'), site.vision.watching]).toEqual([
      false,
      { subjectId: id, reason: 'enrolment-failed' },
      0,
    ]);
  });

  it('does not end while attack detection is in doubt', async () => {
    const site = openSite();
    const running = fromCamera(site, requestFor(addConsenting(site)), [adaInDoubt, 50]);
    site.timers.advance(timeoutMs);
    await expect(running).rejects.toMatchObject({ code: 'enrolment-failed' });
  });

  it('that saw nothing usable says what was wrong', async () => {
    const site = openSite();
    const running = site.enrolments.fromCamera(requestFor(addConsenting(site)), 'front', timeoutMs);
    site.vision.showUnusable('face-too-dark', 3);
    site.timers.advance(timeoutMs);
    await expect(running).rejects.toThrow(/face-too-dark/);
  });

  it('ends when recognition goes away', async () => {
    const site = openSite();
    const running = site.enrolments.fromCamera(requestFor(addConsenting(site)), 'front', timeoutMs);
    site.vision.lose();
    await expect(running).rejects.toMatchObject({ code: 'camera-unavailable' });
  });

  it('leaves no timer behind', async () => {
    const site = openSite();
    await fromCamera(site, requestFor(addConsenting(site)), [ada, 5]);
    expect(site.timers.pending).toBe(0);
  });

  it('is refused while another one runs', async () => {
    const site = openSite();
    const running = site.enrolments.fromCamera(requestFor(addConsenting(site)), 'front', timeoutMs);
    const second = site.enrolments.fromCamera(requestFor(addConsenting(site)), 'front', timeoutMs);
    await expect(second).rejects.toMatchObject({ code: 'camera-busy' });
    site.vision.show(ada, 5);
    await expect(running).resolves.toMatchObject({ frames: 5 });
  });

  it('is refused while a verification uses the camera', async () => {
    const site = openSite();
    const claim = { subjectId: addEnrolled(site, bo).id };
    await site.verifications.start({ doorId: 'main', purpose: 'entrance', nonce: 'n', act: { kind: 'button' }, claim });
    await expect(fromCamera(site, requestFor(addConsenting(site)))).rejects.toMatchObject({ code: 'camera-busy' });
  });
});

describe('an enrolment', () => {
  it.each<[string, (site: Site) => string | Promise<string>]>([
    ['nobody gave', (site) => addPerson(site).id],
    [
      'was withdrawn',
      async (site) => {
        const { id } = addEnrolled(site, ada);
        await site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
        return id;
      },
    ],
    [
      'has run out',
      (site) => {
        const { id } = addEnrolled(site, ada);
        site.clock.advance(21 * 86_400_000);
        return id;
      },
    ],
  ])('under a consent that %s is refused before a frame is looked at', async (_what, prepare) => {
    const site = openSite();
    const id = await prepare(site);
    await expect(fromCamera(site, requestFor(id), [ada, 9])).rejects.toMatchObject({ code: 'consent-required' });
    expect(site.vision.probes).toEqual([]);
  });

  it.each<[string, ConfigChanges]>([
    ['switched off', { 'face.enabled': false }],
    ['without a posted sign', { 'site.signPosted': undefined }],
  ])('with face mode %s is refused', async (_why, changes) => {
    const site = openSite({ changes });
    await expect(fromCamera(site, requestFor(addConsenting(site)))).rejects.toMatchObject({ code: 'face-mode-off' });
  });

  it('of nobody known is refused', async () => {
    await expect(fromCamera(openSite(), requestFor('s-none'))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('whose consent is withdrawn meanwhile stores nothing', async () => {
    const site = openSite();
    const id = addConsenting(site);
    const running = site.enrolments.fromCamera(requestFor(id), 'front', timeoutMs);
    site.vision.show(ada, 4);
    await site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
    site.vision.show(ada, 1);
    await expect(running).rejects.toMatchObject({ code: 'consent-required' });
    expect(hasFace(site, id)).toBe(false);
  });

  it('of a face that is enrolled as somebody else is refused, and the audit names the other', async () => {
    const site = openSite();
    const other = addEnrolled(site, ada).id;
    const id = addConsenting(site);
    await expect(fromCamera(site, requestFor(id), [ada, 5])).rejects.toMatchObject({ code: 'duplicate-face' });
    expect([hasFace(site, id), newestAudit(site, 'enrolment.refused')]).toEqual([
      false,
      { subjectId: id, reason: 'duplicate-face', other },
    ]);
  });

  it('does not tell the caller who the other is', async () => {
    const site = openSite();
    const other = addEnrolled(site, ada).id;
    const refused = await fromCamera(site, requestFor(addConsenting(site)), [ada, 5]).catch((thrown: Error) => thrown);
    expect(JSON.stringify([refused, String(refused)])).not.toContain(other);
  });

  it('of a likeness that an operator answers for is taken, and is on record as such', async () => {
    const site = openSite();
    addEnrolled(site, ada);
    const id = addConsenting(site);
    await fromCamera(site, requestFor(id, { confirmedDistinct: true }), [ada, 5]);
    expect([hasFace(site, id), newestAudit(site, 'template.enrolled')?.confirmedDistinct]).toEqual([true, true]);
  });

  it('of the same person again takes the place of the former, under a new epoch', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    const former = site.store.templates.ofSubject(id, packFacts.modelId)?.id ?? '';
    await fromCamera(site, requestFor(id), [bo, 5]);
    expect(site.store.vault.epoch).toBe(2);
    expect(() => site.store.templates.withVector(former, () => 1)).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
    expect([hasFace(site, id), site.policy.person(id).ready]).toEqual([true, true]);
  });

  it('that is refused leaves the former template', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    await expect(fromCamera(site, requestFor(id), [adaOnAScreen, 2])).rejects.toThrow();
    expect([hasFace(site, id), site.store.vault.epoch]).toEqual([true, 1]);
  });
});
