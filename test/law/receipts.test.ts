/** What people are given in hand: receipts that anybody can check, and what is held about them. */
import { describe, expect, it, test } from 'vitest';
import { canonicalJson, signingKeyFromSeed } from '#menshen/crypto/index.js';
import { checkReceipt, signedFile } from '#menshen/retention/index.js';
import type { ReceiptRow } from '#menshen/store/index.js';
import { ownData, receiptOf } from '#menshen/visit/index.js';
import { ada, bo } from '../support/fake-vision.js';
import { addEnrolled, newestAudit, openSite, purpose, type Site } from '../support/site.js';

const coded = (code: string) => expect.objectContaining({ code });
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** A receipt of a withdrawal, with what is written into its file. */
async function withdrawn() {
  const site = openSite();
  const { id } = addEnrolled(site, ada);
  const row = await site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
  return { site, row, file: signedFile(row, site.store.signingKey.publicKey) };
}

describe('M6.2: a receipt', () => {
  it('is checked without the store, with the key in it or the one that is given', async () => {
    const { site, row, file } = await withdrawn();
    const { keyId, publicKey } = site.store.signingKey;
    expect(checkReceipt(file)).toMatchObject({ kind: 'withdrawal', keyId, checkedWith: 'the key in the file' });
    expect(checkReceipt(file, base64(publicKey))).toEqual({
      ...{ kind: 'withdrawal', keyId, checkedWith: 'the key that was given' },
      record: JSON.parse(row.body),
    });
  });

  it.each([
    ['whose words were changed', { signedText: '{}' }],
    ['whose signature was changed', { signature: base64(new Uint8Array(64)) }],
    ['that shows something else than was signed', { body: { receiptId: 'r-other' } }],
    ['that names another key', { keyId: '0000000000000000' }],
    ['with half a key', { publicKey: 'AAAA' }],
    ['without a signature', { signature: undefined }],
    ['that is a number', { signature: 7 }],
  ])('%s does not hold', async (_what, change) => {
    const { file } = await withdrawn();
    expect(() => checkReceipt(JSON.stringify({ ...JSON.parse(file), ...change }))).toThrow(coded('receipt-invalid'));
  });

  it('of another device does not hold for this device’s key, though it is well signed', async () => {
    const { site, row, file } = await withdrawn();
    const stranger = signingKeyFromSeed(new Uint8Array(32).fill(9));
    const forged: ReceiptRow = { ...row, keyId: stranger.keyId, signature: stranger.sign(row.body) };
    const forgery = signedFile(forged, stranger.publicKey);
    expect(checkReceipt(forgery).keyId).toBe(stranger.keyId);
    expect(() => checkReceipt(forgery, base64(site.store.signingKey.publicKey))).toThrow(coded('receipt-invalid'));
    expect(() => checkReceipt(file, base64(stranger.publicKey))).toThrow(coded('receipt-invalid'));
  });

  it.each(['', '[]', 'null', '{"signedText":', 'no JSON'])('file of %j is none', (text) => {
    expect(() => checkReceipt(text)).toThrow(coded('receipt-invalid'));
  });

  it.each(['zh', 'en'])('is printed in %s with a word for each of its fields and for what they say', async (tag) => {
    const { site, row } = await withdrawn();
    const purge = site.store.receipts.get(JSON.parse(row.body).purgeReceiptId);
    if (purge === undefined) throw new Error('there is no purge receipt');
    const [consent] = site.store.consents.ofSubject(row.subjectId ?? '');
    const asReceipt = { ...row, kind: 'consent', body: consent?.body ?? '' };
    for (const one of [row, purge, asReceipt]) {
      const { lines } = receiptOf(site, one, tag);
      expect(lines.length).toBe(Object.keys(JSON.parse(one.body)).length);
      expect(lines.map(({ label, text }) => `${label} ${text}`).join('\n')).not.toMatch(/(field|value|text)\./);
    }
  });

  it('in a language that is not there is refused', async () => {
    const { site, row } = await withdrawn();
    expect(() => receiptOf(site, row, 'tlh')).toThrow(coded('language-unknown'));
  });
});

