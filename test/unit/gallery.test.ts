import { describe, expect, it } from 'vitest';
import type { ImpostorModel } from '#menshen/core/index.js';
import { IdentificationGallery } from '#menshen/gallery/index.js';
import { ada, bo, packFacts, stranger } from '../support/fake-vision.js';
import { addEnrolled, openSite } from '../support/site.js';
import { createTestStore, openTestStore, rawDatabase, tempFolder } from '../support/temp-store.js';

const vectorOf = ({ vector }: { vector: readonly number[] }): Float32Array => Float32Array.from(vector);
/** Room for two people at the lowest measured rate of 0.0001. */
const smallFpir = 0.0002;

/** Strangers spread alike in every direction: similarities are cosines. */
const flatModel: ImpostorModel = {
  dimensions: 4,
  rank: 1,
  factors: new Float32Array(4),
  restVariance: 0.04,
  typicalDeviation: 0.2,
  exponent: 0.25,
  people: 1000,
};

function galleryOf(...people: readonly (readonly [string, { vector: readonly number[] }])[]): IdentificationGallery {
  const gallery = new IdentificationGallery(packFacts, 0.01);
  for (const [id, face] of people) gallery.add(id, vectorOf(face));
  return gallery;
}

describe('the gallery', () => {
  it('finds the person whose face it is', () => {
    expect(galleryOf(['ada', ada], ['bo', bo]).identify(vectorOf(bo))).toEqual({ subjectId: 'bo' });
  });

  it('finds nobody in a stranger', () => {
    expect(galleryOf(['ada', ada], ['bo', bo]).identify(vectorOf(stranger))).toBeUndefined();
  });

  it('finds nobody when it is empty', () => {
    expect(galleryOf().identify(vectorOf(ada))).toBeUndefined();
  });

  it('asks for more likeness the more people are in it', () => {
    const alike = Float32Array.of(0.55, Math.sqrt(1 - 0.55 ** 2), 0, 0);
    const crowd = galleryOf(['ada', ada]);
    const alone = crowd.identify(alike);
    for (let n = 0; n < 30; n += 1) crowd.add(`other-${n}`, vectorOf(stranger));
    expect([alone, crowd.identify(alike)]).toEqual([{ subjectId: 'ada' }, undefined]);
  });

  it('never finds somebody who was removed', () => {
    const gallery = galleryOf(['ada', ada]);
    gallery.remove('ada');
    expect([gallery.identify(vectorOf(ada)), gallery.size]).toEqual([undefined, 0]);
  });

  it('asks more of a probe that lies where strangers are, where the pack has an impostor model', () => {
    const template = vectorOf(ada);
    const probe = Float32Array.of(0.75, Math.sqrt(1 - 0.75 ** 2), 0, 0);
    const crowded = { ...flatModel, factors: Float32Array.from(probe, (value) => 2 * value) };
    const found = [flatModel, crowded].map((impostorModel) => {
      const gallery = new IdentificationGallery({ ...packFacts, impostorModel }, 0.01, {}, (_, use) => use(template));
      gallery.add('ada', template);
      return gallery.identify(probe)?.subjectId;
    });
    expect(found).toEqual(['ada', undefined]);
  });

  it('finds nobody whose template is gone from the store, where the pack has an impostor model', () => {
    const gallery = new IdentificationGallery({ ...packFacts, impostorModel: flatModel }, 0.01, {}, () => false);
    gallery.add('ada', vectorOf(ada));
    expect(gallery.identify(vectorOf(ada))).toBeUndefined();
  });

  it('gives no similarity away', () => {
    expect(Object.keys(galleryOf(['ada', ada]).identify(vectorOf(ada)) ?? {})).toEqual(['subjectId']);
  });

  it('has room up to its ceiling, and says why not beyond', () => {
    const gallery = new IdentificationGallery(packFacts, smallFpir);
    gallery.add('ada', vectorOf(ada));
    const before = gallery.fullBecause('somebody');
    gallery.add('bo', vectorOf(bo));
    expect([gallery.ceiling, before, gallery.fullBecause('somebody')]).toEqual([
      2,
      undefined,
      expect.stringContaining('limited to 2 people'),
    ]);
  });

  it('identifies nobody, rather than loosely, when it holds more than its ceiling', () => {
    const gallery = new IdentificationGallery(packFacts, smallFpir);
    for (const id of ['a', 'b', 'c']) gallery.add(id, vectorOf(ada));
    expect(() => gallery.identify(vectorOf(ada))).toThrow(expect.objectContaining({ code: 'threshold-unsupported' }));
  });

  it('goes on beyond it, more strictly, where rates that nobody measured were accepted', () => {
    const gallery = new IdentificationGallery(packFacts, smallFpir, { unmeasuredAccepted: true });
    for (const id of ['a', 'b', 'c']) gallery.add(id, vectorOf(ada));
    expect([gallery.ceiling > 2, gallery.identify(vectorOf(ada))?.subjectId, gallery.identify(vectorOf(bo))]).toEqual([
      true,
      'a',
      undefined,
    ]);
  });

  it('loads those who take part in identification, and nobody else', async () => {
    const site = openSite();
    const taking = addEnrolled(site, ada, true);
    addEnrolled(site, bo, false);
    const gallery = new IdentificationGallery(packFacts, 0.01);
    await gallery.load(site.store);
    expect([gallery.size, gallery.identify(vectorOf(ada)), gallery.identify(vectorOf(bo))]).toEqual([
      1,
      { subjectId: taking.id },
      undefined,
    ]);
  });

  it('is ready only when everybody is in it', async () => {
    const site = openSite();
    addEnrolled(site, ada, true);
    const gallery = new IdentificationGallery(packFacts, 0.01);
    const loading = gallery.load(site.store);
    const meanwhile = gallery.ready;
    await loading;
    expect([meanwhile, gallery.ready]).toEqual([false, true]);
  });

  it('loses whoever is erased while it is being loaded', async () => {
    const gallery = new IdentificationGallery(packFacts, 0.01);
    const site = openSite({ gallery: () => gallery });
    const { id } = addEnrolled(site, ada, true);
    const loading = gallery.load(site.store);
    await site.retention.eraseSubject(id, 'order');
    await loading;
    expect([gallery.size, gallery.identify(vectorOf(ada))]).toEqual([0, undefined]);
  });

  it('leaves out a template that no longer opens, says so, and takes everybody else', async () => {
    const folder = tempFolder();
    const before = openSite({ store: createTestStore(folder) });
    const damaged = addEnrolled(before, ada, true);
    addEnrolled(before, bo, true);
    before.store.close();
    rawDatabase(folder, (db) =>
      db.prepare('UPDATE template SET sealed = zeroblob(64) WHERE subject_id = ?').run(damaged.id),
    );
    const gallery = new IdentificationGallery(packFacts, 0.01);
    expect([await gallery.load(openTestStore(folder)), gallery.size]).toEqual([1, 1]);
  });

  it('loads more than one slice', async () => {
    const site = openSite();
    site.store.transaction(() => {
      for (let n = 0; n < 205; n += 1) addEnrolled(site, ada, true);
    });
    const gallery = new IdentificationGallery(packFacts, 0.01);
    await gallery.load(site.store);
    expect(gallery.size).toBe(205);
  });

  it('loses whoever is erased', async () => {
    const held: { gallery?: IdentificationGallery } = {};
    const site = openSite({ gallery: () => held.gallery });
    const { id } = addEnrolled(site, ada, true);
    const gallery = new IdentificationGallery(packFacts, 0.01);
    await gallery.load(site.store);
    held.gallery = gallery;
    await site.retention.eraseSubject(id, 'order');
    expect([gallery.size, gallery.identify(vectorOf(ada))]).toEqual([0, undefined]);
  });
});
