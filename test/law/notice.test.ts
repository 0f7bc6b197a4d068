/** M5.1 to M5.6 and P14: what people are told, and that they are told again when it changes. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadLanguages } from '#menshen/language/index.js';
import { noticeFields, noticeHash } from '#menshen/notice/index.js';
import { addPerson as addGatePerson, type Gate, giveConsent, openGate } from '../e2e/gate.js';
import { ada } from '../support/fake-vision.js';
import {
  addEnrolled,
  auditKinds,
  type ConfigChanges,
  consentRequest,
  newestAudit,
  openSite,
  purpose,
  type Site,
  siteConfig,
} from '../support/site.js';
import { createTestStore, openTestStore, tempFolder } from '../support/temp-store.js';

const tags = ['zh', 'en'] as const;
const section = (changes: ConfigChanges, tag: string, index: number) =>
  openSite({ changes, assessed: false }).noticeTexts.view(tag).sections[index]?.text;
const refused = (path: string) => () => siteConfig({ [path]: undefined });

describe('the notice', () => {
  test.each(tags)('M5.1: in %s names who answers for it and how to reach them', (tag) => {
    expect([section({}, tag, 0), section({}, tag, 1)]).toEqual(['Test Processor', 'contact@example.invalid']);
  });

  test.each(['site.processor.name', 'site.processor.contact'])('M5.1: cannot be made without %s', (path) => {
    expect(refused(path)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });

  test.each(tags)('M5.2: in %s says the purpose, method and period that run, and others when others run', (tag) => {
    const other = { 'site.purpose.description': 'Counting', 'face.method': '1:N', 'site.retention.maxDays': 7 };
    const [before, after] = [openSite({ assessed: false }), openSite({ changes: other, assessed: false })];
    const said = ({ noticeTexts }: Site) => noticeTexts.text(tag);
    expect(said(before)).toContain('Opening the test gate');
    expect(said(before)).toContain('30');
    expect(said(after)).toContain('Counting');
    expect(said(after)).toMatch(/\b7\b|7天/);
    expect(said(after)).not.toContain(before.noticeTexts.view(tag).sections[3]?.text);
  });

  test.each(tags)('M5.2: in %s names every end of keeping that is configured, and no other', (tag) => {
    const ends = { 'site.retention.inactivityDays': 7, 'site.purpose.endsOn': '2027-06-30' };
    const [plain, all] = [section({}, tag, 5), section(ends, tag, 5)];
    expect(all).toMatch(/(?<!\d)7(?!\d).*2027-06-30/);
    expect(all?.startsWith(plain ?? '?')).toBe(true);
    expect(plain).not.toContain('2027');
  });

  test('M5.2: has the hash of the running configuration', () => {
    const { notice, config } = openSite();
    expect(notice.hash).toBe(noticeHash(noticeFields(config)));
  });

  test.each(['site.necessity', 'site.impactOnRights'])('M5.3: cannot be made without %s', (path) => {
    expect(refused(path)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
    expect(() => siteConfig({ [path]: '  ' })).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });

  test.each(tags)('M5.3: in %s says why it is necessary and what it means for people', (tag) => {
    const text = openSite({ assessed: false }).noticeTexts.text(tag);
    expect([text.includes('necessity words'), text.includes('impact words')]).toEqual([true, true]);
  });

  test('M5.5: says other matters, or that there are none, in the reader’s language', () => {
    const [words] = tags.map((tag) => section({}, tag, 15));
    const none = tags.map((tag) => section({ 'site.otherLegalMatters': 'none' }, tag, 15));
    expect([words, none]).toEqual(['other matters words', ['无。', 'None.']]);
    expect(refused('site.otherLegalMatters')).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });

  test.each(tags)('M5.2: in %s carries its version, date, hash, language and device', (tag) => {
    const { noticeTexts, notice } = openSite({ assessed: false });
    const view = noticeTexts.view(tag);
    expect(view).toMatchObject({ version: 1, hash: notice.hash, language: tag, effectiveAt: expect.any(String) });
    for (const part of [notice.hash, '2026-03-02', 'gate-1']) expect(noticeTexts.text(tag)).toContain(part);
  });

  test('M5.0: is in the reader’s language where the site translated its own words', () => {
    const translations = { en: { necessity: 'English necessity', rightsRoutes: ['English desk'] } };
    const { noticeTexts } = openSite({ changes: { 'site.translations': translations }, assessed: false });
    expect(noticeTexts.text('en')).toMatch(/English necessity[\s\S]*English desk/);
    expect(noticeTexts.text('zh')).toContain('necessity words');
    expect(noticeTexts.text('en')).not.toContain('rights desk');
  });
});

test.each(tags)('M5.4: the button that the notice names in %s is the one on the screen', (tag) => {
  const languages = loadLanguages();
  const button = languages.texts(tag, 'kiosk').say('bar.withdraw');
  expect(languages.texts(tag, 'notice').say('step.go-to-screen')).toContain(`“${button}”`);
});

describe('a mended translation', () => {
  const translated = (necessity: string) => ({ 'site.translations': { en: { necessity } } });

  test('M5.6: suspends nobody, but what was said before and after is on record', () => {
    const folder = tempFolder();
    const before = openSite({ store: createTestStore(folder), changes: translated('a typign error') });
    const { id } = addEnrolled(before, ada);
    before.store.close();
    const changes = translated('a typing error');
    const site = openSite({ store: openTestStore(folder), clock: before.clock, changes, assessed: false });
    expect([site.policy.person(id).ready, site.notice.hash]).toEqual([true, before.notice.hash]);
    expect(newestAudit(site, 'notice.text-changed')).toMatchObject({
      language: 'en',
      previous: before.noticeTexts.view('en').textHash,
      textHash: site.noticeTexts.view('en').textHash,
    });
    const kept = site.store.documents.list('notice-text').map(({ body }) => body.includes('a typign error'));
    expect(kept.filter(Boolean)).toHaveLength(1);
  });

  test('M5.6: is recorded once, not at each start', () => {
    const folder = tempFolder();
    const before = openSite({ store: createTestStore(folder) });
    const said = auditKinds(before).filter((kind) => kind === 'notice.text-changed').length;
    before.store.close();
    const site = openSite({ store: openTestStore(folder), clock: before.clock, assessed: false });
    expect([said, auditKinds(site).filter((kind) => kind === 'notice.text-changed').length]).toEqual([2, 2]);
  });
});

describe('after a change of the notice', () => {
  /** Somebody enrolled with a PIN and a card, and then the configuration changes. */
  async function changed(changes: ConfigChanges) {
    const folder = tempFolder();
    const before = openSite({ store: createTestStore(folder) });
    const { id } = addEnrolled(before, ada);
    await before.pins.set(id, '271828', 6);
    before.store.credentials.addCard(id, '04A1B2C3', 1);
    const { personNumber = '' } = before.store.subjects.profile(id);
    before.store.close();
    const redeclared = { 'site.signPosted.on': '2026-02-01' };
    const store = openTestStore(folder);
    return { site: openSite({ store, clock: before.clock, changes: { ...changes, ...redeclared } }), id, personNumber };
  }
  const ways = async ({ site, personNumber }: Awaited<ReturnType<typeof changed>>) => {
    const start = async () =>
      (await site.verifications.start({ doorId: 'main', purpose, nonce: 'n-12345678', act: { kind: 'button' } }))
        .verificationId;
    const pin = await site.verifications.presentPin(await start(), { personNumber, pin: '271828' });
    const card = site.verifications.presentCard(await start(), '04A1B2C3');
    return [pin.decision?.reason, card.decision?.reason];
  };

  test('M5.6: the person’s face waits until they were shown the new one, PIN and card do not', async () => {
    const gate = await changed({ 'site.impactOnRights': 'other words' });
    expect(gate.site.policy.person(gate.id)).toEqual({ ready: false, reason: 'notice-changed' });
    expect(await ways(gate)).toEqual(['pin-accepted', 'card-accepted']);
    gate.site.consents.noticeShown(gate.id, gate.site.policy.binding());
    expect(gate.site.policy.person(gate.id).ready).toBe(true);
    expect(newestAudit(gate.site, 'notice.shown')).toEqual({
      subjectId: gate.id,
      noticeHash: gate.site.notice.hash,
    });
  });

  test('M5.6: a look of one person brings back nobody else', async () => {
    const gate = await changed({ 'site.impactOnRights': 'other words' });
    const other = addEnrolled(gate.site, ada);
    gate.site.consents.noticeShown(other.id, gate.site.policy.binding());
    expect(gate.site.policy.person(gate.id).ready).toBe(false);
  });

  test.each([
    ['the purpose', { 'site.purpose.code': 'attendance' }],
    ['the method', { 'face.method': '1:N' }],
    ['the kinds of data', { 'credentials.card.enabled': false }],
    ['who answers for it', { 'site.processor.name': 'Another' }],
  ])('P14: with %s a look is not enough, a new consent is needed', async (_, changes) => {
    const { site, id } = await changed(changes);
    site.consents.noticeShown(id, site.policy.binding());
    expect(site.policy.person(id)).toEqual({ ready: false, reason: 'purpose-changed' });
    site.consents.give(consentRequest(site, id), site.policy.binding());
    expect(site.policy.person(id)).not.toMatchObject({ reason: 'purpose-changed' });
    expect(newestAudit(site, 'consent.given')).toMatchObject({ subjectId: id, noticeHash: site.notice.hash });
  });
});

