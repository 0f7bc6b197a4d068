import { describe, expect, it, test } from 'vitest';
import { refused } from './fake-service.js';
import { complete, formIn } from './form.js';
import { openDesk, whyNoBrowser } from './page.js';

const inChromium = describe.skipIf(whyNoBrowser !== undefined);

inChromium(`approving an assessment (in Chromium) ${whyNoBrowser ?? ''}`, () => {
  const handedIn = (by: string) => ({
    prepare: (service: Parameters<NonNullable<NonNullable<Parameters<typeof openDesk>[0]>['prepare']>>[0]) => {
      const draft = { ...complete, id: 'PIPIA-9', residualRisk: 'A line that the approver reads.' };
      service.drafts = [
        { draftId: 'd-1', state: 'submitted', submittedAt: '2026-02-03T04:05:00Z', submittedBy: by, draft },
      ];
    },
  });

  test('M9.1: shows whoever handed it in that somebody else approves it', async () => {
    const { desk } = await openDesk(handedIn('key-a'));
    await desk.signIn('mk_author');
    await desk.page.getByRole('button', { name: 'PIPIA-9' }).click();
    await desk.said('draft.own').waitFor();
    expect(await desk.button('draft.approve').count()).toBe(0);
  });

  test('M9.1: lets another key read all of it, then approve under a name', async () => {
    const { desk, service } = await openDesk(handedIn('key-a'));
    await desk.signIn('mk_approver');
    await desk.page.getByRole('button', { name: 'PIPIA-9' }).click();
    await desk.page.getByText('A line that the approver reads.').waitFor();
    expect(await desk.page.locator('.rows dt').count()).toBe(formIn('en').fields.length);
    await desk.press('draft.approve');
    await desk.said('draft.approval-missing').waitFor();
    await desk.page.getByRole('checkbox').check();
    await desk.page.getByLabel(desk.text('draft.approver'), { exact: true }).fill('Bob');
    await desk.press('draft.approve');
    await desk.said('approved.done').waitFor();
    expect(service.askedFor('POST', '/approval').map(({ body, key }) => ({ body, key }))).toEqual([
      { body: { verdict: 'approve', approver: 'Bob' }, key: 'mk_approver' },
    ]);
  });

  test('M9.1: sends it back with reasons, which its author reads and goes on from', async () => {
    const { desk, service } = await openDesk(handedIn('key-a'));
    await desk.signIn('mk_approver');
    await desk.page.getByRole('button', { name: 'PIPIA-9' }).click();
    await desk.page.getByLabel(desk.text('draft.reason'), { exact: true }).fill('The harm is missing.');
    await desk.press('draft.return');
    await desk.said('returned.done').waitFor();
    await desk.press('app.sign-out');
    await desk.signIn('mk_author');
    await desk.page.getByRole('button', { name: 'PIPIA-9' }).click();
    await desk.page.getByText('The harm is missing.').waitFor();
    await desk.press('draft.write-again');
    await desk.page.getByText('The harm is missing.').waitFor();
    expect(await desk.page.getByLabel('What is this assessment called?').inputValue()).toBe('PIPIA-9');
    expect(service.drafts[0]?.state).toBe('returned');
  });

  it('says what the service refused', async () => {
    const { desk, service } = await openDesk(handedIn('key-a'));
    service.answers.set('POST /v1/assessments/drafts/d-1/approval', refused(403, { code: 'second-person-required' }));
    await desk.signIn('mk_approver');
    await desk.page.getByRole('button', { name: 'PIPIA-9' }).click();
    await desk.page.getByRole('checkbox').check();
    await desk.page.getByLabel(desk.text('draft.approver'), { exact: true }).fill('Ann');
    await desk.press('draft.approve');
    await desk.said('error.second-person-required').waitFor();
  });
});
