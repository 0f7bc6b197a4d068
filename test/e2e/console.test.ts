/** The operator's page against the real service: one person writes the assessment, another approves it. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { openBrowser } from '../../scripts/browser.mjs';
import { Desk, whyNoBrowser } from '../console/page.js';
import { type Gate, key, openGate } from './gate.js';

interface Draft {
  readonly draftId: string;
  readonly state: string;
  readonly draft: Readonly<Record<string, string>>;
}

describe('the operator’s page', () => {
  let gate: Gate;
  let browser: Browser | undefined;
  let desk: Desk;
  const keys = { author: '', approver: '' };
  beforeAll(async () => {
    gate = await openGate();
    if (whyNoBrowser !== undefined) return;
    browser = await openBrowser();
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en' });
    desk = new Desk(await context.newPage());
    keys.author = await key(gate.daemon, 'operator');
    keys.approver = await key(gate.daemon, 'operator');
    await desk.page.goto(`${gate.daemon.url}/console`);
  });
  afterAll(async () => {
    await browser?.close();
    await gate?.close();
  });

  it('has a policy that lets nothing in from outside, and no frame around it', async () => {
    const { status, headers } = await gate.daemon.panel().get('/console');
    expect([status, String(headers['content-security-policy']), headers['x-frame-options']]).toEqual([
      200,
      expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
      'DENY',
    ]);
  });

  it.each(['/console/../menshen.yaml', '/console/%2e%2e/main.js', '/console/texts/xx.json', '/console/src'])(
    'has nothing at %s',
    async (path) => {
      expect((await gate.daemon.panel().get(path)).status).toBe(404);
    },
  );

  it('gives nobody without a key anything but itself', async () => {
    const answers = await Promise.all(
      ['/v1/caller', '/v1/assessments/form', '/v1/assessments/unfinished'].map((path) => gate.daemon.panel().get(path)),
    );
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  });

  it.each([
    ['a panel', 'panel', 403],
    ['an auditor', 'auditor', 403],
    ['an operator', 'operator', 404],
  ] as const)('lets %s see what is being written only where it may write', async (_who, role, status) => {
    expect((await gate[role].get('/v1/assessments/unfinished')).status).toBe(status);
  });

  describe.skipIf(whyNoBrowser !== undefined)(`in Chromium ${whyNoBrowser ?? ''}`, () => {
    const drafts = async () => (await gate.operator.get<{ drafts: Draft[] }>('/v1/assessments/drafts')).body.drafts;

    test('M9.1: the author answers every part and hands it over', async () => {
      await desk.signIn(keys.author);
      await desk.said('report-state.none').first().waitFor();
      await desk.press('list.begin');
      await desk.page.getByLabel('Who writes it?', { exact: true }).fill('Ann');
      for (let part = 1; part < 6; part += 1) {
        await desk.press('write.next');
        await desk.page.getByText(`Part ${part + 1} of 6`).waitFor();
        for (const box of await desk.page.locator('.question textarea').all())
          if (!(await box.evaluate((element) => element.id === 'triggers')))
            await box.fill(`Written for part ${part}.`);
      }
      await desk.page.getByRole('radio', { name: 'proceed', exact: true }).check();
      await desk.press('write.review');
      await desk.heading('hand-over.title').waitFor();
      await desk.press('hand-over.submit');
      await desk.said('handed-over.done').waitFor();
      expect((await drafts()).map(({ state, draft }) => [state, draft.author])).toEqual([['submitted', 'Ann']]);
    });

    test('M9.1: the same key may not approve it, on the page or past it', async () => {
      const [draft] = await drafts();
      await desk.page.getByRole('button', { name: draft?.draft.id ?? '' }).click();
      await desk.said('draft.own').waitFor();
      const body = { verdict: 'approve', approver: 'Bob' };
      const past = await gate.daemon
        .panel(keys.author)
        .post<{ code: string }>(`/v1/assessments/drafts/${draft?.draftId}/approval`, body);
      expect([await desk.button('draft.approve').count(), past.status, past.body.code]).toEqual([
        0,
        403,
        'second-person-required',
      ]);
    });

    test('M9.1: another key under the author’s name may not either; under another name it is the assessment', async () => {
      await desk.press('app.sign-out');
      await desk.signIn(keys.approver);
      await desk.page
        .getByRole('row', { name: /Waits for approval/ })
        .getByRole('button')
        .click();
      await desk.page.getByText('Written for part 3.').first().waitFor();
      await desk.page.getByRole('checkbox').check();
      await desk.page.getByLabel(desk.text('draft.approver'), { exact: true }).fill('ann');
      await desk.press('draft.approve');
      await desk.said('error.second-person-required').waitFor();
      await desk.page.getByLabel(desk.text('draft.approver'), { exact: true }).fill('Bob');
      await desk.press('draft.approve');
      await desk.said('approved.done').waitFor();
      await desk.said('report-state.valid').first().waitFor();
      expect((await gate.operator.get<{ state: string }>('/v1/assessments/current')).body.state).toBe('valid');
      expect(desk.faults).toEqual([]);
    });
  });
});