describe('the notice’s page', () => {
  let gate: Gate;
  beforeAll(async () => {
    gate = await openGate();
  });
  afterAll(() => gate.close());
  const page = (query = '', headers = {}) =>
    gate.daemon.panel().call('GET', `/v1/notice/page${query}`, undefined, { headers });

  test('M5.0: can be read by anyone, without a key, a script or anything from outside', async () => {
    const { status, text, headers } = await page('?language=en');
    const policy = String(headers['content-security-policy']);
    const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? '';
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(text).not.toMatch(/<script|<img|<link|<iframe|src=|https?:|url\(| on\w+=| style=/);
  });

  test.each([
    ['?language=en', {}, 'en'],
    ['', {}, 'zh'],
    ['', { 'accept-language': 'en-GB,en;q=0.9' }, 'en'],
    ['', { 'accept-language': 'fr,en;q=0.3' }, 'en'],
    ['', { 'accept-language': 'fr' }, 'zh'],
    ['?language=zh', { 'accept-language': 'en' }, 'zh'],
  ])('M5.0: %s with %o is in %s, and links to the others', async (query, headers, tag) => {
    const { text } = await page(query, headers);
    expect(text).toContain(`<html lang="${tag}">`);
    for (const other of tags) expect(text).toContain(`href="?language=${other}"`);
  });

  test.each(['?language=fr', '?language=../en', '?language=%3Cscript%3E', '?other=1'])(
    'M5.0: refuses %s and shows none of it',
    async (query) => {
      const { status, text } = await page(query);
      expect([400, 404]).toContain(status);
      expect(text).not.toContain('script');
    },
  );

  test('M5.0: shows what the site wrote as text, whatever it is', async () => {
    const { site } = gate.site.config;
    const nasty = '<script>alert(1)</script><img src=x onerror=alert(2)>" &amp;';
    const other = await openGate({ site: { ...site, necessity: nasty } });
    const { text } = await other.daemon.panel().get('/v1/notice/page?language=en');
    await other.close();
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;&quot; &amp;amp;');
    expect(text).not.toContain('<script');
  });

  test('M5.4: each way that the notice names works: an operator shows, withdraws and erases; the device does without a network', async () => {
    expect(await walkedOf(gate)).toEqual([
      ['operator', 'works'],
      ['command-line', 'works'],
    ]);
  });

  test('M5.4: with a screen at the gate the notice names it first, and it is there', async () => {
    const withScreen = await openGate({ screen: { doorId: 'main', defaultLanguage: 'zh', sessionMinutes: 5 } });
    const walked = await walkedOf(withScreen);
    const { text } = await withScreen.daemon.panel().get('/v1/notice?language=en');
    await withScreen.close();
    expect(walked).toEqual(['screen', 'operator', 'command-line'].map((route) => [route, 'works']));
    expect(text).toContain('1. Press “Withdraw” on this gate’s screen');
  });

  /** Every way that a gate's notice names, and what came of walking it. */
  async function walkedOf(walkedGate: Gate): Promise<(readonly [string, string])[]> {
    const { body } = await walkedGate.daemon.panel().get<{ fields: { rightsRoutes: string[] } }>('/v1/notice');
    const walked: (readonly [string, string])[] = [];
    for (const route of body.fields.rightsRoutes) walked.push([route, await walk(walkedGate, route)]);
    return walked;
  }

  async function walk(gate: Gate, route: string): Promise<string> {
    const person = await addGatePerson(gate);
    await giveConsent(gate, person);
    const path = `/v1/subjects/${person.subjectId}`;
    switch (route) {
      case 'operator': {
        const seen = await gate.operator.get<{ consent: string }>(path);
        const withdrawn = await gate.operator.post<{ receiptId: string }>(`${path}/withdrawal`, { requester: 'self' });
        const erased = await gate.operator.call('DELETE', path);
        const gone = await gate.operator.get(path);
        const answers = [seen.body.consent, withdrawn.status, erased.status, gone.status];
        return answers.join() === 'valid,200,200,404' ? 'works' : answers.join();
      }
      case 'command-line': {
        const results = [
          await gate.site.run(['subject', 'show', person.subjectId]),
          await gate.site.run(['withdraw', person.subjectId]),
          await gate.site.run(['erase', person.subjectId, '--yes']),
        ];
        return results.every(({ exitCode }) => exitCode === 0) ? 'works' : results.map(({ stderr }) => stderr).join();
      }
      case 'screen': {
        const { status, headers } = await gate.daemon.panel().get('/kiosk');
        return status === 200 && String(headers['content-type']).startsWith('text/html') ? 'works' : String(status);
      }
      default:
        return 'nobody knows how to walk it';
    }
  }
});
