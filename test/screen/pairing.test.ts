import { afterEach, describe, expect, it } from 'vitest';
import { closeScreens, openScreen, pairedScreen } from '../support/screen.js';
import { auditKinds, newestAudit } from '../support/site.js';

afterEach(closeScreens);

const codeOf = (screen: Awaited<ReturnType<typeof openScreen>>): string =>
  screen.site.pairing?.open('local').code ?? '';

describe('pairing the screen', () => {
  it('gives the page a key that scripts cannot read and other pages cannot send', async () => {
    const screen = await openScreen();
    const { status, text, headers } = await screen.pair();
    expect([status, text]).toEqual([204, '']);
    expect(headers['set-cookie']).toMatch(
      /^menshen-screen=mk_[0-9a-f]{12}_[\w-]{43}; Path=\/kiosk; Max-Age=31536000; HttpOnly; SameSite=Strict$/,
    );
  });

  it('is on record with the key it made, and without the code', async () => {
    const screen = await openScreen();
    const code = codeOf(screen);
    await screen.pair(code);
    const entries = screen.site.store.auditLog.page(0, 100).map(({ body }) => body);
    expect([newestAudit(screen.site, 'screen.paired'), entries.join('').includes(code.slice(0, 5))]).toEqual([
      { id: expect.stringMatching(/^[0-9a-f]{12}$/), doorId: 'main' },
      false,
    ]);
  });

  it.each<[string, (code: string) => string]>([
    ['in small letters', (code) => code.toLowerCase()],
    ['without its hyphen', (code) => code.replace('-', '')],
    ['with spaces', (code) => ` ${code.replace('-', ' ')} `],
  ])('takes the code %s', async (_how, typed) => {
    const screen = await openScreen();
    expect((await screen.pair(typed(codeOf(screen)))).status).toBe(204);
  });

  it('takes a code once', async () => {
    const screen = await openScreen();
    const code = codeOf(screen);
    await screen.pair(code);
    const again = await screen.pair(code);
    expect([again.status, again.body.code, again.headers['set-cookie']]).toEqual([403, 'pairing-refused', undefined]);
  });

  it('takes a code for ten minutes, whatever the wall clock says', async () => {
    const screen = await openScreen();
    const code = codeOf(screen);
    screen.site.clock.advance(600_000);
    screen.site.clock.jumpWall(-600_000);
    expect((await screen.pair(code)).status).toBe(403);
  });

  it('takes no former code once there is a new one', async () => {
    const screen = await openScreen();
    const former = codeOf(screen);
    codeOf(screen);
    expect((await screen.pair(former)).status).toBe(403);
  });

  it('gives a code up after five wrong ones', async () => {
    const screen = await openScreen();
    const code = codeOf(screen);
    for (let round = 0; round < 5; round += 1) await screen.pair('00000-00000');
    expect((await screen.pair(code)).status).toBe(403);
  });

  it('fills no disk where somebody guesses without end', async () => {
    const screen = await openScreen();
    codeOf(screen);
    for (let round = 0; round < 60; round += 1) await screen.pair('00000-00000');
    const refusals = auditKinds(screen.site).filter((kind) => kind === 'screen.pairing-refused');
    expect(refusals.length).toBe(5);
  });

  it('is not possible where no code was made', async () => {
    const screen = await openScreen();
    expect((await screen.pair('00000-00000')).body.code).toBe('pairing-refused');
  });
});

describe('the screen’s key', () => {
  it('is asked for by everything but pairing', async () => {
    const screen = await openScreen();
    const calls = [
      screen.get('site'),
      screen.get('stream'),
      screen.post('verifications', { method: 'pin', act: 'touch', prompt: { language: 'zh', spoken: false } }),
      screen.post('notice/displayed', { hash: screen.site.notice.hash, language: 'zh' }),
    ];
    const answers = await Promise.all(calls);
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(calls.map(() => [401, 'unauthenticated']));
  });

  it('ends when it is revoked', async () => {
    const screen = await pairedScreen();
    const before = await screen.get('site');
    screen.site.apiKeys.revoke(String(newestAudit(screen.site, 'screen.paired')?.id));
    expect([before.status, (await screen.get('site')).status]).toEqual([200, 401]);
  });

  it('counts below /kiosk alone', async () => {
    const screen = await pairedScreen();
    const request = { doorId: 'main', purpose: 'entrance', nonce: 'nonce-of-a-thief', methods: ['pin'] };
    expect((await screen.call('POST', '/v1/verifications', request)).status).toBe(401);
  });

  it('is of a screen: the key of an operator opens nothing there, as cookie or as header', async () => {
    const screen = await openScreen();
    const { secret } = screen.site.apiKeys.add({ role: 'admin', label: 'Ann', days: 1 });
    const asCookie = await screen.call('GET', 'site', undefined, { cookie: `menshen-screen=${secret}` });
    const asHeader = await screen.call('GET', 'site', undefined, { authorization: `Bearer ${secret}` });
    expect([asCookie.status, asHeader.status]).toEqual([401, 401]);
  });

  it('counts for nothing when another cookie of its name came with it', async () => {
    const screen = await pairedScreen();
    const twice = await screen.call('GET', 'site', undefined, { cookie: `menshen-screen=x; ${screen.cookie}` });
    expect(twice.status).toBe(401);
  });
});
