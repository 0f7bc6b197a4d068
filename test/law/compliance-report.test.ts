/** The report as people and scripts get it: in three formats, two languages, safe to open, and true of this site. */
import { afterEach, describe, expect, test } from 'vitest';
import { statuses } from '#menshen/compliance/index.js';
import { closeReports, evidenceOf, reportedSite, statusesOf } from '../support/compliance.js';
import { ada } from '../support/fake-vision.js';
import { addEnrolled, dayMs } from '../support/site.js';

afterEach(closeReports);

const hostile = '<img src=x onerror=alert(1)>"\'&';

describe('the page', () => {
  test('carries no script and may load nothing, and a strict policy says so', async () => {
    const { get } = await reportedSite();
    const { headers, text } = await get('/v1/compliance?format=html');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'unsafe-inline';/);
    expect(text).not.toMatch(/<script|javascript:|\son[a-z]+=|url\(|@import|<(img|link|iframe|object)/i);
  });

  test('shows what a site wrote as text, never as markup', async () => {
    const { get } = await reportedSite({ changes: { 'site.necessity': `${hostile} necessity words` } });
    const { text } = await get('/v1/compliance?format=html');
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp; necessity words');
    expect(text).not.toContain('<img');
  });

  test('has a heading for each row, a filter for each status, and its language', async () => {
    const { get, report } = await reportedSite();
    const { rows, counts } = await report();
    const { text } = await get('/v1/compliance?format=html&language=zh');
    expect(text).toContain('<html lang="zh-Hans">');
    expect(rows.filter(({ id }) => !text.includes(`<h2 id="${id}-title">`))).toEqual([]);
    for (const status of statuses) {
      expect(text).toContain(`href="#only-${status}"`);
      expect(text).toContain(`<span id="only-${status}"></span>`);
    }
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(rows.length);
  });

  test('every audit entry it names is there, and is reached by its link', async () => {
    const { get } = await reportedSite();
    const { text } = await get('/v1/compliance?format=html');
    const links = [...text.matchAll(/href="(\/v1\/audit\?after=(\d+)&amp;limit=1)"/g)];
    expect(links.length).toBeGreaterThan(2);
    for (const [, link = '', after] of links) {
      const { body } = await get<{ entries: { seq: number }[] }>(link.replace('&amp;', '&'));
      expect(body.entries.map(({ seq }) => seq)).toEqual([Number(after) + 1]);
    }
  });
});

describe('the report', () => {
  test.each(['format=pdf', 'language=fr', 'other=1'])('refuses %s', async (query) => {
    const { get } = await reportedSite();
    expect((await get(`/v1/compliance?${query}`)).status).toBe(400);
  });

  test('of one obligation takes its id in small letters too, and refuses one that no obligation has', async () => {
    const { get } = await reportedSite();
    expect((await get('/v1/compliance/d17a')).body).toMatchObject({ id: 'D17a' });
    expect((await get('/v1/compliance/M99')).status).toBe(404);
  });

  test('of a live site begins with what stands for a camera where that is a recording', async () => {
    const [cameras, source] = [(await reportedSite()).site.config.cameras, { kind: 'recording', path: '/a.mp4' }];
    const { get, report } = await reportedSite({
      changes: { cameras: cameras.map((camera) => ({ ...camera, source })) },
    });
    const words = async (query: string) => (await get(`/v1/compliance?${query}`)).text.replace(/\s+/g, ' ');
    expect((await report()).recordedCameras).toEqual(['front']);
    for (const query of ['format=text&language=en', 'format=html&language=en'])
      expect(await words(query)).toMatch(
        /a recording or stills stand for a camera.*Cameras that are recordings: front/,
      );
    expect(await words('format=html&language=zh')).toContain('以录像代替的摄像头：front');
  });

  test('says nothing of recordings where there are none', async () => {
    const { get, report } = await reportedSite();
    expect(await report()).not.toHaveProperty('recordedCameras');
    expect((await get('/v1/compliance?format=text&language=en')).text).not.toContain('recording');
  });

  test('gives callers at the same time the same report, from one walk', async () => {
    const { site, report } = await reportedSite();
    let walks = 0;
    const { page } = site.store.auditLog;
    site.store.auditLog.page = (after, limit) => {
      if (after === 0) walks += 1;
      return page.call(site.store.auditLog, after, limit);
    };
    const [first, second] = await Promise.all([report(), report()]);
    expect([walks, first]).toEqual([1, second]);
  });

  test('holds no name and no id of a person, and no template', async () => {
    const { site, get } = await reportedSite();
    const { id } = addEnrolled(site, ada);
    const named = site.store.subjects.add({ personNumber: 'N77', displayName: 'Zoe Zebra' }, 'adult', {
      nowMs: 1,
      expiresAtMs: 2e12,
    });
    for (const format of ['json', 'text', 'html']) {
      const { text } = await get(`/v1/compliance?format=${format}`);
      expect([id, named.id, 'N77', 'Zoe Zebra'].filter((secret) => text.includes(secret))).toEqual([]);
    }
  });
});

