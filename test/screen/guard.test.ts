/** What other pages, other machines and other names try with the gate's screen. */
import { afterEach, describe, expect, it } from 'vitest';
import { parseConfig } from '#menshen/config/index.js';
import { buildServer } from '#menshen/http/index.js';
import { closeScreens, openScreen, pairedScreen, servicesOf } from '../support/screen.js';
import { auditKinds, openSite, siteConfig } from '../support/site.js';

afterEach(closeScreens);

const request = { method: 'pin', act: 'touch', prompt: { language: 'zh', spoken: false } };

describe('a call that changes something', () => {
  it('from the page itself is taken', async () => {
    expect((await (await pairedScreen()).post('verifications', request)).status).toBe(201);
  });

  it.each<[string, Record<string, string | undefined>]>([
    ['of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['of another port of this machine', { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' }],
    ['that hides where it comes from', { origin: 'null', 'sec-fetch-site': undefined }],
    ['that says nothing of where it comes from', { origin: undefined, 'sec-fetch-site': undefined }],
    ['that claims our origin, while the browser knows better', { 'sec-fetch-site': 'cross-site' }],
    ['of a form, which cannot send our own header', { 'x-menshen-screen': undefined }],
    ['of a link', { origin: undefined, 'sec-fetch-site': 'none' }],
  ])('%s is refused, cookie or not', async (_what, headers) => {
    const screen = await pairedScreen();
    const answer = await screen.call('POST', 'verifications', request, headers);
    expect([answer.status, answer.body.code, screen.site.verifications.atDoor('main')]).toEqual([
      403,
      'forbidden',
      undefined,
    ]);
  });

  it('as a form would send it is refused', async () => {
    const screen = await pairedScreen();
    const form = { 'content-type': 'text/plain' };
    const { status } = await screen.call('POST', 'verifications', JSON.stringify(request) as never, form);
    expect(status).toBe(400);
  });
});

describe('a call that reads', () => {
  it.each(['cross-site', 'same-site'])('is refused when a %s page began it', async (site) => {
    const screen = await pairedScreen();
    expect((await screen.call('GET', 'site', undefined, { 'sec-fetch-site': site })).status).toBe(403);
  });
});

describe('a name of the device', () => {
  it.each(['127.0.0.1:8460', 'localhost:8460', '[::1]:8460', 'localhost'])('such as %s is answered', async (host) => {
    const screen = await pairedScreen();
    expect((await screen.call('GET', 'site', undefined, { host, origin: `http://${host}` })).status).toBe(200);
  });

  it.each(['evil.example', '127.0.0.1.evil.example', '192.168.1.10:8460', 'gate.local', '127.0.0.1@evil.example'])(
    'that is none (%s, DNS rebinding) is refused',
    async (host) => {
      const screen = await pairedScreen();
      const answers = await Promise.all([
        screen.call('GET', 'site', undefined, { host, origin: `http://${host}` }),
        screen.call('GET', '/kiosk', undefined, { host }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([403, 403]);
    },
  );
});

describe('another machine', () => {
  const away = { remoteAddress: '192.168.1.77' };

  it.each(['/kiosk', '/kiosk/', '/kiosk/main.js', '/kiosk/texts/zh.json', '/kiosk/api/site', '/kiosk/nothing'])(
    'gets nothing of %s, and it is on record',
    async (path) => {
      const screen = await pairedScreen();
      const answer = await screen.call('GET', path, undefined, {}, away);
      expect([answer.status, auditKinds(screen.site)]).toEqual([403, expect.arrayContaining(['access.denied'])]);
    },
  );

  it('cannot pair a screen, not even with the right code', async () => {
    const screen = await openScreen();
    const code = screen.site.pairing?.open('local').code;
    const answer = await screen.call('POST', 'pairing', { code }, {}, away);
    expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined]);
  });
});

describe('a site without a screen', () => {
  it.each(['/kiosk', '/kiosk/api/site', '/kiosk/main.js'])('has no %s', async (url) => {
    const server = await buildServer(servicesOf(openSite()), { local: false });
    const { statusCode } = await server.inject({ url, headers: { host: '127.0.0.1' } });
    await server.close();
    expect(statusCode).toBe(404);
  });
});

describe('the configuration of a screen', () => {
  const coded = (code: string) => expect.objectContaining({ code });

  it.each<[string, Record<string, unknown>]>([
    ['at a door that is not there', { 'screen.doorId': 'nowhere' }],
    ['with a first language that it does not speak', { 'screen.doorId': 'main', 'screen.languages': ['en'] }],
    ['on the port of the panels', { 'screen.doorId': 'main', 'screen.port': 8460 }],
    [
      'beyond the device, without a listener of its own',
      {
        'screen.doorId': 'main',
        'http.host': '0.0.0.0',
        'http.tls': { certificateFile: 'c', keyFile: 'k' },
      },
    ],
  ])('%s is refused', (_what, changes) => {
    expect(() => siteConfig(changes)).toThrow(coded('site-refused'));
  });

  it('needs nothing but its door', () => {
    expect(siteConfig({ 'screen.doorId': 'main' }).screen).toMatchObject({ doorId: 'main', defaultLanguage: 'zh' });
  });

  it('changes nobody’s notice by where and how it speaks', () => {
    const here = openSite({ changes: { 'screen.doorId': 'main' } });
    const there = openSite({
      changes: { screen: { doorId: 'side', defaultLanguage: 'en', sessionMinutes: 9, port: 0 } },
    });
    expect(there.notice.hash).toBe(here.notice.hash);
  });

  it('stands in the demonstration', async () => {
    const { readFileSync } = await import('node:fs');
    const config = parseConfig(readFileSync('config/demonstration.yaml', 'utf8'), 'config');
    expect(config.screen?.doorId).toBe('main');
  });
});
