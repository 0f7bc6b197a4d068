import { describe, expect, it } from 'vitest';
import type { EnrolmentRequest } from '#menshen/enrol/index.js';
import { IdentificationGallery } from '#menshen/gallery/index.js';
import { ada, bo, packFacts, stranger } from '../support/fake-vision.js';
import { auditKinds, newestAudit, openSite } from '../support/site.js';
import { addConsenting, allWiped, fromCamera, hasFace, requestFor, still } from './fixtures/enrolling.js';

describe('an enrolment from stills', () => {
  it('is vouched for, and the record says so', async () => {
    const site = openSite();
    const id = addConsenting(site);
    site.vision.queueStills(ada, ada);
    const { frames } = await site.enrolments.fromStills(requestFor(id), [still, still]);
    expect([frames, newestAudit(site, 'template.enrolled')?.attackDetection, allWiped(site)]).toEqual([
      2,
      'vouched-for',
      true,
    ]);
  });

  it('of different people is refused', async () => {
    const site = openSite();
    const id = addConsenting(site);
    site.vision.queueStills(ada, ada, bo);
    await expect(site.enrolments.fromStills(requestFor(id), [still, still, still])).rejects.toThrow(/one and the same/);
    expect([hasFace(site, id), allWiped(site)]).toEqual([false, true]);
  });

  it.each(['several-faces-in-zone', 'no-face-in-zone', 'face-blurred'] as const)(
    'with %s is refused',
    async (reason) => {
      const site = openSite();
      site.vision.queueStills(ada, reason);
      const refused = site.enrolments.fromStills(requestFor(addConsenting(site)), [still, still]);
      await expect(refused).rejects.toThrow(new RegExp(reason));
    },
  );

  it('that cannot be read is refused as that, and on record', async () => {
    const site = openSite();
    const refused = site.enrolments.fromStills(requestFor(addConsenting(site)), [still]);
    await expect(refused).rejects.toMatchObject({ code: 'picture-unreadable' });
    expect(auditKinds(site)).toContain('enrolment.refused');
  });

  it('without any is refused', async () => {
    const site = openSite();
    const id = addConsenting(site);
    await expect(site.enrolments.fromStills(requestFor(id), [])).rejects.toMatchObject({ name: 'MenshenError' });
    expect(hasFace(site, id)).toBe(false);
  });
});

describe('an enrolment for identification', () => {
  /** A 1:N site whose gallery has room for two. */
  async function siteOfTwo() {
    const gallery = new IdentificationGallery(packFacts, 0.0002);
    const site = openSite({ changes: { 'face.method': '1:N' }, gallery: () => gallery });
    await gallery.load(site.store);
    return { site, gallery };
  }
  const wanted = (id: string): EnrolmentRequest => requestFor(id, { forIdentification: true });

  it('is in the gallery at once', async () => {
    const { site, gallery } = await siteOfTwo();
    const id = addConsenting(site);
    const { identification } = await fromCamera(site, wanted(id), [ada, 5]);
    expect([identification, gallery.identify(Float32Array.from(ada.vector))]).toEqual([
      { state: 'enrolled' },
      { subjectId: id },
    ]);
  });

  it('in a full gallery is refused with the reason, while 1:1 goes on', async () => {
    const { site, gallery } = await siteOfTwo();
    await fromCamera(site, wanted(addConsenting(site)), [ada, 5]);
    await fromCamera(site, wanted(addConsenting(site)), [bo, 5]);
    const id = addConsenting(site);
    const { identification } = await fromCamera(site, wanted(id), [stranger, 5]);
    expect([identification, gallery.size, site.policy.person(id).ready]).toEqual([
      { state: 'refused', reason: expect.stringContaining('limited to 2 people') },
      2,
      true,
    ]);
  });

  it('again, of somebody who is in the full gallery, keeps the place', async () => {
    const { site, gallery } = await siteOfTwo();
    const id = addConsenting(site);
    await fromCamera(site, wanted(id), [ada, 5]);
    await fromCamera(site, wanted(addConsenting(site)), [bo, 5]);
    const { identification } = await fromCamera(site, wanted(id), [ada, 5]);
    expect([identification.state, gallery.size]).toEqual(['enrolled', 2]);
  });

  it('at a site that verifies 1:1 is refused, while 1:1 goes on', async () => {
    const site = openSite();
    const id = addConsenting(site);
    const { identification } = await fromCamera(site, wanted(id), [ada, 5]);
    expect([identification.state, site.policy.person(id).ready]).toEqual(['refused', true]);
  });

  it('is told to come back while the gallery is still being loaded', async () => {
    const site = openSite({ changes: { 'face.method': '1:N' } });
    const refused = fromCamera(site, wanted(addConsenting(site)), [ada, 5]);
    await expect(refused).rejects.toMatchObject({ code: 'vision-down' });
  });
});
