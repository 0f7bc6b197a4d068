import { describe, expect, it, test } from 'vitest';
import { accessibilityProblems } from '../kiosk-browser/accessible.js';
import { refused } from './fake-service.js';
import { complete, formIn } from './form.js';
import { openDesk, whyNoBrowser } from './page.js';

const inChromium = describe.skipIf(whyNoBrowser !== undefined);

inChromium(`writing an assessment (in Chromium) ${whyNoBrowser ?? ''}`, () => {
  const begun = async (prepare: Parameters<typeof openDesk>[0] = {}) => {
    const opened = await openDesk(prepare);
    await opened.desk.signIn('mk_author');
    await opened.desk.press('list.begin');
    await opened.desk.page.getByLabel('Who writes it?', { exact: true }).waitFor();
    return opened;
  };

  test('M9.2: asks every question of the form, each with its clause', async () => {
    const { desk } = await begun();
    const form = formIn('en');
    const seen: string[] = [];
    for (const { title } of form.sections) {
      await desk.page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
      seen.push(...(await desk.page.locator('.question > label, .question > legend').allInnerTexts()));
      await desk.button('write.next').or(desk.button('write.review')).click();
    }
    expect(seen).toEqual(form.fields.map(({ question }) => question));
  });

  test('M9.2: marks clauses whose wording is unconfirmed, and what the device filled in', async () => {
    const { desk } = await begun();
    expect(await desk.said('write.by-device').count()).toBe(4);
    await desk.page.getByLabel('What is this assessment called?').fill('Ours');
    expect(await desk.said('write.by-device').count()).toBe(3);
    await desk.page.getByRole('button', { name: /^Effects and risks/ }).click();
    await desk.page.getByText('M9.2 (unconfirmed wording)').first().waitFor();
    await desk.page.getByText('12 people').waitFor();
  });

  test('M9.2: says beside each question what is wrong with its answer, until it is another one', async () => {
    const { desk } = await begun();
    await desk.press('write.next');
    await desk.press('write.back');
    const author = desk.page.getByLabel('Who writes it?', { exact: true });
    const about = desk.page.locator('#author-about');
    await about.getByText(desk.text('field-problem.missing')).waitFor();
    expect(await author.getAttribute('aria-invalid')).toBe('true');
    expect(await accessibilityProblems(desk.page)).toEqual([]);
    await author.fill('Ann');
    await about.getByText(desk.text('field-problem.missing')).waitFor({ state: 'detached' });
  });

  it('saves from part to part, and goes on where it was left', async () => {
    const { desk, service } = await begun();
    await desk.page.getByLabel('Who writes it?', { exact: true }).fill('Ann');
    await desk.press('write.next');
    await desk.page.getByRole('heading', { level: 1, name: 'Lawful, legitimate, necessary' }).waitFor();
    expect(service.unfinished?.answers).toMatchObject({ author: 'Ann', method: '1:1' });
    await desk.press('app.sign-out');
    await desk.signIn('mk_author');
    await desk.press('list.go-on');
    expect(await desk.page.getByLabel('Who writes it?', { exact: true }).inputValue()).toBe('Ann');
  });

  it('asks which one to keep when the same key saved elsewhere', async () => {
    const { desk, service } = await begun();
    service.unfinished = { revision: 7, savedAt: '2026-02-03T05:00:00Z', answers: { author: 'Zoe' } };
    await desk.page.getByLabel('Who writes it?', { exact: true }).fill('Ann');
    await desk.press('write.save');
    await desk.button('write.take-over').waitFor();
    expect(service.unfinished.answers).toEqual({ author: 'Zoe' });
    await desk.press('write.save-over');
    await expect.poll(() => service.unfinished?.answers.author).toBe('Ann');
  });

  it('loses nothing when the terminal does not answer', async () => {
    const { desk, service } = await begun();
    service.answers.set('PUT /v1/assessments/unfinished', refused(503, { code: 'service-unreachable' }));
    await desk.page.getByLabel('Who writes it?', { exact: true }).fill('Ann');
    await desk.press('write.next');
    await desk.said('error.service-unreachable').waitFor();
    expect(await desk.page.getByLabel('Who writes it?', { exact: true }).inputValue()).toBe('Ann');
  });

  test('M9.2: hands over nothing while an answer is missing, and leads to it', async () => {
    const { desk, service } = await openDesk({
      prepare: (fake) => {
        const { legality: _missing, ...answers } = complete;
        fake.unfinished = { revision: 3, savedAt: '2026-02-03T05:00:00Z', answers };
      },
    });
    await desk.signIn('mk_author');
    await desk.press('list.go-on');
    await desk.page.getByRole('button', { name: /^How long it holds/ }).click();
    await desk.press('write.review');
    await desk.heading('hand-over.title').waitFor();
    expect(await desk.button('hand-over.submit').getAttribute('aria-disabled')).toBe('true');
    await desk.button('hand-over.submit').click({ force: true });
    expect(service.drafts).toEqual([]);
    await desk.page.getByRole('button', { name: /^Which laws/ }).click();
    await desk.page.getByLabel(/^Which laws/).fill('The Measures and the PIPL.');
    await desk.page.getByRole('button', { name: /^How long it holds/ }).click();
    await desk.press('write.review');
    await desk.press('hand-over.submit');
    await desk.said('handed-over.done').waitFor();
    expect(service.drafts[0]).toMatchObject({
      submittedBy: 'key-a',
      draft: { legality: 'The Measures and the PIPL.' },
    });
  });
});