/** A person with everything, and somebody else whose records must not show. */
async function siteOfTwo() {
  const site = openSite();
  const { id } = addEnrolled(site, ada);
  const other = addEnrolled(site, bo);
  site.store.credentials.addCard(id, '04A1B2C3', 1);
  await site.pins.set(id, '271828', 6);
  const { verificationId } = await site.verifications.start({
    ...{ doorId: 'main', purpose, nonce: 'nonce-1', act: { kind: 'card' }, methods: ['card'] },
  });
  site.verifications.presentCard(verificationId, '04A1B2C3');
  return { site, id, other };
}

const shown = (site: Site, id: string) => ownData(site, id, { by: 'op-1', form: 'file' }, 'en');

describe('P45: what a person is given about themself', () => {
  it('is every record: profile, consents, credentials, events, receipts', async () => {
    const { site, id } = await siteOfTwo();
    await site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
    const { records } = await shown(site, id);
    expect(records).toMatchObject({
      ...{ subjectPseudonym: id, profile: { personNumber: expect.any(String) }, ageBand: 'adult', pinSet: true },
      cards: [{ number: '04A1B2C3' }],
      consents: [{ endReason: 'withdrawn', record: { subjectId: id } }],
    });
    expect(records.receipts.map(({ kind }) => kind).sort()).toEqual(['purge', 'withdrawal']);
    expect(Object.keys(records).sort()).toEqual([
      ...['ageBand', 'cards', 'consents', 'createdAt', 'events', 'eventsLeftOut', 'expiresAt', 'faceTemplates'],
      ...['pinSet', 'profile', 'receipts', 'registers', 'subjectPseudonym'],
    ]);
    expect(records.faceTemplates).toEqual([]);
    expect(records.events.map(({ kind }) => kind).sort()).toEqual([
      ...['consent.given', 'consent.withdrawn', 'own-data.shown', 'template.erased', 'verification.decided'],
    ]);
  });

  it('is nothing of anybody else’s', async () => {
    const { site, id, other } = await siteOfTwo();
    site.audit.append('enrolment.refused', { subjectId: other.id, reason: 'duplicate-face', other: id });
    const text = JSON.stringify(await shown(site, id));
    expect(text).not.toContain(other.id);
  });

  it('is never the template, the PIN or what they are sealed with', async () => {
    const { site, id } = await siteOfTwo();
    const { records, sections } = await shown(site, id);
    const text = JSON.stringify(records) + JSON.stringify(sections);
    expect(text).not.toMatch(/\d(?:,-?\d[\d.e-]*){16}|271828|verifier|salt|sealed|wrap/);
    expect(records.faceTemplates).toEqual([
      {
        ...{ modelId: expect.any(String), createdAt: expect.any(String), frames: 5, forIdentification: false },
        consentId: expect.stringMatching(/^c-/),
      },
    ]);
  });

  it('shows a bystander no whole card number', async () => {
    const { site, id } = await siteOfTwo();
    const { sections } = await shown(site, id);
    expect(JSON.stringify(sections)).toContain('…B2C3');
    expect(JSON.stringify(sections)).not.toContain('04A1B2C3');
  });

  it('is read in the person’s language, with a word for each part', async () => {
    const { site, id } = await siteOfTwo();
    for (const tag of ['zh', 'en']) {
      const { sections } = await ownData(site, id, { by: 'op-1', form: 'screen' }, tag);
      expect(JSON.stringify(sections)).not.toMatch(/"(field|value|text|data|event|kind)\./);
    }
  });

  it('is on record with who asked', async () => {
    const { site, id } = await siteOfTwo();
    await shown(site, id);
    expect(newestAudit(site, 'own-data.shown')).toEqual({ subjectId: id, by: 'op-1', form: 'file' });
  });

  it('of nobody is refused, and of somebody who is erased meanwhile too', async () => {
    const { site, id } = await siteOfTwo();
    await expect(shown(site, 's-nobody')).rejects.toEqual(coded('not-found'));
    const looking = shown(site, id);
    site.store.subjects.remove(id);
    await expect(looking).rejects.toEqual(coded('not-found'));
  });
});

test('P45: a person gets the same as a file at the screen, after proving who they are', async () => {
  const { site, id } = await siteOfTwo();
  const { visitId } = await site.visits.begin({ kind: 'card', cardNumber: '04A1B2C3', pin: '271828' });
  const file = await site.visits.ownDataFile(visitId, 'en');
  expect(file.records.subjectPseudonym).toBe(id);
  expect(canonicalJson(await site.visits.ownData(visitId, 'en'))).not.toContain('records');
});