describe('what is wrong in the store is found there', () => {
  test('M6.1: a template whose consent is not there', async () => {
    const { site, row } = await reportedSite();
    const { id } = addEnrolled(site, ada);
    const before = statusesOf(await row('M6.1'));
    site.store.consents.endAll(id, 'superseded', site.clock.wallMs());
    expect([before, statusesOf(await row('M6.1'))]).toEqual([['met'], ['not-met']]);
  });

  test('M6.2 and P47: a template that a withdrawal left behind, until the sweep has been', async () => {
    const { site, row } = await reportedSite();
    const { id } = addEnrolled(site, ada);
    site.store.consents.endAll(id, 'withdrawn', site.clock.wallMs());
    const left = [(await row('M6.2')).parts[0]?.status, (await row('P47')).status];
    await site.retention.sweep();
    expect([left, (await row('M6.2')).parts[0]?.status, (await row('P47')).status]).toEqual([
      ['not-met', 'not-met'],
      'met',
      'met',
    ]);
  });

  test('M6.3: withdrawal receipts say what stays, and the newest is named', async () => {
    const { site, row } = await reportedSite();
    const { id } = addEnrolled(site, ada);
    const receipt = await site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
    const [part] = (await row('M6.3')).parts;
    expect(part).toMatchObject({ status: 'met', evidence: [{ receiptId: receipt.id }] });
    expect((await row('M6.3')).unconfirmedWording).toBe(true);
  });

  test('M7.1: a person with a face who turns out to be a child, without a guardian’s record', async () => {
    const { site, row } = await reportedSite({ changes: { 'site.minorsRules': 'rules words' } });
    addEnrolled(site, ada);
    const before = (await row('M7.1')).status;
    const { list } = site.store.subjects;
    site.store.subjects.list = (after, limit) =>
      list.call(site.store.subjects, after, limit).map((person) => ({ ...person, ageBand: 'minor' as const }));
    expect([before, (await row('M7.1')).status]).toEqual(['met', 'not-met']);
  });

  test('M5.6: people who have not seen a changed notice are counted, and none of them is usable', async () => {
    const { site, row } = await reportedSite();
    const { id } = addEnrolled(site, ada);
    site.store.subjects.noticeSeen = (subjectId, hash) => subjectId !== id && hash !== '';
    const [part] = (await row('M5.6')).parts;
    expect([part?.status, evidenceOf(part)]).toEqual([
      'met',
      expect.stringContaining('suspended: 1; of them usable all the same: 0'),
    ]);
  });

  test('D5: a consent that is not in writing, where the site says law asks for it', async () => {
    const { site, row } = await reportedSite();
    addEnrolled(site, ada);
    const before = (await row('D5')).status;
    const strict = await reportedSite({
      store: site.store,
      changes: { 'site.writtenConsentRequired': true },
      assessed: false,
    });
    expect([before, (await strict.row('D5')).status]).toEqual(['met', 'not-met']);
  });

  test('M8.3: doubt about the clock holds purges back, and the report says so', async () => {
    const { site, row } = await reportedSite();
    site.clock.jumpWall(2 * dayMs);
    site.clockGuard.check();
    const [part] = (await row('M8.3')).parts;
    expect([part?.status, evidenceOf(part)]).toEqual([
      'not-met',
      expect.stringContaining('the clock is not confirmed'),
    ]);
  });

  test('D18: bystanders that were dropped outside the capture zone are counted from decisions', async () => {
    const { site, row } = await reportedSite();
    const { id } = addEnrolled(site, ada);
    const { verificationId } = await site.verifications.start({
      ...{ doorId: 'main', purpose: 'entrance', nonce: 'nonce-1', act: { kind: 'button' } },
      claim: { subjectId: id },
    });
    site.vision.bystanders = 2;
    site.vision.show(ada, 3);
    expect(site.verifications.view(verificationId).decision?.reason).toBe('face-match');
    expect(evidenceOf((await row('D18')).parts[0])).toContain('bystanders dropped outside the zone: 2');
  });
});
